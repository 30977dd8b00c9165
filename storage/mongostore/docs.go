package mongostore

import (
	"strconv"

	"zoufang"
	"zoufang/storage"
)

// The stored forms of what records are made of. A document with stub stands for
// something that is not there: see touch.go. Every reader leaves stubs out.

type commitDoc struct {
	ID     string `bson:"_id"`
	Hash   []byte `bson:"hash"`
	Author string `bson:"author"`
	Sender string `bson:"sender"`
	Device string `bson:"device"`
	Since  int64  `bson:"since"`
	At     int64  `bson:"at"`
	Staff  bool   `bson:"staff"`
	Line   []byte `bson:"line"` // sealed
	Stub   bool   `bson:"stub,omitempty"`
}

func newCommitDoc(s storage.Sealer, c storage.Commit) (*commitDoc, error) {
	line, err := storage.SealLine(s, c.ID, c.Line)
	if err != nil {
		return nil, err
	}
	return &commitDoc{
		ID: string(c.ID), Hash: c.Hash[:], Author: string(c.Author), Sender: string(c.Sender), Device: string(c.Device),
		Since: c.From, At: c.At, Staff: c.Staff, Line: line,
	}, nil
}

func (d *commitDoc) commit(s storage.Sealer) (*storage.Commit, error) {
	c := &storage.Commit{
		ID: zoufang.CommitID(d.ID), Author: zoufang.UserID(d.Author), Sender: zoufang.UserID(d.Sender),
		Device: zoufang.DeviceID(d.Device), From: d.Since, At: d.At, Staff: d.Staff,
	}
	copy(c.Hash[:], d.Hash)
	var err error
	c.Line, err = storage.OpenLine(s, c.ID, d.Line)
	return c, err
}

// rowDoc is a record's row, or with Gone the mark that a record left the area.
// Sums are two's complement of the unsigned.
type rowDoc struct {
	ID     string   `bson:"_id"`
	Area   string   `bson:"area"`
	Seq    int64    `bson:"seq"`
	Ver    int64    `bson:"ver,omitempty"`
	Kind   string   `bson:"kind,omitempty"`
	Public bool     `bson:"public,omitempty"`
	Sum    int64    `bson:"sum,omitempty"`
	W      int64    `bson:"w,omitempty"`
	Town   string   `bson:"town,omitempty"`
	Need   [][]byte `bson:"need,omitempty"`
	Data   []byte   `bson:"data,omitempty"` // sealed
	Gone   string   `bson:"gone,omitempty"`
}

// newRowDoc gives the row of a record that was written at w.
func newRowDoc(s storage.Sealer, r *zoufang.Record, w int64) (*rowDoc, error) {
	need := make([][]byte, 0, len(r.Need))
	for _, d := range r.Need {
		b, err := digest(d)
		if err != nil {
			return nil, err
		}
		need = append(need, b)
	}
	data, err := storage.EncodeRecord(s, r)
	if err != nil {
		return nil, err
	}
	return &rowDoc{
		ID: string(r.ID), Area: string(r.Area), Seq: int64(r.Seq), Ver: int64(r.Ver), Kind: r.Kind,
		Public: r.Public(), Sum: int64(r.Sum()), W: w, Town: town(r.Area), Need: need, Data: data,
	}, nil
}

func newMarkDoc(area zoufang.AreaID, seq uint64, gone zoufang.RecordID) *rowDoc {
	return &rowDoc{ID: markID(area, gone), Area: string(area), Seq: int64(seq), Gone: string(gone)}
}

func markID(area zoufang.AreaID, gone zoufang.RecordID) string {
	return "gone/" + string(area) + "/" + string(gone)
}

func (d *rowDoc) record(s storage.Sealer) (*zoufang.Record, error) {
	return storage.DecodeRecord(s, zoufang.RecordID(d.ID), d.Data)
}

// town is the part of an area's code that the areas of one township share.
func town(a zoufang.AreaID) string { return string(a[:min(9, len(a))]) }

// writeDoc is one entry of a record's history. Its id is the record's with the
// version; the first version of a record is so unique over all areas.
type writeDoc struct {
	ID     string `bson:"_id"`
	Record string `bson:"rid"`
	Ver    int64  `bson:"ver"`
	Area   string `bson:"area"`
	Seq    int64  `bson:"seq"`
	Commit string `bson:"commit"`
	Gone   bool   `bson:"gone,omitempty"`
	Stub   bool   `bson:"stub,omitempty"`
}

func writeID(rid zoufang.RecordID, ver uint64) string {
	return string(rid) + "/" + strconv.FormatUint(ver, 10)
}

func newWriteDoc(w storage.Write) *writeDoc {
	return &writeDoc{
		ID: writeID(w.Record, w.Ver), Record: string(w.Record), Ver: int64(w.Ver), Area: string(w.Area), Seq: int64(w.Seq),
		Commit: string(w.Commit), Gone: w.Gone,
	}
}

func (d *writeDoc) write() storage.Write {
	return storage.Write{
		Record: zoufang.RecordID(d.Record), Ver: uint64(d.Ver), Area: zoufang.AreaID(d.Area), Seq: uint64(d.Seq),
		Commit: zoufang.CommitID(d.Commit), Gone: d.Gone,
	}
}

// headDoc is an area's head. Whoever writes in the area increments turn first.
type headDoc struct {
	Area   string `bson:"_id"`
	Seq    int64  `bson:"seq"`
	Sum    int64  `bson:"sum"`
	Public int64  `bson:"public"`
	W      int64  `bson:"w"`            // of the area's last write
	At     int64  `bson:"at,omitempty"` // the last receipt given near the area
	Turn   int64  `bson:"turn"`
}

func (d *headDoc) head() storage.AreaHead {
	return storage.AreaHead{Area: zoufang.AreaID(d.Area), Seq: uint64(d.Seq), Sum: uint64(d.Sum), Public: uint64(d.Public)}
}
