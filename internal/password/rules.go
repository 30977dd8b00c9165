package password

import (
	"crypto/rand"
	"math/big"
	"strings"
	"unicode/utf8"

	"zoufang/internal/fold"
)

const (
	minRunes    = 10
	minDistinct = 5
)

// better says what to do about a password that is guessed.
const better = "换一句只有您知道的话，不用姓名、日期和键盘上连着的键"

// Check holds a chosen password to the rules. It fails with a sentence for the
// person who chose it, free of what they typed.
func Check(plain string, of Owner) (why string) {
	distinct := map[rune]bool{}
	for _, r := range plain {
		distinct[r] = true
	}
	folded := fold.Key(plain)
	switch {
	case !utf8.ValidString(plain):
		return "口令里有不能识别的字符"
	case utf8.RuneCountInString(plain) < minRunes:
		return "口令至少 10 个字"
	case len(plain) > MaxLen:
		return "口令太长"
	case len(distinct) < minDistinct:
		return "口令里重复的字太多"
	case len(of.Login) > 2 && strings.Contains(folded, fold.Key(of.Login)):
		return "口令里不能有登录名"
	case contains(folded, of.names()):
		return "口令里不能有自己的姓名和姓名的拼音"
	case strings.Trim(folded, "0123456789-.+/") == "":
		return "口令不能只有数字，" + better
	case repeats(folded):
		return "口令是同样的字一再重复，" + better
	case common()[folded] || common()[signs.Replace(folded)]:
		return "这个口令用的人很多，一猜就中，" + better
	}
	own := map[string]bool{}
	for _, w := range append(of.words(), trade...) {
		own[w] = true
	}
	if costs(folded, own) < enough {
		return "这个口令太容易猜，" + better
	}
	return ""
}

func contains(text string, any []string) bool {
	for _, part := range any {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
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
