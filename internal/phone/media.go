package phone

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
)

const maxHave = 500 // digests in one question

// A Medium is a photo, signature or recording the phone keeps until it is safe elsewhere.
type Medium struct {
	SHA256 string
	Type   string
	Size   int
	Epoch  string // of the reply that named it as stored, "" while none did
	Time   int64
	Kept   bool // the bytes are still on the phone
}

type medium struct {
	Medium
	bytes  []byte
	upload string // address of the unfinished upload
	ask    bool   // whether the server has it is to be asked before it is sent
}

func (m *medium) accepted() bool { return m.Epoch != "" }

func (m *medium) accept(epoch string, time int64) {
	m.Epoch, m.Time, m.upload, m.ask = epoch, time, "", false
}

// neverSent takes back all trust in what was said of the medium.
func (m *medium) neverSent() { m.Epoch, m.Time, m.upload, m.ask = "", 0, "", true }

// Digest names a medium.
func Digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// AddMedium keeps a photo or signature for sending and returns its name. The bytes are not to be changed afterwards.
func (p *Phone) AddMedium(b []byte, mime string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	digest := Digest(b)
	if m := p.media[digest]; m != nil {
		if !m.Kept {
			m.bytes, m.Kept = b, true
		}
		return digest
	}
	p.media[digest] = &medium{Medium: Medium{SHA256: digest, Type: mime, Size: len(b), Kept: true}, bytes: b}
	p.mediaLog = append(p.mediaLog, digest)
	return digest
}

// Media lists what the phone has kept, oldest first, also what it has since dropped.
func (p *Phone) Media() []Medium {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]Medium, 0, len(p.mediaLog))
	for _, digest := range p.mediaLog {
		all = append(all, p.media[digest].Medium)
	}
	return all
}

// SendMedia uploads all that is not yet accepted, each from where it stopped. After an error the rest is left for the next
// call.
func (p *Phone) SendMedia(ctx context.Context) error {
	p.sending.Lock()
	defer p.sending.Unlock()
	if err := p.askAgain(ctx); err != nil {
		return err
	}
	for _, m := range p.waitingMedia(func(m *medium) bool { return true }) {
		if err := p.send(ctx, m, ""); err != nil {
			return fmt.Errorf("medium %.8s: %w", m.SHA256, err)
		}
	}
	return nil
}

func (p *Phone) waitingMedia(which func(*medium) bool) []*medium {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []*medium
	for _, digest := range p.mediaLog {
		if m := p.media[digest]; !m.accepted() && m.Kept && which(m) {
			list = append(list, m)
		}
	}
	return list
}

// askAgain settles by question which of the doubtful media the server has.
func (p *Phone) askAgain(ctx context.Context) error {
	var digests []string
	for _, m := range p.waitingMedia(func(m *medium) bool { return m.ask }) {
		digests = append(digests, m.SHA256)
	}
	_, err := p.Have(ctx, digests)
	return err
}

// Have asks which of the media the server has stored. What it names counts as accepted, what it does not name as never
// sent.
func (p *Phone) Have(ctx context.Context, digests []string) (map[string]bool, error) {
	have := make(map[string]bool, len(digests))
	for part := range slices.Chunk(digests, maxHave) {
		var said struct {
			Have  []string
			Epoch string
			Time  int64
		}
		r := request{method: http.MethodPost, path: "/media/have"}
		if err := p.ask(ctx, r, map[string]any{"sha256": part}, &said); err != nil {
			return nil, err
		}
		if said.Epoch == "" || said.Time == 0 {
			return nil, fmt.Errorf("%w: have without epoch or time", ErrReply)
		}
		for _, digest := range said.Have {
			have[digest] = true
		}
		p.mu.Lock()
		p.hear(said.Time)
		for _, digest := range part {
			m := p.media[digest]
			switch {
			case m == nil:
			case !have[digest]:
				m.neverSent()
				m.ask = false // just asked
			case m.Epoch != said.Epoch:
				m.accept(said.Epoch, said.Time)
			}
		}
		p.mu.Unlock()
	}
	return have, nil
}

// ErrDigest says that what came is not what was asked for.
var ErrDigest = errors.New("medium came back with other bytes")

// Get fetches a medium, whole or as a thumbnail of the given width (0 for whole). A whole one is checked against its name.
func (p *Phone) Get(ctx context.Context, digest string, width int) ([]byte, error) {
	path := "/media/" + digest
	if width > 0 {
		path += "?size=" + strconv.Itoa(width)
	}
	resp, err := p.call(ctx, request{method: http.MethodGet, path: path, limit: maxReply})
	if err != nil {
		return nil, err
	}
	if width == 0 && Digest(resp.body) != digest {
		return nil, fmt.Errorf("%w: %.8s as %.8s", ErrDigest, digest, Digest(resp.body))
	}
	return resp.body, nil
}
