// Package reading finds names as they are typed: in hanzi, in letters (pinyin, whole
// or begun), in initials, or in a mixture: 罗淑兰 is found by 淑兰, luoshulan, luosl, lsl
// and 罗sl. A character that is read in several ways counts in each (单: dan, shan, chan).
// It is the phone's rule (web/phone/src/village/spelling.ts) on the server's side.
package reading

import (
	"strings"
	"sync"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"

	"zoufang/internal/fold"
)

// longest is how many letters of a word of a query count.
const longest = 30

var every = func() pinyin.Args {
	a := pinyin.NewArgs()
	a.Heteronym = true
	return a
}()

// Name is a name as it is compared.
type Name struct {
	Key   string     // fold.Key of it
	Reads [][]string // of each character of the key that is read: what may stand for it
}

// NameOf folds a name and finds its readings. Pure.
func NameOf(name string) Name {
	n := Name{Key: fold.Key(name)}
	for _, r := range n.Key {
		if of := readings(r); len(of) > 0 {
			n.Reads = append(n.Reads, of)
		}
	}
	return n
}

// known remembers the readings of a character: there are some thousands.
var known sync.Map // rune → []string

// readings gives what may be typed for a character of a key; none for signs.
func readings(r rune) []string {
	if of, ok := known.Load(r); ok {
		return of.([]string)
	}
	of := read(r)
	if len(of) > 1 {
		known.Store(r, of)
	}
	return of
}

// Syllables gives how a character is read, the commonest first; none of what is no hanzi.
func Syllables(r rune) []string { return pinyin.SinglePinyin(r, every) }

func read(r rune) []string {
	switch {
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
		return []string{string(r)}
	case r < 0x3400:
		return nil
	}
	out := []string{string(r)}
	for _, s := range Syllables(r) {
		out = append(out, s)
		if strings.Contains(s, "v") { // 吕 is typed lv, lu and, in passports, lyu
			out = append(out, strings.ReplaceAll(s, "v", "u"), strings.ReplaceAll(s, "v", "yu"))
		}
	}
	return out
}

// Query is what somebody looks for: every word of it must be found.
type Query []word

type word struct {
	key     string
	letters []rune // nil where it has none, or signs besides
}

// MaxWords is how many words of a query count.
const MaxWords = 16

// QueryOf reads what somebody typed. One of no words finds every name. Pure.
func QueryOf(text string) (q Query) {
	for _, key := range fold.Words(text) {
		if len(q) < MaxWords {
			q = append(q, word{key, letters(key)})
		}
	}
	return q
}

// letters are those of a word as they are compared: tones and apostrophes go, ü is v.
func letters(key string) []rune {
	var out []rune
	latin := false
	marked := norm.NFD.String(key)
	for _, r := range strings.ReplaceAll(marked, "u\u0308", "v") {
		switch {
		case r >= 'a' && r <= 'z':
			latin = true
		case r >= '0' && r <= '9', r >= 0x3400 && r <= 0x9fff:
		case r >= 0x300 && r <= 0x36f, r == '\'', r == '’', r == '`':
			continue
		default:
			return nil
		}
		if len(out) < longest {
			out = append(out, r)
		}
	}
	if !latin {
		return nil
	}
	return out
}

// Finds reports whether each word of the query is in one of the names.
func (q Query) Finds(names ...Name) bool {
	var found uint16
	for i := range names {
		found |= q.In(&names[i])
	}
	return found == q.All()
}

// In tells which words of the query are in a name, a bit each.
func (q Query) In(n *Name) (found uint16) {
	for i := range q {
		if q[i].in(n) {
			found |= 1 << i
		}
	}
	return found
}

// Finder finds a query in many names; it is for one goroutine.
type Finder struct {
	q     Query
	of    map[rune][]string
	reads [][]string
}

// Finder makes one.
func (q Query) Finder() *Finder { return &Finder{q: q, of: map[rune][]string{}} }

// In is Query.In of the name whose fold.Key is given.
func (f *Finder) In(key string) (found uint16) {
	read := false
	for i := range f.q {
		w := &f.q[i]
		if strings.Contains(key, w.key) {
			found |= 1 << i
			continue
		}
		if len(w.letters) == 0 {
			continue
		}
		if !read {
			read = true
			f.spell(key)
		}
		if w.reads(f.reads) {
			found |= 1 << i
		}
	}
	return found
}

func (f *Finder) spell(key string) {
	f.reads = f.reads[:0]
	for _, r := range key {
		of, ok := f.of[r]
		if !ok {
			of = readings(r)
			f.of[r] = of
		}
		if len(of) > 0 {
			f.reads = append(f.reads, of)
		}
	}
}

// All is the bits of all its words.
func (q Query) All() uint16 { return 1<<len(q) - 1 }

func (w *word) in(n *Name) bool {
	return strings.Contains(n.Key, w.key) || len(w.letters) > 0 && w.reads(n.Reads)
}

func (w *word) reads(of [][]string) bool {
	for from := range of {
		if reads(of[from:], w.letters) {
			return true
		}
	}
	return false
}

// reads reports whether the characters, from the first on, can be read by the letters:
// each takes at least one of them. The bits of at are how many may have been taken.
func reads(of [][]string, letters []rune) bool {
	at := uint64(1)
	for _, ways := range of {
		next := uint64(0)
		for n := range letters {
			if at>>n == 0 {
				break
			}
			if at>>n&1 == 0 {
				continue
			}
			for _, way := range ways {
				k := n
				for _, r := range way {
					if k == len(letters) || letters[k] != r {
						break
					}
					k++
					next |= 1 << k
				}
			}
		}
		if next>>len(letters)&1 == 1 {
			return true
		}
		if at = next; at == 0 {
			return false
		}
	}
	return false
}
