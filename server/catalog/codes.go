package catalog

import (
	"encoding/binary"

	"zoufang"
)

// code numbers what a record counts under by the facets of few values: all records that
// count alike share one, so that a query judges each code once and not each record.
type code = uint32

// counted is what a code stands for.
type counted struct {
	key    string
	values [][]string // by the place of the facet among plan.few
	harm   bool       // a report of harm to a child, see zoufang.Record.TellsHarm
}

// codes are the codes of one kind, of all areas.
type codes struct {
	all []counted
	of  map[string]code
}

func newCodes() *codes { return &codes{of: map[string]code{}} }

// number gives the code of what a key says.
func (c *codes) number(key string) code {
	n, ok := c.of[key]
	if !ok {
		n = code(len(c.all))
		c.all = append(c.all, readKey(key))
		c.of[key] = n
	}
	return n
}

// key writes what a record counts under as bytes that no other says.
func (p *plan) key(r *zoufang.Record) string {
	b := []byte{0}
	if r.TellsHarm() {
		b[0] = 1
	}
	for _, f := range p.few {
		b = appendTexts(b, few(f.Values(r)))
	}
	return string(b)
}

// appendTexts writes texts as bytes that no others give, whatever stands in them.
func appendTexts(b []byte, texts []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(texts)))
	for _, t := range texts {
		b = appendText(b, t)
	}
	return b
}

func appendText(b []byte, t string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(t))), t...)
}

// readKey reads what key wrote. A key that nobody wrote says nothing.
func readKey(key string) (c counted) {
	c.key = key
	r := cursor{rest: []byte(key)}
	c.harm = r.octet() == 1
	for len(r.rest) > 0 && !r.bad {
		c.values = append(c.values, r.texts())
	}
	return c
}
