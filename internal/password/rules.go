package password

import (
	"crypto/rand"
	"math/big"
	"strings"
	"unicode/utf8"
)

const (
	minRunes    = 10
	minDistinct = 5
)

// Check holds a chosen password to the rules. It fails with a sentence for the
// person who chose it, free of what they typed.
func Check(plain, login string) (why string) {
	distinct := map[rune]bool{}
	for _, r := range plain {
		distinct[r] = true
	}
	switch {
	case !utf8.ValidString(plain):
		return "口令里有不能识别的字符"
	case utf8.RuneCountInString(plain) < minRunes:
		return "口令至少 10 个字"
	case len(plain) > MaxLen:
		return "口令太长"
	case len(distinct) < minDistinct:
		return "口令里重复的字太多"
	case login != "" && strings.Contains(strings.ToLower(plain), strings.ToLower(login)):
		return "口令里不能有登录名"
	}
	return ""
}

// Letters and figures that are not mistaken for each other when read out.
const readable = "abcdefghjkmnpqrstuvwxyz23456789"

// First makes a first password, to be read out or written down and changed at
// the first sign-in: four groups of four, about 79 random bits.
func First() string {
	var b strings.Builder
	for i := range 16 {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(readable))))
		if err != nil {
			panic(err) // the system's randomness never fails
		}
		b.WriteByte(readable[n.Int64()])
	}
	return b.String()
}
