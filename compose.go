package zoufang

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// New creates a record. Values are given as they are to stand in JSON; what cannot
// be JSON is a fault of the program and panics, here and below.
func New(id RecordID, kind string, area AreaID, fields map[string]any) Item {
	it := Item{Op: OpNew, Record: id, Kind: kind, Area: area, Fields: make(map[string]Value, len(fields))}
	for name, v := range fields {
		it.Fields[name] = ValueOf(v)
	}
	return it
}

// Set writes a register or group; seen are the ids of all its values that were
// shown when the editor opened.
func Set(id RecordID, field string, value any, seen ...CommitID) Item {
	return Item{Op: OpSet, Record: id, Field: field, Value: ValueOf(value), Seen: seen}
}

// Add puts an element into a set.
func Add(id RecordID, field string, element any) Item {
	return Item{Op: OpAdd, Record: id, Field: field, Value: ValueOf(element)}
}

// Remove takes an element out of a set; seen are the ids of its additions that
// were shown.
func Remove(id RecordID, field string, element any, seen ...CommitID) Item {
	return Item{Op: OpRm, Record: id, Field: field, Value: ValueOf(element), Seen: seen}
}

// Note appends to a log.
func Note(id RecordID, field, text string) Item {
	return Item{Op: OpLog, Record: id, Field: field, Value: ValueOf(text)}
}

// Go takes a step of a state, or moves the record where the field is AreaField;
// seen are the ids of all that was shown of the record, see Record.Seen.
func Go(id RecordID, field, from, to string, seen ...CommitID) Item {
	return Item{Op: OpGo, Record: id, Field: field, From: from, To: to, Seen: seen}
}

// Judge decides a held commit.
func Judge(id CommitID, ruling Ruling, reason string) Item {
	return Item{Op: OpJudge, Target: id, Ruling: ruling, Reason: reason}
}

// ValueOf writes a value as JSON, hanzi as they are. A Value stays as it is.
func ValueOf(v any) Value {
	if raw, ok := v.(Value); ok {
		return raw
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("zoufang: a value that is no JSON: %v", err))
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// list lays the item out as it stands in a line (protocol §2).
func (it Item) list() []any {
	seen := it.Seen
	if seen == nil {
		seen = []CommitID{}
	}
	value := json.RawMessage(it.Value)
	switch it.Op {
	case OpNew:
		fields := make(map[string]json.RawMessage, len(it.Fields))
		for name, v := range it.Fields {
			fields[name] = json.RawMessage(v)
		}
		return []any{it.Op, it.Record, it.Kind, it.Area, fields}
	case OpSet, OpRm:
		return []any{it.Op, it.Record, it.Field, value, seen}
	case OpAdd, OpLog:
		return []any{it.Op, it.Record, it.Field, value}
	case OpGo:
		return []any{it.Op, it.Record, it.Field, it.From, it.To, seen}
	case OpJudge:
		return []any{it.Op, it.Target, it.Ruling, it.Reason}
	}
	return []any{it.Op}
}

// Action is one saved user action before it is frozen into its line.
type Action struct {
	Device DeviceID
	N      int64
	Prev   CommitID // "" for none
	User   UserID
	At     int64
	Mono   float64
	Page   string
	Heard  int64 // 0 for none
	Nonce  string
	Do     []Item
}

// Line freezes the action.
func (a Action) Line() ([]byte, error) {
	do := make([][]any, len(a.Do))
	for i, it := range a.Do {
		do[i] = it.list()
	}
	return a.Frozen(do)
}

// Frozen freezes the action with items as they are given, right or wrong: what a
// test or a phone of another make may send.
func (a Action) Frozen(do any) ([]byte, error) {
	nullable := func(zero bool, v any) any {
		if zero {
			return nil
		}
		return v
	}
	if a.Nonce == "" {
		a.Nonce = Token(9)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(struct {
		Dev    DeviceID `json:"dev"`
		N      int64    `json:"n"`
		Prev   any      `json:"prev"`
		Nonce  string   `json:"nonce"`
		User   UserID   `json:"user"`
		Schema int      `json:"schema"`
		At     int64    `json:"at"`
		Mono   float64  `json:"mono"`
		Page   string   `json:"page"`
		Heard  any      `json:"heard"`
		Do     any      `json:"do"`
	}{a.Device, a.N, nullable(a.Prev == "", a.Prev), a.Nonce, a.User, Schema, a.At, a.Mono, a.Page, nullable(a.Heard == 0, a.Heard), do})
	if err != nil {
		return nil, fmt.Errorf("freeze a commit: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
