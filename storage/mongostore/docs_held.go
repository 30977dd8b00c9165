package mongostore

import (
	"encoding/hex"
	"errors"

	"zoufang"
	"zoufang/storage"
)

// heldDoc is a commit's standing. open and counted are what indexes are made of:
// they are left out where they are not true.
type heldDoc struct {
	ID      string   `bson:"_id"`
	Sender  string   `bson:"sender"`
	Author  string   `bson:"author"`
	At      int64    `bson:"at"`
	Code    string   `bson:"code"`
	Why     string   `bson:"why"`
	Fault   string   `bson:"fault,omitempty"` // see storage.WriteFault
	Waits   []string `bson:"waits"`
	Areas   []string `bson:"areas"`
	Waived  bool     `bson:"waived,omitempty"`
	Reach   []string `bson:"reach"` // null and [] differ
	Forced  bool     `bson:"forced,omitempty"`
	Schema  int      `bson:"schema"`
	Sealed  bool     `bson:"sealed,omitempty"`
	Decided int64    `bson:"decided"`
	Ruling  string   `bson:"ruling,omitempty"`
	Brought string   `bson:"brought,omitempty"`
	Freed   string   `bson:"freed,omitempty"`
	Open    bool     `bson:"open,omitempty"`    // not decided
	Counted bool     `bson:"counted,omitempty"` // open and not waiting: see CountHeld
	Since   int64    `bson:"since,omitempty"`
	Group   string   `bson:"group,omitempty"` // of an open line, see groupKey
	Share   string   `bson:"share,omitempty"` // likewise, see shareKey
	Stub    bool     `bson:"stub,omitempty"`
}

func newHeldDoc(h storage.Held) *heldDoc {
	d := &heldDoc{
		ID: string(h.ID), Sender: string(h.Sender), Author: string(h.Author), At: h.At, Code: string(h.Code), Why: h.Why,
		Fault: storage.WriteFault(h.Fault),
		Waits: list[string](h.Waits), Areas: list[string](h.Areas), Waived: h.Waived, Reach: list[string](h.Reach), Forced: h.Forced,
		Schema: h.Schema, Sealed: h.Sealed, Decided: h.Decided, Ruling: string(h.Ruling),
		Brought: string(h.Brought), Freed: string(h.Freed),
		Since: h.Since, Open: h.Decided == 0, Counted: h.Decided == 0 && h.Code != zoufang.HeldWaiting,
	}
	if d.Open {
		d.Group = groupKey(h.Group())
		d.Share = shareKey(h.Areas, d.Group)
	}
	return d
}

func (d *heldDoc) held() storage.Held {
	return storage.Held{
		ID: zoufang.CommitID(d.ID), Sender: zoufang.UserID(d.Sender), Author: zoufang.UserID(d.Author), At: d.At,
		Code: zoufang.HoldCode(d.Code), Why: d.Why, Fault: storage.ReadFault(d.Fault), Waits: list[string](d.Waits), Areas: list[zoufang.AreaID](d.Areas),
		Waived: d.Waived, Reach: list[zoufang.AreaID](d.Reach), Forced: d.Forced, Schema: d.Schema, Sealed: d.Sealed,
		Since: d.Since, Decided: d.Decided, Ruling: zoufang.CommitID(d.Ruling),
		Brought: zoufang.UserID(d.Brought), Freed: zoufang.UserID(d.Freed),
	}
}

// list copies a list into one of another kind of text; nil stays nil.
func list[To, From ~string](from []From) []To {
	if from == nil {
		return nil
	}
	to := make([]To, len(from))
	for i, f := range from {
		to[i] = To(f)
	}
	return to
}

type mediumDoc struct {
	ID   string `bson:"_id"` // the digest
	Type string `bson:"type"`
	Size int64  `bson:"size"`
	At   int64  `bson:"at"`
	Flaw string `bson:"flaw,omitempty"`
	Stub bool   `bson:"stub,omitempty"`
}

func newMediumDoc(m storage.Medium) *mediumDoc {
	return &mediumDoc{ID: string(m.Digest), Type: m.Type, Size: m.Size, At: m.At, Flaw: string(m.Flaw)}
}

func (d *mediumDoc) medium() storage.Medium {
	return storage.Medium{Digest: zoufang.Digest(d.ID), Type: d.Type, Size: d.Size, At: d.At, Flaw: zoufang.Flaw(d.Flaw)}
}

// nameDoc tells that somebody has to do with a medium. Place is that of a record.
type nameDoc struct {
	ID     string `bson:"_id"`
	Digest string `bson:"d"`
	Role   string `bson:"role"`
	Place  string `bson:"place,omitempty"` // see storage.PlaceOf
	Who    string `bson:"id"`
}

func newNameDoc(d zoufang.Digest, role storage.NameRole, id string) *nameDoc {
	return &nameDoc{ID: string(d) + "/" + string(role) + "/" + id, Digest: string(d), Role: string(role), Who: id}
}

// arrivalDoc tells how far the records that name a medium have been told that it
// came: as far as that of this name.
type arrivalDoc struct {
	ID    string `bson:"_id"` // the digest
	Place string `bson:"place"`
	Who   string `bson:"id"`
}

func (d *nameDoc) name() storage.Name {
	return storage.Name{Digest: zoufang.Digest(d.Digest), Role: storage.NameRole(d.Role), ID: d.Who}
}

// digest gives the bytes of a digest.
func digest(d zoufang.Digest) ([]byte, error) {
	if !d.Valid() {
		return nil, errors.New("not the digest of a medium")
	}
	return hex.DecodeString(string(d))
}
