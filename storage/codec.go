package storage

import (
	"encoding/json"
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"zoufang"
)

// Sealer hides what is stored from whoever reads the disk. The label binds the
// sealed bytes to their place: opened under another, they fail.
type Sealer interface {
	Seal(plain, label []byte) ([]byte, error)
	Open(sealed, label []byte) ([]byte, error)
}

var (
	encMode = must(cbor.EncOptions{Sort: cbor.SortBytewiseLexical}.EncMode())
	decMode = must(cbor.DecOptions{MaxArrayElements: 1 << 20, MaxMapPairs: 1 << 20, MaxNestedLevels: 16}.DecMode())
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// EncodeRecord gives a record's stored form: CBOR (RFC 8949) with the integer
// keys of zoufang.Record, map keys sorted, sealed under its id. The same record
// encodes to the same plain bytes.
func EncodeRecord(s Sealer, r *zoufang.Record) ([]byte, error) {
	plain, err := PlainRecord(r)
	if err != nil {
		return nil, err
	}
	return s.Seal(plain, []byte("record:"+r.ID))
}

// PlainRecord is EncodeRecord without the seal: two records are the same exactly
// when these bytes are.
func PlainRecord(r *zoufang.Record) ([]byte, error) {
	b, err := encMode.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode record: %w", err)
	}
	return b, nil
}

// DecodeRecord reads a stored record.
func DecodeRecord(s Sealer, id zoufang.RecordID, stored []byte) (*zoufang.Record, error) {
	plain, err := s.Open(stored, []byte("record:"+id))
	if err != nil {
		return nil, fmt.Errorf("open record: %w", err)
	}
	r := &zoufang.Record{}
	if err := decMode.Unmarshal(plain, r); err != nil {
		return nil, fmt.Errorf("decode record: %w", err)
	}
	for id, stamp := range r.Stamps {
		stamp.ID = id
		r.Stamps[id] = stamp
	}
	r.Fill()
	return r, nil
}

// SealLine gives a commit line's stored form, SealLine's label being its id.
func SealLine(s Sealer, id zoufang.CommitID, line []byte) ([]byte, error) {
	return s.Seal(line, []byte("line:"+id))
}

// OpenLine reads a stored line.
func OpenLine(s Sealer, id zoufang.CommitID, stored []byte) ([]byte, error) {
	line, err := s.Open(stored, []byte("line:"+id))
	if err != nil {
		return nil, fmt.Errorf("open line: %w", err)
	}
	return line, nil
}

// person is the stored form of a user.
type person struct {
	Name     string           `json:"name"`
	Role     zoufang.Role     `json:"role"`
	Areas    []zoufang.AreaID `json:"areas,omitempty"`
	Grants   []zoufang.Grant  `json:"grants,omitempty"`
	Login    string           `json:"login,omitempty"`
	Password string           `json:"password,omitempty"`
	Change   bool             `json:"change,omitempty"`
	Disabled bool             `json:"disabled,omitempty"`
	Created  int64            `json:"created"`
	Round    int64            `json:"round,omitempty"`
	Shut     int64            `json:"shut,omitempty"`
}

// EncodeUser gives a user's stored form: JSON, sealed under the id.
func EncodeUser(s Sealer, u zoufang.User) ([]byte, error) {
	plain, err := json.Marshal(person{u.Name, u.Role, u.Areas, u.Grants, u.Login, u.Password, u.Change, u.Disabled, u.Created, u.Round, u.Shut})
	if err != nil {
		return nil, fmt.Errorf("encode user: %w", err)
	}
	return s.Seal(plain, []byte("user:"+u.ID))
}

// DecodeUser reads a stored user.
func DecodeUser(s Sealer, id zoufang.UserID, stored []byte) (*zoufang.User, error) {
	plain, err := s.Open(stored, []byte("user:"+id))
	if err != nil {
		return nil, fmt.Errorf("open user: %w", err)
	}
	var p person
	if err := json.Unmarshal(plain, &p); err != nil {
		return nil, fmt.Errorf("decode user: %w", err)
	}
	return &zoufang.User{
		ID: id, Name: p.Name, Role: p.Role, Areas: p.Areas, Grants: p.Grants, Login: p.Login,
		Password: p.Password, Change: p.Change, Disabled: p.Disabled, Created: p.Created, Round: p.Round, Shut: p.Shut,
	}, nil
}

// SealKey gives the stored form of a key's secret.
func SealKey(s Sealer, k Key) ([]byte, error) { return s.Seal(k.Secret, keyLabel(k.Purpose, k.ID)) }

// OpenKey reads the stored secret of the key that purpose and id name.
func OpenKey(s Sealer, purpose, id string, stored []byte) ([]byte, error) {
	secret, err := s.Open(stored, keyLabel(purpose, id))
	if err != nil {
		return nil, fmt.Errorf("open key: %w", err)
	}
	return secret, nil
}

func keyLabel(purpose, id string) []byte { return []byte("key:" + purpose + "/" + id) }

// WriteFault gives the stored form of what a line is held for: JSON, "" for nothing.
func WriteFault(p zoufang.Parts) string {
	if p.Rule == "" {
		return ""
	}
	return string(must(json.Marshal(p)))
}

// ReadFault reads it. What a newer program wrote and this one cannot read is
// nothing: the sentence stands beside it.
func ReadFault(stored string) (p zoufang.Parts) {
	if json.Unmarshal([]byte(stored), &p) != nil {
		return zoufang.Parts{}
	}
	return p
}
