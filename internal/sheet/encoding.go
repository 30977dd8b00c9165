package sheet

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// decode makes text of the file's bytes: UTF-8 and UTF-16, with a byte order mark or
// without, else GB18030, which has GBK and GB2312 in it. Bytes that are no text in any
// of them become U+FFFD.
func decode(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return strings.ToValidUTF8(string(b[3:]), "\ufffd")
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		return decodeBy(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), b)
	}
	if order, is := utf16(b); is {
		return decodeBy(unicode.UTF16(order, unicode.IgnoreBOM), b)
	}
	if utf8.Valid(b) {
		return string(b)
	}
	// A UTF-8 file that was cut, or has a few bad bytes, is not taken for another
	// encoding: GB18030 would read its hanzi as other hanzi.
	if mended := strings.ToValidUTF8(string(b), "\ufffd"); hanzi(mended) > 2*strings.Count(mended, "\ufffd") {
		return mended
	}
	return decodeBy(simplifiedchinese.GB18030, b)
}

func decodeBy(e encoding.Encoding, b []byte) string {
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	return string(out)
}

// utf16 tells UTF-16 without a mark by the noughts beside its digits and commas.
func utf16(b []byte) (order unicode.Endianness, is bool) {
	b = b[:min(len(b), 4096)&^1]
	var even, odd int
	for i := 0; i < len(b); i += 2 {
		if b[i] == 0 && b[i+1] != 0 {
			even++
		}
		if b[i+1] == 0 && b[i] != 0 {
			odd++
		}
	}
	switch pairs := len(b) / 2; {
	case pairs == 0:
		return unicode.LittleEndian, false
	case odd*5 > pairs && even == 0:
		return unicode.LittleEndian, true
	case even*5 > pairs && odd == 0:
		return unicode.BigEndian, true
	}
	return unicode.LittleEndian, false
}

func hanzi(s string) (n int) {
	for _, r := range s {
		if r >= 0x4e00 && r <= 0x9fff {
			n++
		}
	}
	return n
}
