package phone

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

const uploadTries = 5 // of one medium within one send, against a server that keeps refusing

const octets = "application/offset+octet-stream"

// send uploads one medium by tus, going on where an earlier upload stopped. With a proof it goes as part of a last will.
func (p *Phone) send(ctx context.Context, m *medium, proof string) error {
	p.mu.Lock()
	content, address := m.bytes, m.upload
	p.mu.Unlock()
	var err error
	for range uploadTries {
		var resp response
		offset := 0
		if address == "" {
			address, offset, resp, err = p.create(ctx, m, content, proof)
		} else {
			offset, resp, err = p.offset(ctx, address, proof)
		}
		p.resumeAt(m, address)
		for err == nil && offset < len(content) {
			offset, resp, err = p.patch(ctx, address, content, offset, proof)
		}
		switch {
		case err == nil:
			p.resumeAt(m, "")
			return p.finished(ctx, m, resp, proof)
		case isStatus(err, http.StatusNotFound), isStatus(err, http.StatusGone):
			// the upload is no more: it ran out, or its last reply was lost
			address = ""
			p.resumeAt(m, "")
			if proof == "" {
				have, asked := p.Have(ctx, []string{m.SHA256})
				if asked != nil || have[m.SHA256] {
					return asked
				}
			}
		case isStatus(err, http.StatusConflict): // another offset: ask for it
		case IsCode(err, "checksum"):
			// of one part: sent again from where the server stands; of the whole: the upload is gone, and a new one begins
		default:
			return err
		}
	}
	return fmt.Errorf("upload keeps failing: %w", err)
}

// resumeAt keeps the address of an upload for the next try.
func (p *Phone) resumeAt(m *medium, address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m.upload = address
}

// finished takes the server's word that the medium is stored, or asks for it where the reply that said so was lost.
func (p *Phone) finished(ctx context.Context, m *medium, resp response, proof string) error {
	epoch := resp.header.Get("Zoufang-Epoch")
	time, err := strconv.ParseInt(resp.header.Get("Zoufang-Time"), 10, 64)
	if epoch == "" || err != nil {
		if proof != "" {
			return nil // nobody to ask: a revoked device reads nothing
		}
		have, err := p.Have(ctx, []string{m.SHA256})
		if err == nil && !have[m.SHA256] {
			err = errors.New("upload is complete, but the server does not have it")
		}
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hear(time)
	m.accept(epoch, time)
	return nil
}

// create begins an upload; the first bytes go with it.
func (p *Phone) create(ctx context.Context, m *medium, content []byte, proof string) (string, int, response, error) {
	first := content[:min(len(content), p.chunk)]
	metadata := "sha256 " + base64.StdEncoding.EncodeToString([]byte(m.SHA256)) +
		",type " + base64.StdEncoding.EncodeToString([]byte(m.Type))
	h := tus("Upload-Length", strconv.Itoa(len(content)), "Upload-Metadata", metadata, "Content-Type", octets,
		"Upload-Checksum", checksum(first))
	resp, err := p.call(ctx, request{method: http.MethodPost, path: "/media", header: h, body: first, proof: proof})
	if err != nil {
		return "", 0, resp, err
	}
	address, err := p.resolve(resp.header.Get("Location"))
	if err != nil {
		return "", 0, resp, err
	}
	offset := 0 // a server may take the creation and leave the bytes
	if said := resp.header.Get("Upload-Offset"); said != "" {
		offset, err = readOffset(said, len(content))
	}
	return address, offset, resp, err
}

func (p *Phone) offset(ctx context.Context, address, proof string) (int, response, error) {
	resp, err := p.call(ctx, request{method: http.MethodHead, path: address, header: tus(), proof: proof})
	if err != nil {
		return 0, resp, err
	}
	offset, err := readOffset(resp.header.Get("Upload-Offset"), 0)
	return offset, resp, err
}

func (p *Phone) patch(ctx context.Context, address string, content []byte, from int, proof string) (int, response, error) {
	part := content[from:min(len(content), from+p.chunk)]
	h := tus("Upload-Offset", strconv.Itoa(from), "Content-Type", octets, "Upload-Checksum", checksum(part))
	resp, err := p.call(ctx, request{method: http.MethodPatch, path: address, header: h, body: part, proof: proof})
	if err != nil {
		return from, resp, err
	}
	offset, err := readOffset(resp.header.Get("Upload-Offset"), len(content))
	if err == nil && offset <= from {
		err = fmt.Errorf("%w: upload stands at %d after a part from %d", ErrReply, offset, from)
	}
	return offset, resp, err
}

// resolve makes an upload's address absolute and keeps the phone from being sent to another server.
func (p *Phone) resolve(location string) (string, error) {
	base, err := url.Parse(p.base + "/media")
	if err != nil {
		return "", err
	}
	u, err := base.Parse(location)
	if location == "" || err != nil || u.Host != base.Host {
		return "", fmt.Errorf("%w: upload at %q", ErrReply, location)
	}
	u.Scheme = base.Scheme
	return u.String(), nil
}

func readOffset(s string, most int) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || most > 0 && n > most {
		return 0, fmt.Errorf("%w: upload offset %q", ErrReply, s)
	}
	return n, nil
}

func checksum(part []byte) string {
	sum := sha256.Sum256(part)
	return "sha256 " + base64.StdEncoding.EncodeToString(sum[:])
}

func tus(pairs ...string) http.Header {
	h := http.Header{"Tus-Resumable": {"1.0.0"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}
