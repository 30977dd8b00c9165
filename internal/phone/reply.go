package phone

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// ErrReply is what came back instead of a reply: a captive portal's page, a cut stream, something the protocol forbids.
// Nothing of it was used.
var ErrReply = errors.New("not a whole reply of the server")

// A reply is a whole sync reply, read to its end before any of it counts.
type reply struct {
	Zoufang int      `json:"zoufang"`
	Epoch   string   `json:"epoch"`
	Time    int64    `json:"time"`
	SafeAt  *int64   `json:"safe_at"`
	Scope   *Scope   `json:"scope"`
	Fresh   []string `json:"fresh"`
	MinApp  string   `json:"min_app"`
	Again   bool     `json:"again"`

	answers []answered
	changes []change
	cursor  string
	more    bool
	sum     map[string]string
}

type answered struct{ id, r, code, why string }

// A change is a row or, with row nil, the word that a record left an area.
type change struct {
	row  *Row
	id   string
	area string
}

// parseReply reads NDJSON. Lines and keys it does not know are passed over.
func parseReply(body []byte) (*reply, error) {
	in := bufio.NewReader(bytes.NewReader(body))
	first, err := in.ReadBytes('\n')
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("%w: %w", ErrReply, err)
	}
	r := &reply{}
	if json.Unmarshal(first, r) != nil || r.Zoufang != 1 {
		return nil, fmt.Errorf("%w: no magic line", ErrReply)
	}
	if r.Epoch == "" {
		return nil, fmt.Errorf("%w: no epoch", ErrReply)
	}
	for {
		line, err := in.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 {
			ended, err := r.add(line)
			if err != nil {
				return nil, fmt.Errorf("%w: %w", ErrReply, err)
			}
			if ended {
				return r, nil
			}
		}
		if err != nil {
			return nil, fmt.Errorf("%w: no end", ErrReply)
		}
	}
}

func (r *reply) add(line []byte) (ended bool, err error) {
	var l struct {
		C, R, Code, Why string
		Row             json.RawMessage
		Gone            *struct{ ID, Area string }
		End             bool
		Cursor          *string
		More            bool
		Sum             map[string]string
	}
	if err := json.Unmarshal(line, &l); err != nil {
		return false, fmt.Errorf("line: %w", err)
	}
	switch {
	case l.C != "":
		if l.R != "ok" && l.R != "dup" && l.R != "held" {
			return false, fmt.Errorf("answer %q", l.R)
		}
		r.answers = append(r.answers, answered{l.C, l.R, l.Code, l.Why})
	case l.Row != nil:
		row, err := parseRow(l.Row)
		if err != nil {
			return false, err
		}
		r.changes = append(r.changes, change{row: row, id: row.ID, area: row.Area})
	case l.Gone != nil:
		r.changes = append(r.changes, change{id: l.Gone.ID, area: l.Gone.Area})
	case l.End:
		if l.Cursor != nil {
			r.cursor = *l.Cursor
		}
		r.more, r.sum = l.More, l.Sum
		return true, nil
	}
	return false, nil
}
