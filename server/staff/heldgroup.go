package staff

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/server/desk"
)

// groupStep is how far a decision over a group of held lines has come. It goes to and
// fro in the form: nothing is kept of it here, and it tells its own reader alone.
type groupStep struct {
	Key, Why, Mark, After string
	Ruling                zoufang.Ruling
	Counts                []count
	Sentence              string
}

type count struct {
	Name string
	N    int
}

// What is counted, beside "failed." with a code.
const (
	countTotal  = "total" // when the page was shown
	countDone   = "done"
	countStill  = "still"
	countLater  = "later"
	countFailed = "failed."
)

const maxCount = 1 << 30

// DecideGroup carries out a step of a decision over a group of held lines, and says
// what came of every one of them so far.
func (s *Staff) DecideGroup(c *fiber.Ctx, u *zoufang.User) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	step := groupStep{Key: f.Get("of"), Ruling: zoufang.Ruling(f.Get("ruling")), Why: f.Get("why"), Mark: f.Get("mark"), After: f.Get("after")}
	if step.Ruling != zoufang.Release && step.Ruling != zoufang.Reject {
		return fiber.ErrBadRequest
	}
	came, err := s.Desk.DecideGroup(c.UserContext(), u, desk.GroupDecision{Key: step.Key, Ruling: step.Ruling, Why: step.Why, Mark: step.Mark, After: step.After, From: strings.Clone(fiberapp.Address(c))})
	step.read(f)
	step.count(countDone, came.Done)
	step.count(countStill, came.Still)
	step.count(countLater, came.Later)
	for code, n := range came.Failed {
		step.count(countFailed+string(code), n)
	}
	if status, why, ok := sayRefusal(err); ok {
		p := heldPage{Why: why, typed: step.Why}
		if len(came.Failed)+came.Done+came.Still > 0 { // some of the step came about
			p.Said = step.say()
		}
		return s.showGroup(c, u, status, step.Key, "", p)
	}
	if err != nil {
		return err
	}
	step.After, step.Sentence = came.Next, step.say()
	p := heldPage{Said: step.Sentence}
	if came.Next != "" {
		p.Step = &step
	}
	return s.showGroup(c, u, fiber.StatusOK, step.Key, "", p)
}

// read takes over what was counted in the steps before.
func (g *groupStep) read(f url.Values) {
	for name, values := range f {
		code, failed := strings.CutPrefix(name, countFailed)
		if !failed && !slices.Contains([]string{countTotal, countDone, countStill, countLater}, name) || failed && failures[desk.Code(code)] == "" {
			continue
		}
		if n, err := strconv.Atoi(values[0]); err == nil && n >= 0 && n < maxCount {
			g.count(name, n)
		}
	}
}

func (g *groupStep) count(name string, n int) {
	i := slices.IndexFunc(g.Counts, func(c count) bool { return c.Name == name })
	if i < 0 && n > 0 {
		g.Counts = append(g.Counts, count{name, n})
	} else if i >= 0 {
		g.Counts[i].N += n
	}
}

func (g *groupStep) of(name string) (n int) {
	for _, c := range g.Counts {
		if c.Name == name {
			n = c.N
		}
	}
	return n
}

// say tells what came of every line so far.
func (g *groupStep) say() string {
	verb := "不采用"
	if g.Ruling == zoufang.Release {
		verb = "放行"
	}
	said := fmt.Sprintf("已%s %d 条", verb, g.of(countDone))
	if total := g.of(countTotal); total > 0 {
		said = fmt.Sprintf("%d 条里%s", total, said)
	}
	if n := g.of(countStill); n > 0 {
		said += fmt.Sprintf("；%d 条放行后还有别的原因，仍搁置", n)
	}
	slices.SortFunc(g.Counts, func(a, b count) int { return strings.Compare(a.Name, b.Name) })
	for _, c := range g.Counts {
		if code, failed := strings.CutPrefix(c.Name, countFailed); failed {
			said += fmt.Sprintf("；%d 条没有办成：%s", c.N, failures[desk.Code(code)])
		}
	}
	if n := g.of(countLater); n > 0 {
		said += fmt.Sprintf("；%d 条是打开之后才到的，没有动", n)
	}
	return said + "。"
}
