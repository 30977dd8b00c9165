package password

import (
	"strings"
	"unicode/utf8"

	"zoufang/internal/fold"
	"zoufang/internal/reading"
)

// Owner is whose password it is: nothing of theirs makes a good one.
type Owner struct {
	Login, Name string
	Areas       []string // names and codes
}

// maxReadings bounds the readings of one text: 单 has several.
const maxReadings = 64

// readings gives a name's full pinyin, joined, in each reading; nothing where it has
// no hanzi.
func readings(name string) []string {
	out := []string{""}
	for _, r := range name {
		of := reading.Syllables(r)
		if len(of) == 0 {
			continue
		}
		var next []string
		for _, head := range out {
			for _, r := range of {
				if len(next) < maxReadings {
					next = append(next, head+r)
				}
			}
		}
		out = next
	}
	if len(out) == 1 && out[0] == "" {
		return nil
	}
	return out
}

// names are the texts that may not stand in the owner's password at all: the name,
// as it is written and read.
func (o Owner) names() []string {
	out := readings(o.Name)
	if utf8.RuneCountInString(o.Name) >= 2 {
		out = append(out, fold.Key(o.Name))
	}
	return out
}

// words are further texts of the owner's, each as good as known.
func (o Owner) words() []string {
	var out []string
	add := func(s string) {
		if s = fold.Key(s); utf8.RuneCountInString(s) >= 2 {
			out = append(out, s)
		}
	}
	add(o.Login)
	for _, r := range o.Name {
		if of := reading.Syllables(r); len(of) > 0 {
			add(of[0])
		}
	}
	for _, a := range o.Areas {
		add(a)
		add(strings.TrimRight(a, "0"))
		if r := []rune(a); len(r) > 2 { // 青石镇 is also 青石
			add(string(r[:len(r)-1]))
		}
		for _, r := range readings(a) {
			add(r)
		}
		if r := []rune(a); len(r) > 2 {
			for _, r := range readings(string(r[:len(r)-1])) {
				add(r)
			}
		}
	}
	return out
}
