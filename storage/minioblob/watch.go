package minioblob

import (
	"context"
	"time"
)

// watch bounds the time that the store, and not who reads from it, lets a
// request stand still.
type watch struct {
	ctx    context.Context
	cancel context.CancelFunc
	timer  *time.Timer
}

func watchOver(ctx context.Context) *watch {
	ctx, cancel := context.WithCancel(ctx)
	w := &watch{ctx: ctx, cancel: cancel, timer: time.AfterFunc(answerWithin, cancel)}
	w.timer.Stop()
	return w
}

func (w *watch) begin() { w.timer.Reset(answerWithin) }
func (w *watch) rest()  { w.timer.Stop() }

func (w *watch) end() {
	w.timer.Stop()
	w.cancel()
}
