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

// NewCode makes an enrolment code in groups of four: "3467-9ACD-EFGH-JKMN-PQRT".
// That is the code, as it is shown, linked and hashed.
func NewCode() string {
	b := make([]byte, codeLength)
	for i := range b {
		n, _ := rand.Int(rand.Reader, big.NewInt(int64(len(CodeLetters)))) // never fails, as crypto/rand promises
		b[i] = CodeLetters[n.Int64()]
	}
	return groups(string(b))
}

// Code reads an enrolment code as it is typed, in any width and case, with blanks
// and dashes wherever, and gives it as it was made.
func Code(s string) (string, error) {
	s = strings.ToUpper(bare(s))
	if s == "" {
		return "", Empty
	}
	if len(s) != codeLength || strings.Trim(s, CodeLetters) != "" {
		return "", NoCode
	}
	return groups(s), nil
}

// OldCode reads a code as earlier versions made them, b64, in which case and
// dashes count.
func OldCode(s string) string { return strings.ReplaceAll(narrow(s), " ", "") }

func bare(s string) string { return strings.NewReplacer(" ", "", "-", "").Replace(narrow(s)) }

func groups(code string) string {
	var out []string
	for ; len(code) > 4; code = code[4:] {
		out = append(out, code[:4])
	}
	return strings.Join(append(out, code), "-")
}
