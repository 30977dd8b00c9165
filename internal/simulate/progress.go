package simulate

import (
	"fmt"
	"strings"
	"time"
)

const barWidth = 30

// showProgress draws a bar until the returned function is called.
func (r *run) showProgress() (stop func()) {
	if r.Progress == nil {
		return func() {}
	}
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(250 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				fmt.Fprint(r.Progress, "\r", r.bar())
			case <-quit:
				fmt.Fprintln(r.Progress, "\r"+r.bar())
				return
			}
		}
	}()
	return func() { close(quit); <-done }
}

func (r *run) bar() string {
	did, all := int(r.visitsDid.Load()), max(1, r.Visits)
	full := barWidth * min(did, all) / all
	return fmt.Sprintf("[%s%s] %d/%d visits, %d retries, %d lost replies, %s   ", strings.Repeat("#", full),
		strings.Repeat(".", barWidth-full), did, r.Visits, r.retries.Load(), r.faults.lostReplies.Load(), *r.phase.Load())
}
