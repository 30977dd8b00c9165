package ledger

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"zoufang"
	"zoufang/storage"
)

// errPart says that a part of a result is not what was written.
var errPart = errors.New("a part of a result cannot be read")

// Result is what an export made, to be read from any place on. It is used by one
// goroutine at a time and closed in the end.
type Result struct {
	Made
	l     *Ledger
	ctx   context.Context
	job   string
	parts []int64

	at    int64     // where the next Read reads
	end   int64     // of the part whose rest is in
	in    io.Reader // nil: to be found
	lazys []*lazy   // that it is made of
}

// Open opens what one of the person's exports made. Pending before it is done, Right
// where the person may not what they might when they asked.
func (l *Ledger) Open(ctx context.Context, u *zoufang.User, id string) (*Result, error) {
	j, err := l.mine(ctx, u, export, id)
	if err != nil {
		return nil, err
	}
	var t task
	if err := json.Unmarshal(j.Task, &t); err != nil {
		return nil, err
	}
	if _, err := l.still(ctx, u.ID, &t); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(t.Within, func(a zoufang.AreaID) bool { return !u.Covers(a) }) {
		return nil, fail(Right) // a token of fewer areas than it was made with
	}
	if j.State != storage.JobDone {
		return nil, fail(Pending)
	}
	return l.result(ctx, j)
}

func (l *Ledger) result(ctx context.Context, j *storage.Job) (*Result, error) {
	r := &Result{l: l, ctx: ctx, job: j.ID}
	var c cursor
	if err := errors.Join(json.Unmarshal(j.Cursor, &c), json.Unmarshal(j.Result, &r.Made)); err != nil {
		return nil, err
	}
	r.parts = c.Spool.Parts
	return r, nil
}

// Read reads on.
func (r *Result) Read(p []byte) (int, error) {
	for {
		if r.in == nil {
			if err := r.find(); err != nil {
				return 0, err
			}
		}
		n, err := r.in.Read(p)
		r.at += int64(n)
		if errors.Is(err, io.EOF) {
			if r.at < r.end {
				return n, errPart
			}
			r.in, err = nil, nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// find opens the part that the next byte lies in.
func (r *Result) find() error {
	part, begin := 0, int64(0)
	for part < len(r.parts) && begin+r.parts[part] <= r.at {
		begin += r.parts[part]
		part++
	}
	if part == len(r.parts) {
		return io.EOF
	}
	r.end = begin + r.parts[part]
	data, err := r.l.Jobs.JobPart(r.ctx, r.job, outPart(part))
	if err != nil {
		return err
	}
	r.Close()
	readers, err := r.segments(data, r.at-begin)
	r.in = io.MultiReader(readers...)
	return err
}

// segments opens what is behind the first skip bytes of a part.
func (r *Result) segments(data []byte, skip int64) (out []io.Reader, err error) {
	for len(data) > 0 {
		kind := data[0]
		size, n := binary.Uvarint(data[1:])
		if n <= 0 {
			return nil, errPart
		}
		data = data[1+n:]
		from := min(skip, int64(size))
		skip -= from
		length := int(size)
		var open func() (io.ReadCloser, error)
		switch kind {
		case segBytes:
			if length > len(data) {
				return nil, errPart
			}
			own := data[:length]
			open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(own[from:])), nil }
		case segMedium:
			if length = 32; len(data) < length {
				return nil, errPart
			}
			d := zoufang.Digest(hex.EncodeToString(data[:length]))
			open = func() (io.ReadCloser, error) {
				o, err := r.l.Blobs.Open(r.ctx, d)
				if err == nil {
					_, err = o.Seek(from, io.SeekStart)
				}
				return o, err
			}
		case segSide:
			named, n := binary.Uvarint(data)
			if length = n + int(named); n <= 0 || length > len(data) {
				return nil, errPart
			}
			name := string(data[n:length])
			open = func() (io.ReadCloser, error) {
				side, err := r.l.Jobs.JobPart(r.ctx, r.job, name)
				if err != nil || int64(len(side)) != int64(size) {
					return nil, errors.Join(err, errPart)
				}
				return io.NopCloser(bytes.NewReader(side[from:])), nil
			}
		default:
			return nil, errPart
		}
		data = data[length:]
		if from < int64(size) {
			z := &lazy{open: open, left: int64(size) - from}
			r.lazys, out = append(r.lazys, z), append(out, z)
		}
	}
	return out, nil
}

// lazy opens what it reads when it is read, and gives exactly so many bytes.
type lazy struct {
	open func() (io.ReadCloser, error)
	in   io.ReadCloser
	left int64
}

func (z *lazy) Read(p []byte) (n int, err error) {
	if z.left == 0 {
		return 0, io.EOF
	}
	if z.in == nil {
		if z.in, err = z.open(); err != nil {
			return 0, err
		}
	}
	n, err = z.in.Read(p[:min(int64(len(p)), z.left)])
	z.left -= int64(n)
	switch {
	case z.left == 0:
		err, z.in = z.in.Close(), nil
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// Seek sets where the next Read reads.
func (r *Result) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.Bytes
	}
	if offset < 0 {
		return r.at, errors.New("seek before the beginning")
	}
	r.at = offset
	return offset, r.Close()
}

// Close closes what is open; a Read opens it again.
func (r *Result) Close() (err error) {
	for _, z := range r.lazys {
		if z.in != nil {
			err = errors.Join(err, z.in.Close())
		}
	}
	r.in, r.lazys = nil, nil
	return err
}
