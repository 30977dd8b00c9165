package catalog

import "encoding/binary"

// cursor reads what was written one after another. What is cut short or damaged makes
// it bad, and from then on it reads noughts.
type cursor struct {
	rest []byte
	bad  bool
}

func (c *cursor) bytes(n int) []byte {
	if c.bad || n < 0 || n > len(c.rest) {
		c.bad = true
		return nil
	}
	out := c.rest[:n]
	c.rest = c.rest[n:]
	return out
}

func (c *cursor) octet() byte {
	if b := c.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (c *cursor) number() uint64 {
	n, size := binary.Uvarint(c.rest)
	if c.bad || size <= 0 {
		c.bad = true
		return 0
	}
	c.rest = c.rest[size:]
	return n
}

func (c *cursor) signed() int64 {
	n, size := binary.Varint(c.rest)
	if c.bad || size <= 0 {
		c.bad = true
		return 0
	}
	c.rest = c.rest[size:]
	return n
}

// texts reads what appendTexts wrote.
func (c *cursor) texts() (out []string) {
	for n := c.count(); n > 0 && !c.bad; n-- {
		out = append(out, c.text())
	}
	return out
}

func (c *cursor) text() string { return string(c.bytes(c.count())) }

// count reads how many there are of something that takes a byte each or more.
func (c *cursor) count() int {
	n := c.number()
	if n > uint64(len(c.rest)) {
		c.bad = true
		return 0
	}
	return int(n)
}
