package zoufang

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Draft is a commit before it is frozen into its line.
type Draft struct {
	Device DeviceID
	N      int64
	Prev   CommitID // "" for none
	User   UserID
	At     int64
	Mono   float64
	Page   string
	Heard  int64 // 0 for none
	Nonce  string
	Do     []any // items as lists; values are encoded as JSON
}

// Line freezes the draft.
func (d Draft) Line() ([]byte, error) {
	nullable := func(zero bool, v any) any {
		if zero {
			return nil
		}
		return v
	}
	if d.Nonce == "" {
		d.Nonce = Token(9)
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
		Do     []any    `json:"do"`
	}{d.Device, d.N, nullable(d.Prev == "", d.Prev), d.Nonce, d.User, Schema, d.At, d.Mono, d.Page, nullable(d.Heard == 0, d.Heard), d.Do})
	if err != nil {
		return nil, fmt.Errorf("freeze a commit: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
