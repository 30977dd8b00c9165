package fiberapp

import "time"

// A body must bring so many bytes, or its end, in every pause. Phones on a 2G line
// are slow and stand still now and then; what never does half of that (270 bytes
// a second) is no phone.
const (
	pause  = 30 * time.Second
	stride = 8 << 10 // bytes
)

// pace counts how long a body was waited for. Time that its reader spent on other
// things does not count.
type pace struct {
	bytes  int // since the last stride was full
	waited time.Duration
}

// patience is how long the next bytes may be waited for.
func (p *pace) patience() time.Duration { return pause - p.waited }

// came notes n bytes that were waited for.
func (p *pace) came(n int, waited time.Duration) {
	p.bytes += n
	p.waited += waited
	if p.bytes >= stride {
		*p = pace{}
	}
}
