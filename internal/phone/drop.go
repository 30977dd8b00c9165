package phone

import (
	"context"
	"encoding/hex"
	"encoding/json"
)

// DropSafe deletes the bytes of media that the phone no longer has to answer for: accepted before the last verified backup
// began, named by a safe line, and named by the server once more when asked now. It returns how many went.
func (p *Phone) DropSafe(ctx context.Context) (int, error) {
	p.mu.Lock()
	safe := map[string]bool{} // digests named by lines, and whether all of these are safe
	for _, l := range p.log {
		for _, digest := range namedIn(l.Bytes) {
			before, named := safe[digest]
			safe[digest] = l.Safe() && (before || !named)
		}
	}
	var ask []string
	for _, digest := range p.mediaLog {
		if m := p.media[digest]; m.Kept && m.Epoch == p.epoch && m.Time < p.safeAt && safe[digest] {
			ask = append(ask, digest)
		}
	}
	p.mu.Unlock()
	have, err := p.Have(ctx, ask)
	if err != nil {
		return 0, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, digest := range ask {
		if m := p.media[digest]; have[digest] && m.Epoch == p.epoch {
			m.bytes, m.Kept = nil, false
			n++
		}
	}
	return n, nil
}

// Shed makes room: accepted media go, oldest first, until at most limit bytes of media are left. What the server has not
// accepted stays, whatever the limit. It returns how many went.
func (p *Phone) Shed(limit int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	total, n := 0, 0
	for _, m := range p.media {
		total += len(m.bytes)
	}
	for _, digest := range p.mediaLog {
		if m := p.media[digest]; total > limit && m.Kept && m.accepted() {
			total -= len(m.bytes)
			m.bytes, m.Kept = nil, false
			n++
		}
	}
	return n
}

// namedIn finds the digests a line names: all of its strings that look like one.
func namedIn(line []byte) []string {
	var c struct{ Do json.RawMessage }
	var do any
	if json.Unmarshal(line, &c) != nil || json.Unmarshal(c.Do, &do) != nil {
		return nil
	}
	var found []string
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			if len(v) == 64 {
				if _, err := hex.DecodeString(v); err == nil {
					found = append(found, v)
				}
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(do)
	return found
}
