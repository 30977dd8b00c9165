package mobileapi

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/sync/intake"
)

// Bounds of one sync request (protocol §4).
const (
	maxCommits  = 500
	maxInflated = 512 << 10
	maxHead     = fiberapp.StrangerLimit // of a last will's header line, sent and inflated
)

var (
	errBody     = errors.New("the body is cut off or is no sync request")
	errTooLarge = errors.New("over 500 commits or 512 KiB")
	errEncoding = errors.New("a content encoding other than gzip")
)

// syncRequest is a whole request, read and bounded.
type syncRequest struct {
	device zoufang.DeviceID
	expect intake.Expect
	cursor string
	reread map[zoufang.AreaID]bool
	lines  [][]byte
}

var unzippers = sync.Pool{New: func() any { return new(gzip.Reader) }}

// inflate gives the body as it was before compression. It reads and holds no more
// than most bytes and one; errBody where it does not inflate completely,
// errTooLarge over it.
func inflate(sent []byte, encoding string, most int) ([]byte, error) {
	if !packed(encoding) {
		if len(sent) > most {
			return nil, errTooLarge
		}
		return sent, nil
	}
	if !strings.EqualFold(encoding, "gzip") {
		return nil, errEncoding
	}
	return inflateFrom(bytes.NewReader(sent), most)
}

// packed reports whether a content encoding says that a body is not as it was.
func packed(encoding string) bool { return encoding != "" && !strings.EqualFold(encoding, "identity") }

// inflateFrom is inflate on what comes. With an error it gives what came before.
func inflateFrom(sent io.Reader, most int) ([]byte, error) {
	z := unzippers.Get().(*gzip.Reader)
	defer unzippers.Put(z)
	if err := z.Reset(sent); err != nil {
		return nil, errBody
	}
	body, err := fiberapp.ReadAll(z, most+1)
	if len(body) > most {
		return body[:most], errTooLarge
	}
	if err != nil {
		return body, errBody
	}
	return body, nil
}

// parseSync reads the header line and cuts the commits, which may hold anything.
// The lines are parts of body.
func parseSync(body []byte) (syncRequest, error) {
	head, rest, _ := bytes.Cut(body, []byte("\n"))
	var r syncRequest
	if err := r.head(head); err != nil {
		return r, err
	}
	for len(rest) > 0 {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		if len(line) == 0 {
			continue
		}
		if r.lines = append(r.lines, line); len(r.lines) > maxCommits {
			return r, errTooLarge
		}
	}
	return r, nil
}

// headOf gives the header line of a body of which the first bytes are there, or all.
func headOf(first []byte, whole bool, encoding string) ([]byte, error) {
	body, err := inflate(first, encoding, maxHead)
	if err != nil && (body == nil || errors.Is(err, errBody) && whole) {
		return nil, err
	}
	head, _, ended := bytes.Cut(body, []byte("\n"))
	if !ended && (!whole || len(body) == maxHead) {
		return nil, errBody
	}
	return head, nil
}

func (r *syncRequest) head(line []byte) error {
	r.reread = map[zoufang.AreaID]bool{}
	if !zoufang.ValidJSON(line) || !r.header(line) {
		return errBody
	}
	return nil
}

func (r *syncRequest) header(line []byte) bool {
	m, ok := zoufang.Value(line).Object()
	if !ok {
		return false
	}
	if v, ok := m["zoufang"].Number(); !ok || v != 1 {
		return false
	}
	device, ok := m["device"].Text()
	if !ok || device == "" {
		return false
	}
	r.device = zoufang.DeviceID(device)
	// text reads a text that may be null or left out.
	text := func(key string) (s string, there bool) {
		v := m[key]
		if v == nil || v.IsNull() {
			return "", false
		}
		s, isText := v.Text()
		ok = ok && isText
		return s, isText
	}
	if s, there := text("epoch"); there {
		r.expect.Epoch = &s
	}
	if s, there := text("last"); there {
		last := zoufang.CommitID(s)
		r.expect.Last = &last
	}
	// Whatever is no cursor of ours counts as none: nothing is lost by reading
	// from 0.
	r.cursor, _ = m["cursor"].Text()
	if v := m["reread"]; v != nil && !v.IsNull() {
		list, isList := v.Array()
		ok = ok && isList
		for _, v := range list {
			s, isText := v.Text()
			ok = ok && isText
			r.reread[zoufang.AreaID(s)] = true
		}
	}
	return ok
}
