package mobileapi

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"slices"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/internal/problem"
	"zoufang/storage"
)

// Somebody who types all day asks less often; who guesses numbers gets nowhere.
const (
	mostNumbers  = 60
	numberWindow = time.Hour
)

// sameNumber tells which persons of the caller's areas have an identity number
// already: their ids, never a number. It is asked by POST, so that no address and
// no log has the number.
func (a *API) sameNumber(c *fiber.Ctx) error {
	var r struct {
		Number string `json:"number"`
	}
	if err := readJSON(c, &r); err != nil {
		return err
	}
	today := a.cfg.Clock().UTC().AddDate(0, 0, 1).Format(time.DateOnly) // somewhere it is tomorrow
	id, err := fold.ID(r.Number, today)
	if err != nil {
		return problem.Of(problem.Body)
	}
	who := callerOf(c)
	if wait, ok := a.asked.Take(string(who.User.ID)); !ok {
		return problem.Of(problem.SlowDown).Wait(wait)
	}
	same := []zoufang.RecordID{}
	err = a.cfg.Records.View(c.UserContext(), func(v storage.View) error {
		areas, err := v.Areas()
		if err != nil {
			return err
		}
		same, err = a.numbers.find(v, areas.ScopeOf(who.User).Areas, id, today)
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"same": same})
}

// numberIndex knows the identity numbers of persons by keyed hashes. It lives in
// this process alone, under a key of its own that is never stored: a hash of so few
// possible numbers is no secret from who has the key. Each area is read once, then
// what its feed tells since.
type numberIndex struct {
	key   []byte
	mu    sync.Mutex
	epoch string
	areas map[zoufang.AreaID]*areaNumbers
}

type areaNumbers struct {
	seq uint64
	of  map[zoufang.RecordID][]numberHash // of a person with several values, each
	by  map[numberHash][]zoufang.RecordID
}

type numberHash [16]byte

func newNumberIndex() *numberIndex {
	key := make([]byte, 32)
	rand.Read(key)
	return &numberIndex{key: key, areas: map[zoufang.AreaID]*areaNumbers{}}
}

// find gives the persons of the areas who have the number, by id. A number of the
// old kind is the same as the new one that was made of it.
func (x *numberIndex) find(v storage.View, areas []zoufang.AreaID, id fold.Identity, today string) ([]zoufang.RecordID, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	m, err := v.Meta()
	if err != nil {
		return nil, err
	}
	if m.Epoch != x.epoch {
		x.epoch = m.Epoch
		clear(x.areas)
	}
	heads, err := v.Heads(areas)
	if err != nil {
		return nil, err
	}
	hash, same := x.hash(id.Number), []zoufang.RecordID{}
	for _, head := range heads {
		n, err := x.upTo(v, head, today)
		if err != nil {
			return nil, err
		}
		same = append(same, n.by[hash]...)
	}
	slices.Sort(same)
	return same, nil
}

// upTo brings what is known of an area to where its head stands.
func (x *numberIndex) upTo(v storage.View, head storage.AreaHead, today string) (*areaNumbers, error) {
	n := x.areas[head.Area]
	if n == nil {
		n = &areaNumbers{of: map[zoufang.RecordID][]numberHash{}, by: map[numberHash][]zoufang.RecordID{}}
		if err := v.List(zoufang.KindPerson, []zoufang.AreaID{head.Area}, 0, 0, func(r *zoufang.Record) bool {
			n.put(r.ID, x.hashes(r, today))
			return true
		}); err != nil {
			return nil, err
		}
		n.seq = head.Seq
		x.areas[head.Area] = n
	}
	if n.seq >= head.Seq { // a view from before another's
		return n, nil
	}
	err := v.Feed(head.Area, n.seq, false, func(row storage.FeedRow) bool {
		if row.Record == nil {
			n.put(row.Gone, nil)
		} else if row.Record.Kind == zoufang.KindPerson {
			n.put(row.Record.ID, x.hashes(row.Record, today))
		}
		n.seq = row.Seq
		return true
	})
	if err == nil {
		n.seq = head.Seq
	}
	return n, err
}

func (n *areaNumbers) put(id zoufang.RecordID, hashes []numberHash) {
	for _, h := range n.of[id] {
		n.by[h] = slices.DeleteFunc(n.by[h], func(other zoufang.RecordID) bool { return other == id })
		if len(n.by[h]) == 0 {
			delete(n.by, h)
		}
	}
	delete(n.of, id)
	for _, h := range hashes {
		n.by[h] = append(n.by[h], id)
	}
	if len(hashes) > 0 {
		n.of[id] = hashes
	}
}

// hashes are those of every live value that is a number; a person marked void has
// none.
func (x *numberIndex) hashes(r *zoufang.Record, today string) (out []numberHash) {
	held := r.Heads["id_number"]
	if held == nil || r.Voided() {
		return nil
	}
	for _, h := range held.Live {
		text, _ := h.Value.Text()
		id, err := fold.ID(text, today)
		if err != nil {
			continue
		}
		if hash := x.hash(id.Number); !slices.Contains(out, hash) {
			out = append(out, hash)
		}
	}
	return out
}

func (x *numberIndex) hash(number string) (out numberHash) {
	mac := hmac.New(sha256.New, x.key)
	mac.Write([]byte(fold.Whose(number)))
	copy(out[:], mac.Sum(nil))
	return out
}
