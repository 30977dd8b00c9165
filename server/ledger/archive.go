package ledger

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// archive is how far a ZIP has come. It is written in order and can be gone on with by
// somebody else after any pause: what is deflated is flushed then, and a stream that
// begins anew behind a flush is one stream with what was before.
type archive struct {
	At      int64  `json:"at"` // bytes of it
	Entries int    `json:"entries"`
	Listed  int64  `json:"listed"`        // bytes of its list, kept aside
	Day     [2]int `json:"day,omitempty"` // time and date that its entries bear
	Open    string `json:"open,omitempty"`
	Begins  int64  `json:"begins,omitempty"` // of the entry that is open
	Packed  packed `json:"packed"`
}

// packed is how far something that is deflated has come.
type packed struct {
	CRC  uint32 `json:"crc"`
	Raw  int64  `json:"raw"`
	Size int64  `json:"size"`
}

// packer deflates, and keeps account.
type packer struct {
	*packed
	buf bytes.Buffer
	out *flate.Writer
}

func newPacker(of *packed) *packer {
	p := &packer{packed: of}
	p.out, _ = flate.NewWriter(&p.buf, flate.BestSpeed) // fails for another level alone
	return p
}

// add deflates raw bytes and gives what came out of it.
func (p *packer) add(raw []byte) ([]byte, error) {
	p.CRC, p.Raw = crc32.Update(p.CRC, crc32.IEEETable, raw), p.Raw+int64(len(raw))
	_, err := p.out.Write(raw)
	return p.took(), err
}

func (p *packer) took() []byte {
	b := bytes.Clone(p.buf.Bytes())
	p.buf.Reset()
	p.Size += int64(len(b))
	return b
}

// flush gives all that was added so far; with last nothing may follow.
func (p *packer) flush(last bool) ([]byte, error) {
	err := p.out.Flush()
	if last {
		err = errors.Join(err, p.out.Close())
	}
	return p.took(), err
}

// zipper writes an archive into a spool; its list goes aside until the end.
type zipper struct {
	*archive
	to   *spool
	pack *packer // of the entry that is open
}

func newZipper(a *archive, to *spool) *zipper {
	z := &zipper{archive: a, to: to}
	if a.Open != "" {
		z.pack = newPacker(&a.Packed)
	}
	return z
}

// The name of the side stream with the archive's list.
const listing = "list"

// What an entry says of itself.
const (
	zipDeflated = 8
	zipUTF8     = 1 << 11
	zipAfter    = 1 << 3 // sums and sizes stand behind the bytes
)

var le = binary.LittleEndian

// facts are what stands alike before an entry and in the list.
func (z *zipper) facts(flags, method uint16, p packed, name string) []byte {
	b := le.AppendUint16(nil, 20)
	b = le.AppendUint16(b, flags)
	b = le.AppendUint16(b, method)
	b = le.AppendUint16(b, uint16(z.Day[0]))
	b = le.AppendUint16(b, uint16(z.Day[1]))
	b = le.AppendUint32(b, p.CRC)
	b = le.AppendUint32(b, uint32(p.Size))
	b = le.AppendUint32(b, uint32(p.Raw))
	b = le.AppendUint16(b, uint16(len(name)))
	return le.AppendUint16(b, 0)
}

func (z *zipper) put(b []byte) error {
	z.At += int64(len(b))
	_, err := z.to.Write(b)
	return err
}

// list notes an entry, and refuses what the archive has no room for.
func (z *zipper) list(begins int64, flags, method uint16, p packed, name string) error {
	if z.At > maxFile || p.Raw > maxFile || z.Entries >= MaxMedia+100 {
		return fail(Large)
	}
	b := le.AppendUint32(nil, 0x02014b50)
	b = le.AppendUint16(b, 20)
	b = append(b, z.facts(flags, method, p, name)...)
	b = append(b, make([]byte, 10)...) // no comment, the first disk, nothing of a file system
	b = le.AppendUint32(b, uint32(begins))
	b = append(b, name...)
	z.Entries++
	z.Listed += int64(len(b))
	z.to.aside(listing, b)
	return nil
}

// begin opens an entry that is deflated as it comes.
func (z *zipper) begin(name string) error {
	z.Open, z.Begins, z.Packed = name, z.At, packed{}
	z.pack = newPacker(&z.Packed)
	return z.put(append(le.AppendUint32(nil, 0x04034b50), append(z.facts(zipUTF8|zipAfter, zipDeflated, packed{}, name), name...)...))
}

func (z *zipper) add(raw []byte) error {
	b, err := z.pack.add(raw)
	if err == nil {
		err = z.put(b)
	}
	if z.Packed.Raw > maxFile || z.At > maxFile {
		return fail(Large)
	}
	return err
}

// pause brings what is in memory out.
func (z *zipper) pause() error {
	if z.pack == nil {
		return nil
	}
	b, err := z.pack.flush(false)
	if err != nil {
		return err
	}
	return z.put(b)
}

// close ends the entry.
func (z *zipper) close() error {
	b, err := z.pack.flush(true)
	if err == nil {
		err = z.put(b)
	}
	if err != nil {
		return err
	}
	after := le.AppendUint32(nil, 0x08074b50)
	after = le.AppendUint32(after, z.Packed.CRC)
	after = le.AppendUint32(after, uint32(z.Packed.Size))
	after = le.AppendUint32(after, uint32(z.Packed.Raw))
	if err := z.put(after); err != nil {
		return err
	}
	name := z.Open
	z.Open, z.pack = "", nil
	return z.list(z.Begins, zipUTF8|zipAfter, zipDeflated, z.Packed, name)
}

// whole adds an entry of bytes that are known.
func (z *zipper) whole(name string, b []byte) error {
	if err := z.begin(name); err != nil {
		return err
	}
	if err := z.add(b); err != nil {
		return err
	}
	return z.close()
}

// plain begins an entry as it is, of which all is known; its bytes come next.
func (z *zipper) plain(name string, method uint16, p packed) error {
	begins := z.At
	err := z.put(append(le.AppendUint32(nil, 0x04034b50), append(z.facts(zipUTF8, method, p, name), name...)...))
	z.At += p.Size
	if err != nil {
		return err
	}
	return z.list(begins, zipUTF8, method, p, name)
}

// end writes the list.
func (z *zipper) end(ctx context.Context) error {
	begins := z.At
	if err := z.to.splice(ctx, listing); err != nil {
		return err
	}
	z.At += z.Listed
	b := le.AppendUint32(nil, 0x06054b50)
	b = append(b, 0, 0, 0, 0)
	b = le.AppendUint16(b, uint16(z.Entries))
	b = le.AppendUint16(b, uint16(z.Entries))
	b = le.AppendUint32(b, uint32(z.Listed))
	b = le.AppendUint32(b, uint32(begins))
	return z.put(append(b, 0, 0))
}
