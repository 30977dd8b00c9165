package turns

import (
	"context"
	"errors"
	"runtime"
	"testing"
)

// runs gives turns until the queue is closed, and counts those abandoned.
func runs(q *Queue[int]) (abandoned chan int) {
	abandoned = make(chan int, 1)
	go func() {
		n := 0
		for turn := 1; q.Wait(); turn++ {
			j := q.Take(nil)
			if j.Apart != nil {
				j.Answer(j.Apart())
			} else if err, gone := j.Give(turn); gone {
				n++
			} else {
				j.Answer(err)
			}
		}
		abandoned <- n
	}()
	return abandoned
}

func do(q *Queue[int], f func(int) error) error {
	j := NewJob(f)
	if err := q.Add(j); err != nil {
		return err
	}
	return q.Await(context.Background(), j)
}

func TestTurns(t *testing.T) {
	q, own, closed := New[int](), errors.New("own"), errors.New("closed")
	abandoned := runs(q)
	var turns []int
	for i := range 3 {
		err := do(q, func(turn int) error {
			turns = append(turns, turn)
			if i == 1 {
				return own
			}
			return nil
		})
		if (err == own) != (i == 1) || err != nil && err != own {
			t.Errorf("job %d: %v", i, err)
		}
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic did not reach who asked")
			}
		}()
		do(q, func(int) error { panic("on purpose") })
	}()
	gone := make(chan bool)
	go func() {
		defer close(gone)
		do(q, func(int) error { runtime.Goexit(); return nil })
	}()
	<-gone
	j := NewApart[int](func() error { return own })
	if err := q.Add(j); err != nil || q.Await(context.Background(), j) != own {
		t.Error("a job apart")
	}
	q.Close(closed)
	if err := do(q, func(int) error { return nil }); err != closed {
		t.Errorf("after Close: %v", err)
	}
	if n := <-abandoned; n != 2 || len(turns) != 3 {
		t.Errorf("%d abandoned, turns %v", n, turns)
	}
}

// TestCancelled: a job whose ctx ends before its turn is never run.
func TestCancelled(t *testing.T) {
	q := New[int]()
	ctx, cancel := context.WithCancel(context.Background())
	ran := false
	j := NewJob(func(int) error { ran = true; return nil })
	if err := q.Add(j); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := q.Await(ctx, j); !errors.Is(err, context.Canceled) || ran || !q.Empty() {
		t.Errorf("%v, ran %v, empty %v", err, ran, q.Empty())
	}
}

// TestHere: whoever looks at the store first and takes jobs after takes none that
// was added meanwhile.
func TestHere(t *testing.T) {
	q := New[int]()
	var jobs [3]*Job[int]
	for i := range jobs {
		jobs[i] = NewJob(func(int) error { return nil })
	}
	q.Add(jobs[0])
	q.Add(jobs[1])
	here := q.Here()
	q.remove(jobs[0])
	q.Add(jobs[2])
	if q.Take(here) != jobs[1] || q.Take(here) != nil || q.Take(q.Here()) != jobs[2] {
		t.Error("a job joined that was added later, or was lost")
	}
}
