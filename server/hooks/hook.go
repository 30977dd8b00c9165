package hooks

import (
	"encoding/json"
	"errors"
	"net/netip"
	"net/url"
	"slices"

	"zoufang"
	"zoufang/storage"
)

// owner stands for no person: it is what hooks are found by among jobs.
const owner zoufang.UserID = "hooks"

// never is when hooks were added, as the keeper of jobs is told: they do not run out.
const never = 1 << 62

// Bounds.
const (
	MaxHooks  = 100  // of all people
	maxOfUser = 10   // of one
	minSecret = 16   // characters
	maxSecret = 200  // characters
	maxURL    = 1000 // bytes
)

// Ask is what somebody wants sent where.
type Ask struct {
	URL    string
	Kinds  []string // of records, "visit" or "visits"; none: all
	Secret string   // what deliveries are signed with, 16 to 200 characters
	After  string   // a place of GET /changes from which on; "": from now on
	Key    string   // one and the same for every try of one request; "": each try makes a hook
}

// task is a hook as it was asked for.
type task struct {
	User    zoufang.UserID   `json:"user"`
	Areas   []zoufang.AreaID `json:"areas"` // of the token that asked, within which it stays
	URL     string           `json:"url"`
	Kinds   []string         `json:"kinds,omitempty"`
	Secret  string           `json:"secret"`
	Created int64            `json:"created"`
}

// State says how a hook goes.
type State string

// The states.
const (
	Live    State = "live"    // what there was is sent
	Failing State = "failing" // the last delivery was not taken; it is tried again
	Dead    State = "dead"    // nothing was taken for three days; it waits for somebody
)

// progress is how far a hook has come.
type progress struct {
	After     string `json:"after"`
	Delivered int64  `json:"delivered"` // pages that were taken
	Rows      int64  `json:"rows"`      // rows in them
	Last      int64  `json:"last"`      // when the last was taken, Unix ms
	Tries     int    `json:"tries"`     // since then
	Since     int64  `json:"since"`     // when the first of these failed, Unix ms
	Next      int64  `json:"next"`      // when there is something to do, Unix ms
	Status    int    `json:"status"`    // of the last answer; 0: there was none
	Dead      bool   `json:"dead"`
}

// Status is a hook as whoever has it is told of it. The secret is told to nobody.
type Status struct {
	ID        string   `json:"id"`
	URL       string   `json:"url"`
	Kinds     []string `json:"kinds" nullable:"false"`
	State     State    `json:"state" enum:"live,failing,dead"`
	Delivered int64    `json:"delivered" doc:"Pages that were taken."`
	Rows      int64    `json:"rows" doc:"Rows in them."`
	Last      int64    `json:"last,omitempty" doc:"When the last one was taken, Unix ms."`
	Tries     int      `json:"tries" doc:"How often the page at hand was tried in vain."`
	Since     int64    `json:"since,omitempty" doc:"When that began, Unix ms."`
	Next      int64    `json:"next,omitempty" doc:"When it is tried again, Unix ms."`
	Status    int      `json:"status,omitempty" doc:"Of the last answer; left out where there was none."`
}

// Errors of what is asked for.
var (
	ErrURL    = errors.New("hooks: an address begins with https://, or with http:// in a network of one's own")
	ErrSecret = errors.New("hooks: a secret has 16 to 200 characters")
	ErrKind   = errors.New("hooks: no such kind")
	ErrPlace  = errors.New("hooks: no place in the changes")
	ErrMany   = errors.New("hooks: there are too many")
)

func (t *task) check() error {
	u, err := url.Parse(t.URL)
	switch {
	case err != nil || len(t.URL) > maxURL || u.Host == "" || u.User != nil || u.Fragment != "":
		return ErrURL
	case u.Scheme != "https" && u.Scheme != "http":
		return ErrURL
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !reachable(ip, u.Scheme) {
		return ErrURL
	}
	if n := len([]rune(t.Secret)); n < minSecret || n > maxSecret {
		return ErrSecret
	}
	slices.Sort(t.Kinds)
	t.Kinds = slices.Compact(t.Kinds)
	for _, k := range t.Kinds {
		if kind := zoufang.KindOf(k); kind == nil || kind.Public {
			return ErrKind
		}
	}
	return nil
}

func read(j *storage.Job) (t task, p progress, err error) {
	if err := json.Unmarshal(j.Task, &t); err != nil {
		return t, p, err
	}
	return t, p, json.Unmarshal(j.Cursor, &p)
}

func written(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain values
	}
	return b
}

func status(id string, t task, p progress) Status {
	s := Status{ID: id, URL: t.URL, Kinds: append([]string{}, t.Kinds...), State: Live, Delivered: p.Delivered, Rows: p.Rows, Last: p.Last,
		Tries: p.Tries, Since: p.Since, Status: p.Status}
	switch {
	case p.Dead:
		s.State = Dead
	case p.Tries > 0:
		s.State, s.Next = Failing, p.Next
	}
	return s
}
