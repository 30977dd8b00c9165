package demo

import (
	"time"

	"zoufang"
)

// hand is a person with a phone in it, saving commits.
type hand struct {
	c       *county
	user    *zoufang.User
	device  zoufang.Device
	dice    dice
	n       int64
	prev    zoufang.CommitID
	clock   time.Time // of the last commit
	page    string
	loaded  time.Time // when the page was
	heard   time.Time
	offline bool // hears nothing today
}

// line is a frozen commit. Most are pushed at once; a few are lost, come late or
// come by another hand.
type line struct {
	id    zoufang.CommitID
	bytes []byte
	do    []zoufang.Item
}

// wait lets time pass until at, or a little where it is past already.
func (h *hand) wait(at time.Time) {
	if soon := h.clock.Add(time.Duration(h.dice.between(20, 150)) * time.Second); at.Before(soon) {
		at = soon
	}
	h.clock = at.Add(time.Duration(h.dice.IntN(1000)) * time.Millisecond)
}

// save freezes a commit, pushes it and enters it in the book: it will be applied.
func (h *hand) save(do ...zoufang.Item) {
	l := h.freeze(do...)
	h.send(l.bytes)
	h.c.book.apply(l.id, l.do)
}

// freeze makes the commit's line at the hand's own time.
func (h *hand) freeze(do ...zoufang.Item) line {
	h.n++
	h.wait(h.clock)
	if h.clock.After(h.c.now) {
		h.clock = h.c.now
	}
	if h.page == "" || h.clock.Sub(h.loaded) > 14*time.Hour {
		h.page, h.loaded = h.dice.token(6), h.clock.Add(-time.Duration(h.dice.between(5, 400))*time.Second)
		h.offline = h.dice.chance(20)
	}
	if heard := h.clock.Add(-time.Duration(h.dice.between(4, 1500)) * time.Second); !h.offline && heard.After(h.heard) {
		h.heard = heard
	}
	b, err := zoufang.Action{
		Device: h.device.ID,
		N:      h.n,
		Prev:   h.prev,
		User:   h.user.ID,
		At:     h.clock.UnixMilli(),
		Mono:   float64(h.clock.Sub(h.loaded).Microseconds()/100) / 10,
		Page:   h.page,
		Heard:  h.heard.UnixMilli(),
		Nonce:  h.dice.token(9),
		Do:     do,
	}.Line()
	if err != nil {
		h.c.fail(err)
	}
	id, _ := zoufang.HashLine(b)
	h.prev = id
	return line{id, b, do}
}

// send puts bytes into the push that is under way, or begins another.
func (h *hand) send(b []byte) {
	p := h.c.pushOf(h)
	p.Lines = append(p.Lines, b)
}

// upload sends media along with the push that is under way.
func (h *hand) upload(media ...Medium) {
	p := h.c.pushOf(h)
	p.Media = append(p.Media, media...)
}
