package phone

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
)

const maxRestarts = 5 // within one Sync; more is a server that cannot make up its mind

// hello is the first line of a request.
type hello struct {
	Zoufang int      `json:"zoufang"`
	Device  string   `json:"device"`
	Epoch   *string  `json:"epoch"`
	Cursor  *string  `json:"cursor"`
	Last    *string  `json:"last"`
	Reread  []string `json:"reread,omitempty"`
	App     string   `json:"app"`
}

// Sync makes round trips until every line is answered and nothing more is to be read. After an error the phone is as the
// last whole reply left it, and Sync may be called again.
func (p *Phone) Sync(ctx context.Context) error {
	p.syncing.Lock()
	defer p.syncing.Unlock()
	limit, reread, compared := p.batch, []string(nil), false
	for restarts := 0; ; {
		sent, epoch, body, err := p.compose(limit, reread)
		if err != nil {
			return err
		}
		resp, err := p.call(ctx, p.post("/sync", body))
		if isStatus(err, http.StatusRequestEntityTooLarge) && len(sent) > 1 {
			limit = len(sent) / 2
			continue
		}
		if err != nil {
			return err
		}
		r, err := parseReply(resp.body)
		if err != nil {
			return err
		}
		reread = nil
		if r.refuses(epoch) {
			if restarts++; restarts > maxRestarts {
				return fmt.Errorf("%w: told to start over %d times", ErrReply, restarts)
			}
			p.mu.Lock()
			p.startOver(r.Epoch)
			p.hear(r.Time)
			p.mu.Unlock()
			continue
		}
		differ, err := p.apply(sent, r)
		if err != nil {
			return err
		}
		if len(differ) > 0 && !compared {
			reread, compared = differ, true
			continue
		}
		if !r.more && p.idle() {
			break
		}
	}
	return p.leaveAreas(ctx)
}

// refuses says that the reply only tells the phone to start over.
func (r *reply) refuses(epoch string) bool { return r.Again || epoch != "" && r.Epoch != epoch }

func (p *Phone) post(path string, body []byte) request {
	r := request{method: http.MethodPost, path: path, body: body, limit: maxReply,
		header: http.Header{"Content-Type": {"application/x-ndjson"}}}
	if p.gzip {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write(body) // a Buffer takes everything
		z.Close()
		r.body = b.Bytes()
		r.header.Set("Content-Encoding", "gzip")
	}
	return r
}

// compose takes what is to be sent next and makes the request's body of it.
func (p *Phone) compose(limit int, reread []string) (sent []*Line, epoch string, body []byte, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pack(p.outbox(), limit, reread)
}

// pack writes a request with as many of the lines as fit, at least one if there is one.
func (p *Phone) pack(lines []*Line, limit int, reread []string) (sent []*Line, epoch string, body []byte, err error) {
	h := hello{Zoufang: 1, Device: p.device, Epoch: orNull(p.epoch), Cursor: orNull(p.cursor), Last: orNull(p.last),
		Reread: reread, App: version}
	body, err = encode(h)
	if err != nil {
		return nil, "", nil, fmt.Errorf("header line: %w", err)
	}
	body = append(body, '\n')
	for _, l := range lines {
		full := len(sent) == limit || len(body)+len(l.Bytes)+1 > maxRequest
		if full && len(sent) > 0 {
			break
		}
		sent = append(sent, l)
		body = append(append(body, l.Bytes...), '\n')
	}
	return sent, p.epoch, body, nil
}

// outbox is all that is to be sent, oldest first unless the phone was told to be odd.
func (p *Phone) outbox() []*Line {
	var out []*Line
	again := make(map[string]bool, len(p.extra))
	for _, id := range p.extra {
		if l := p.index[id]; l != nil {
			out = append(out, l)
			again[id] = true
		}
	}
	for _, l := range p.log {
		if !l.Answer.Given() && !again[l.ID] {
			out = append(out, l)
		}
	}
	if p.shuffle != nil {
		p.shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	}
	return out
}

// idle says that nothing is waiting to be sent.
func (p *Phone) idle() bool {
	if p.Unsent() > 0 {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.extra) == 0
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
