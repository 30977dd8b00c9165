package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"time"

	"zoufang"
)

// Plan is the county as it comes into being.
type Plan struct {
	Areas   []zoufang.Area
	Users   []zoufang.User // no passwords; those with Login are to be given one
	Devices []zoufang.Device
	Pushes  []Push // in the order they reach the server
}

// Push is one sync of a phone: at most [MaxLines] lines, and the media that come
// up right after. Either may be empty.
type Push struct {
	User   zoufang.UserID
	Device zoufang.DeviceID
	Lines  [][]byte
	Media  []Medium
}

// MaxLines bounds the lines of a push, as the phone protocol does.
const MaxLines = 500

// Medium is a photo or a signature. Drawings share their parts, so that the
// county's photos never are in memory as a whole.
type Medium struct {
	Digest zoufang.Digest
	Type   string // MIME
	Size   int64
	parts  [][]byte
}

// Reader reads the medium from its beginning.
func (m Medium) Reader() io.Reader {
	readers := make([]io.Reader, len(m.parts))
	for i, p := range m.parts {
		readers[i] = bytes.NewReader(p)
	}
	return io.MultiReader(readers...)
}

// Bytes gives the medium as a whole.
func (m Medium) Bytes() []byte { return bytes.Join(m.parts, nil) }

func newMedium(mime string, parts ...[]byte) Medium {
	m := Medium{Type: mime, parts: parts}
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
		m.Size += int64(len(p))
	}
	m.Digest = zoufang.Digest(hex.EncodeToString(h.Sum(nil)))
	return m
}

// County invents the county. What it tells lies in the 90 days before now; times
// of day are China's.
func County(seed uint64, now time.Time) (*Plan, error) {
	c, err := newCounty(seed, now)
	if err != nil {
		return nil, err
	}
	c.office()
	c.register()
	c.fieldwork()
	c.desk()
	c.mishaps()
	c.run()
	return c.plan, c.err
}
