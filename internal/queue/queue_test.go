package queue

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
)

// until waits for so many to wait.
func until(t *testing.T, q *Queue, n int) {
	t.Helper()
	for q.Waiting() != n {
		if t.Context().Err() != nil {
			t.Fatal("they never came")
		}
	}
}

// enters has somebody wait and says on served when their turn came, or "-who" when
// they were sent away.
func enters(t *testing.T, q *Queue, who string, served chan<- string) {
	t.Helper()
	n := q.Waiting()
	go enter(q, who, served)
	until(t, q, n+1)
}

func enter(q *Queue, who string, served chan<- string) {
	leave, err := q.Enter(who)
	if err != nil {
		served <- "-" + who
		return
	}
	served <- who
	leave()
}

// Whoever has many waiting is served in turn with those who have one.
func TestLinesAreServedInTurn(t *testing.T) {
	q := New(1, 8, 32)
	leave, err := q.Enter("a")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan string, 32)
	for range 6 {
		enters(t, q, "a", served)
	}
	for _, who := range []string{"b", "c", "b"} {
		enters(t, q, who, served)
	}
	leave()
	var got []string
	for range 9 {
		got = append(got, <-served)
	}
	if want := []string{"a", "b", "c", "a", "b", "a", "a", "a", "a"}; !slices.Equal(got, want) {
		t.Errorf("served %v, want %v", got, want)
	}
}

func TestALineIsShort(t *testing.T) {
	q := New(1, 2, 32)
	leave, _ := q.Enter("a")
	served := make(chan string, 32)
	enters(t, q, "a", served)
	enters(t, q, "a", served)
	for range 300 {
		if _, err := q.Enter("a"); !errors.Is(err, ErrFull) {
			t.Fatalf("a third waits: %v", err)
		}
	}
	enters(t, q, "b", served)
	leave()
	if got := []string{<-served, <-served, <-served}; !slices.Equal(got, []string{"a", "b", "a"}) {
		t.Errorf("served %v", got)
	}
	if q.Waiting() != 0 || len(q.lines) != 0 || q.serving != 0 {
		t.Errorf("left over: %+v", q)
	}
}

// Where all places are taken, whoever has more than one gives one up to a newcomer;
// where nobody has, the newcomer is told.
func TestTheLongestLineMakesRoom(t *testing.T) {
	q := New(1, 3, 4)
	leave, _ := q.Enter("a")
	served := make(chan string, 32)
	for range 3 {
		enters(t, q, "a", served)
	}
	enters(t, q, "b", served)
	go enter(q, "c", served)
	if got := <-served; got != "-a" {
		t.Fatalf("%s was sent away", got)
	}
	until(t, q, 4)
	go enter(q, "d", served)
	if got := <-served; got != "-a" {
		t.Fatalf("%s was sent away", got)
	}
	until(t, q, 4)
	if _, err := q.Enter("e"); !errors.Is(err, ErrFull) {
		t.Errorf("a fifth waits: %v", err)
	}
	leave()
	var got []string
	for range 4 {
		got = append(got, <-served)
	}
	if slices.Sort(got); !slices.Equal(got, []string{"a", "b", "c", "d"}) {
		t.Errorf("served %v", got)
	}
}

// No more are served at once than may be, and nobody is forgotten.
func TestManyAtOnce(t *testing.T) {
	q := New(2, 1000, 1000)
	var mu sync.Mutex
	var in, most, done int
	var wg sync.WaitGroup
	for i := range 500 {
		wg.Go(func() {
			leave, err := q.Enter(fmt.Sprint(i % 7))
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			in++
			most, done = max(most, in), done+1
			mu.Unlock()
			mu.Lock()
			in--
			mu.Unlock()
			leave()
			leave() // again changes nothing
		})
	}
	wg.Wait()
	if most > 2 || done != 500 || q.serving != 0 || q.Waiting() != 0 {
		t.Errorf("%d at once, %d served, %d and %d left", most, done, q.serving, q.Waiting())
	}
}
