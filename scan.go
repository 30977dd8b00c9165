package zoufang

import (
	"bytes"
	"sort"
	"strconv"
	"strings"
)

// scanner walks JSON that is known to be valid.
type scanner struct {
	b []byte
	i int
}

func (s *scanner) space() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\t', '\r', '\n':
			s.i++
		default:
			return
		}
	}
}

// skip passes over one value and gives its bytes, white space around it left out.
func (s *scanner) skip() Value {
	s.space()
	start, depth := s.i, 0
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case '"':
			s.str()
			if depth == 0 {
				return s.b[start:s.i]
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return s.b[start:s.i]
			}
			if depth--; depth == 0 {
				s.i++
				return s.b[start:s.i]
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return s.b[start:s.i]
			}
		}
		s.i++
	}
	return s.b[start:s.i]
}

// str passes over a string, quotes included.
func (s *scanner) str() []byte {
	start := s.i
	for s.i++; s.b[s.i] != '"'; s.i++ {
		if s.b[s.i] == '\\' {
			s.i++
		}
	}
	s.i++
	return s.b[start:s.i]
}

func (s *scanner) object(each func(key string, val Value)) {
	s.space()
	s.i++
	for {
		s.space()
		switch s.b[s.i] {
		case '}':
			s.i++
			return
		case ',':
			s.i++
			continue
		}
		key := unescape(s.str())
		s.space()
		s.i++ // the colon
		each(key, s.skip())
	}
}

func (s *scanner) array(each func(val Value)) {
	s.space()
	s.i++
	for {
		s.space()
		switch s.b[s.i] {
		case ']':
			s.i++
			return
		case ',':
			s.i++
			continue
		}
		each(s.skip())
	}
}

func (s *scanner) canon(dst []byte) []byte {
	s.space()
	if s.i >= len(s.b) {
		return dst
	}
	switch c := s.b[s.i]; c {
	case '"':
		return strconv.AppendQuoteToASCII(dst, unescape(s.str()))
	case '{':
		m := map[string]Value{}
		s.object(func(k string, v Value) { m[k] = v })
		keys := make([]string, 0, len(m))
		for k := range m {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		dst = append(dst, '{')
		for _, k := range keys {
			dst = strconv.AppendQuoteToASCII(dst, k)
			sub := scanner{b: m[k]}
			dst = append(sub.canon(append(dst, ':')), ',')
		}
		return append(dst, '}')
	case '[':
		dst = append(dst, '[')
		s.array(func(v Value) {
			sub := scanner{b: v}
			dst = append(sub.canon(dst), ',')
		})
		return append(dst, ']')
	case 't', 'f', 'n':
		return append(dst, s.skip()...)
	default:
		f, _ := strconv.ParseFloat(string(s.skip()), 64)
		if f == 0 {
			f = 0 // minus nought is nought
		}
		return strconv.AppendFloat(dst, f, 'g', -1, 64)
	}
}

// unescape decodes a JSON string with its quotes. A lone surrogate is kept as
// the three bytes that UTF-8 forbids (WTF-8), so no two different strings meet.
func unescape(q []byte) string {
	q = q[1 : len(q)-1]
	if bytes.IndexByte(q, '\\') < 0 {
		return string(q)
	}
	var out strings.Builder
	for i := 0; i < len(q); i++ {
		if q[i] != '\\' {
			out.WriteByte(q[i])
			continue
		}
		i++
		switch q[i] {
		case 'b':
			out.WriteByte('\b')
		case 'f':
			out.WriteByte('\f')
		case 'n':
			out.WriteByte('\n')
		case 'r':
			out.WriteByte('\r')
		case 't':
			out.WriteByte('\t')
		case 'u':
			r := unit(q[i+1:])
			i += 4
			if r >= 0xd800 && r < 0xdc00 && i+6 < len(q) && q[i+1] == '\\' && q[i+2] == 'u' {
				if low := unit(q[i+3:]); low >= 0xdc00 && low < 0xe000 {
					r = 0x10000 + (r-0xd800)<<10 + (low - 0xdc00)
					i += 6
				}
			}
			if r >= 0xd800 && r < 0xe000 {
				out.Write([]byte{0xe0 | byte(r>>12), 0x80 | byte(r>>6)&0x3f, 0x80 | byte(r)&0x3f})
			} else {
				out.WriteRune(r)
			}
		default:
			out.WriteByte(q[i])
		}
	}
	return out.String()
}

func unit(b []byte) rune {
	n, _ := strconv.ParseUint(string(b[:4]), 16, 32)
	return rune(n)
}
