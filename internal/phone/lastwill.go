package phone

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
)

// HeldLine is one line of this user that the server holds, or held within the last 30 days.
type HeldLine struct {
	ID   string `json:"id"`
	At   int64  `json:"at"` // when it came
	Code string `json:"code"`
	Why  string `json:"why"`
	Line string `json:"line"` // "" where it carries a sealed value
}

// Held asks for the user's held lines.
func (p *Phone) Held(ctx context.Context) ([]HeldLine, error) {
	var said struct{ Held []HeldLine }
	err := p.ask(ctx, request{method: http.MethodGet, path: "/held", limit: maxReply}, nil, &said)
	return said.Held, err
}

// LastWill hands the lines of a revoked device over; the server holds each of them. Nil stands for all unanswered ones.
// The answers are noted as a sync's are.
func (p *Phone) LastWill(ctx context.Context, ids []string) error {
	p.syncing.Lock()
	defer p.syncing.Unlock()
	ids = slices.Clone(ids)
	for restarts := 0; ; {
		sent, epoch, body, err := p.composeWill(ids)
		if err != nil {
			return err
		}
		if len(sent) == 0 {
			return nil
		}
		r := p.post("/lastwill", body)
		digest := sha256.Sum256(r.body) // as sent: compressed, if it is
		if r.proof, err = p.Sign(LastWillText(p.Device(), hex.EncodeToString(digest[:]))); err != nil {
			return err
		}
		resp, err := p.call(ctx, r)
		if err != nil {
			return err
		}
		said, err := parseReply(resp.body)
		if err != nil {
			return err
		}
		p.mu.Lock()
		if said.refuses(epoch) {
			p.startOver(said.Epoch)
			p.mu.Unlock()
			if restarts++; restarts > maxRestarts {
				return fmt.Errorf("%w: told to start over %d times", ErrReply, restarts)
			}
			continue
		}
		err = p.take(sent, said)
		p.mu.Unlock()
		if err != nil {
			return err
		}
		for _, l := range sent {
			ids = slices.DeleteFunc(ids, func(id string) bool { return id == l.ID })
		}
		if ids != nil && len(ids) == 0 {
			return nil
		}
	}
}

// composeWill is compose for chosen lines, or for all unanswered ones when ids is nil.
func (p *Phone) composeWill(ids []string) ([]*Line, string, []byte, error) {
	if ids == nil {
		return p.compose(p.batch, nil)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	lines := make([]*Line, 0, len(ids))
	for _, id := range ids {
		l := p.index[id]
		if l == nil {
			return nil, "", nil, fmt.Errorf("line %s is not on this phone", id)
		}
		lines = append(lines, l)
	}
	return p.pack(lines, p.batch, nil)
}

// LastWillMedia sends the media that the given digests name, or all unaccepted ones when nil, by the device's proof.
func (p *Phone) LastWillMedia(ctx context.Context, digests []string) error {
	p.sending.Lock()
	defer p.sending.Unlock()
	chosen := func(m *medium) bool { return digests == nil || slices.Contains(digests, m.SHA256) }
	for _, m := range p.waitingMedia(chosen) {
		proof, err := p.Sign(LastWillMediaText(p.Device(), m.SHA256))
		if err != nil {
			return err
		}
		if err := p.send(ctx, m, proof); err != nil {
			return fmt.Errorf("medium %.8s: %w", m.SHA256, err)
		}
	}
	return nil
}

// LastWillText is what a revoked device signs: digest is the hex SHA-256 of the body as sent.
func LastWillText(device, digest string) string {
	return "zoufang-lastwill-v1\n" + device + "\n" + digest
}

// LastWillMediaText is what a revoked device signs to send one medium.
func LastWillMediaText(device, digest string) string {
	return "zoufang-lastwill-media-v1\n" + device + "\n" + digest
}
