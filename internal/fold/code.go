package fold

import (
	"crypto/rand"
	"math/big"
	"strings"
)

// CodeLetters are what enrolment codes are made of: no two look alike in print or
// in handwriting (0 O, 1 I L, 2 Z, 5 S, 8 B, U V).
const CodeLetters = "34679ACDEFGHJKMNPQRTVWXY"

// codeLength times log2(24) is 91 random bits.
const codeLength = 20

// NewCode makes an enrolment code, without groups.
func NewCode() string {
	b := make([]byte, codeLength)
	for i := range b {
		n, _ := rand.Int(rand.Reader, big.NewInt(int64(len(CodeLetters)))) // never fails, as crypto/rand promises
		b[i] = CodeLetters[n.Int64()]
	}
	return string(b)
}

// Code reads an enrolment code as it is typed: any width and case, with blanks and
// dashes wherever.
func Code(s string) (string, error) {
	s = strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(narrow(s)))
	if s == "" {
		return "", Empty
	}
	if len(s) != codeLength || strings.Trim(s, CodeLetters) != "" {
		return "", NoCode
	}
	return s, nil
}

// Groups shows a code in groups of four, divided by the text given.
func Groups(code, by string) string {
	var out []string
	for len(code) > 4 {
		out, code = append(out, code[:4]), code[4:]
	}
	return strings.Join(append(out, code), by)
}
