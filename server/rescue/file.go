package rescue

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"zoufang"
	"zoufang/internal/recovery"
)

// Bounds of a file.
const (
	MaxFile    = 512 << 20 // bytes
	maxHead    = 8 << 10   // bytes of a JSON line
	maxEntries = 200_000
	maxMedium  = 20 << 20
	maxDraft   = 1 << 20
	maxWraps   = 8
)

// A FileError says what is wrong with a file, without a word of its content.
type FileError struct{ Why string }

func (e *FileError) Error() string { return "the rescue file: " + e.Why }

func badFile(format string, args ...any) error { return &FileError{fmt.Sprintf(format, args...)} }

// header is the first line. Its own wrap is the newest; the list has all of them,
// since the server may have been restored from before the newest key.
type header struct {
	Zoufang string           `json:"zoufang"`
	V       int              `json:"v"`
	Device  zoufang.DeviceID `json:"device"`
	User    zoufang.UserID   `json:"user"`
	wrap
	Wraps []wrap `json:"wraps"`
}

// wrap is the content key wrapped to one recovery key. Each is signed for by
// itself: else one could be added to a file whose other wrap is the phone's.
type wrap struct {
	Key     string `json:"kid"`
	Wrapped string `json:"wrapped"`
	Proof   string `json:"proof"`

	bytes []byte
}

func (w *wrap) read() bool {
	var err error
	w.bytes, err = base64.RawURLEncoding.Strict().DecodeString(w.Wrapped)
	return err == nil && len(w.bytes) == recovery.Wrapped && plainID(w.Key)
}

// entry is the JSON line before sealed bytes, or the last line. A medium that
// names a draft is of that alone.
type entry struct {
	Line   zoufang.CommitID `json:"line"`
	Device zoufang.DeviceID `json:"dev"`
	N      int64            `json:"n"`
	Media  zoufang.Digest   `json:"media"`
	Type   string           `json:"type"`
	Draft  string           `json:"draft"`
	At     int64            `json:"at"`
	Bytes  int64            `json:"bytes"`
	End    *int             `json:"end"`
}

// errCut says that the file ends before its last line.
var errCut = errors.New("cut short")

type reader struct {
	r       *bufio.Reader
	entries int
}

func newReader(r io.Reader) (*reader, header, error) {
	f := &reader{r: bufio.NewReaderSize(io.LimitReader(r, MaxFile), 64<<10)}
	var h header
	b, err := f.json()
	if errors.Is(err, errCut) {
		return nil, h, badFile("it is empty or no rescue file")
	}
	if err != nil {
		return nil, h, err
	}
	if json.Unmarshal(b, &h) != nil || h.Zoufang != "rescue" {
		return nil, h, badFile("it is no rescue file")
	}
	if h.V != 1 {
		return nil, h, badFile("it is of a newer kind; update the server first")
	}
	var whole []wrap
	for _, w := range append([]wrap{h.wrap}, h.Wraps...) {
		if w.read() {
			whole = append(whole, w)
		}
	}
	if len(whole) == 0 || len(h.Wraps) > maxWraps || !plainID(string(h.Device)) || !plainID(string(h.User)) {
		return nil, h, badFile("its first line is damaged")
	}
	h.Wraps = whole
	return f, h, nil
}

// plainID keeps ids from reaching into the next line of what is signed or sealed.
func plainID(s string) bool {
	return s != "" && len(s) <= 64 && !strings.ContainsAny(s, "\n\r\x00")
}

// json reads one JSON line; errCut where the file ends before or within it.
func (f *reader) json() ([]byte, error) {
	var line []byte
	for {
		part, err := f.r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxHead:
			return nil, badFile("a line is too long")
		case err == nil:
			return line, nil
		case errors.Is(err, io.EOF):
			return nil, errCut
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

// next gives the next entry with its sealed bytes; io.EOF after the last line.
func (f *reader) next() (e entry, sealed []byte, err error) {
	b, err := f.json()
	if err != nil {
		return e, nil, err
	}
	if json.Unmarshal(b, &e) != nil {
		return e, nil, badFile("entry %d is damaged", f.entries+1)
	}
	if e.End != nil {
		if *e.End != f.entries {
			return e, nil, badFile("it says %d entries and has %d", *e.End, f.entries)
		}
		return e, nil, io.EOF
	}
	if f.entries++; f.entries > maxEntries {
		return e, nil, badFile("it has over %d entries", maxEntries)
	}
	most := int64(zoufang.MaxLine + recovery.Overhead)
	switch {
	case e.Media != "":
		most = maxMedium + recovery.Overhead
	case e.Draft != "":
		most = maxDraft + recovery.Overhead
	}
	if e.Bytes < 0 || e.Bytes > most {
		return e, nil, badFile("entry %d is too large", f.entries)
	}
	sealed = make([]byte, e.Bytes+1)
	if _, err := io.ReadFull(f.r, sealed); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errCut
		}
		return e, nil, err
	}
	if sealed[e.Bytes] != '\n' {
		return e, nil, badFile("entry %d is damaged", f.entries)
	}
	return e, sealed[:e.Bytes], nil
}

func lineLabel(e entry) string {
	return "zoufang-line-v1\n" + string(e.Device) + "\n" + strconv.FormatInt(e.N, 10)
}

func draftLabel(id string) string { return "zoufang-draft-v1\n" + id }

func mediaLabel(d zoufang.Digest) string { return "zoufang-media-v1\n" + string(d) }
