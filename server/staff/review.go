package staff

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/server/desk"
	"zoufang/server/operator"
	"zoufang/storage"
	"zoufang/sync/intake"
)

const (
	maxComment  = 300 // characters
	maxComments = 20
	wholeVisit  = "visit" // the comment on no field in particular
)

// review is what a reviewer may do with the visit on the page; nil: nothing.
type review struct {
	Missing bool   // media are still on the phone
	Twofold bool   // there are two values of something
	Open    bool   // something was typed
	Whole   string // the comment on the whole, as typed
	Fields  []commentOn
	Unsaid  []commentOn // questions of the form that have no answer
	Asking  bool        // something was typed on one of them
}

type commentOn struct{ Name, Title, Text string }

// fill puts back what was typed before.
func (v *review) fill(typed map[string]string) {
	v.Open, v.Whole = len(typed) > 0, typed[wholeVisit]
	for i := range v.Fields {
		v.Fields[i].Text = typed[v.Fields[i].Name]
	}
	for i := range v.Unsaid {
		v.Unsaid[i].Text = typed[v.Unsaid[i].Name]
		v.Asking = v.Asking || v.Unsaid[i].Text != ""
	}
}

// seenMark stands for all that a record holds: it changes with every commit that
// is applied. The page carries it, so that a decision counts for what was seen.
func seenMark(r *zoufang.Record) string {
	h := sha256.New()
	for _, id := range r.By() {
		h.Write([]byte(id + ","))
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// review gives what a reviewer may decide of a visit.
func (l *lookup) review(r *zoufang.Record, p *visitPage) *review {
	if r.State("state") != "submitted" || p.Void != "" {
		return nil
	}
	v := &review{Missing: len(r.Need) > 0, Twofold: len(r.Conflicts()) > 0}
	v.Fields, v.Unsaid = l.commentable(r, p)
	return v
}

// commentable lists the fields a comment can be pinned to: what the page shows and
// what the type of visit should have; and the questions of its form beside these.
func (l *lookup) commentable(r *zoufang.Record, p *visitPage) (out, unsaid []commentOn) {
	k := zoufang.KindOf(r.Kind)
	named := func(name string) func(commentOn) bool {
		return func(c commentOn) bool { return c.Name == name }
	}
	add := func(name string) {
		if !slices.ContainsFunc(out, named(name)) {
			out = append(out, commentOn{Name: name, Title: l.fieldTitle(k, name)})
		}
	}
	for _, f := range p.Fields {
		add(f.Name)
	}
	for _, name := range []string{"visitors", "needs", "risk", "note", "photos"} {
		add(name)
	}
	var signed []string
	for name := range r.Heads {
		if strings.HasPrefix(name, "signature.") {
			signed = append(signed, name)
		}
	}
	sort.Strings(signed)
	if word, _ := r.Shown("type").Text(); word == "investigation" {
		signed = append([]string{"signature.household", "signature.visitor1", "signature.visitor2"}, signed...)
	}
	for _, name := range signed {
		add(name)
	}
	for _, name := range l.asks {
		if k.Field(name) != nil && !slices.ContainsFunc(out, named(name)) {
			unsaid = append(unsaid, commentOn{Name: name, Title: l.fieldTitle(k, name)})
		}
	}
	return out, unsaid
}

// Approve approves the visit as it was seen (核定).
func (s *Staff) Approve(c *fiber.Ctx, u *zoufang.User) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	return s.decideVisit(c, u, f.Get("seen"), nil, func(r *zoufang.Record) ([][]zoufang.Item, string) {
		return [][]zoufang.Item{{step(r, zoufang.Approved)}}, ""
	})
}

// Return sends the visit back for changes (退回), with comments on its fields. The
// comments are a commit of their own: a step that comes too late takes none away.
func (s *Staff) Return(c *fiber.Ctx, u *zoufang.User) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	typed := map[string]string{}
	for name, values := range f {
		if field, ok := strings.CutPrefix(name, "on."); ok {
			if text := strings.TrimSpace(values[0]); text != "" {
				typed[field] = text
			}
		}
	}
	return s.decideVisit(c, u, f.Get("seen"), typed, func(r *zoufang.Record) ([][]zoufang.Item, string) {
		if len(typed) == 0 {
			return nil, "请至少在一处写明要改什么。"
		}
		if len(typed) > maxComments {
			return nil, "意见太多，请并成几条。"
		}
		fields := make([]string, 0, len(typed))
		for field := range typed {
			fields = append(fields, field)
		}
		sort.Strings(fields)
		var notes []zoufang.Item
		for _, field := range fields {
			k := zoufang.KindOf("visit")
			if field != wholeVisit && k.Field(field) == nil || k.Field("comments."+field) == nil || strings.ContainsRune(typed[field], 0) || !utf8.ValidString(typed[field]) {
				return nil, "有一条意见写不进去，请重新打开这一页。"
			}
			if utf8.RuneCountInString(typed[field]) > maxComment {
				return nil, "一条意见请不超过 300 字。"
			}
			notes = append(notes, zoufang.Note(r.ID, "comments."+field, typed[field]))
		}
		return [][]zoufang.Item{notes, {step(r, zoufang.Returned)}}, ""
	})
}

func step(r *zoufang.Record, to string) zoufang.Item {
	return zoufang.Go(r.ID, "state", zoufang.Submitted, to, r.Seen()...)
}

// Words for a decision that did not come about.
const (
	lateChange = "您打开之后内容又有改动，下面是现在的内容。请再看一遍再决定。"
	lateState  = "状态已经变了，您的决定没有写进去。下面是现在的样子。"
	notAllowed = "这一步没有写进去：您现在没有这里的权限。"
)

// decideVisit has a reviewer's commits judged, if the record still is what the
// page showed; otherwise the page is shown as it is now, and says so.
func (s *Staff) decideVisit(c *fiber.Ctx, u *zoufang.User, seen string, typed map[string]string, decide func(*zoufang.Record) ([][]zoufang.Item, string)) error {
	return s.saveOnVisit(c, u, seen, typed, func(r *zoufang.Record) ([][]zoufang.Item, int, string) {
		if r.State("state") != "submitted" {
			return nil, fiber.StatusConflict, lateState
		}
		commits, why := decide(r)
		return commits, fiber.StatusUnprocessableEntity, why
	})
}

// saveOnVisit has commits on a visit judged that were decided on a page showing
// seen; a page that is out of date, or commits that can't be, are answered with the
// visit as it is now and why.
func (s *Staff) saveOnVisit(c *fiber.Ctx, u *zoufang.User, seen string, typed map[string]string, decide func(*zoufang.Record) (commits [][]zoufang.Item, status int, why string)) error {
	r, err := s.visitOf(c, u)
	if err != nil {
		return err
	}
	again := func(status int, why string) error { return s.showVisit(c, u, r.ID, status, why, typed) }
	commits, status, why := decide(r)
	switch {
	case why == "" && seen != seenMark(r):
		return again(fiber.StatusConflict, lateChange)
	case why != "":
		return again(status, why)
	}
	answers, err := s.save(c.UserContext(), u, commits...)
	if err != nil {
		return err
	}
	last := answers[len(answers)-1]
	if last.R != intake.Kept {
		return c.Redirect("/staff/visits/"+string(r.ID), fiber.StatusSeeOther)
	}
	if last.Code == zoufang.HeldStale { // somebody decided in the same moment
		withdraw := zoufang.Judge(last.ID, zoufang.Reject, "另一位工作人员同时作了决定")
		if _, err := s.save(c.UserContext(), u, []zoufang.Item{withdraw}); err != nil {
			return err
		}
		return again(fiber.StatusConflict, lateState)
	}
	return again(fiber.StatusForbidden, notAllowed)
}

// visitOf reads the visit a request is about, if the reader sees it.
func (s *Staff) visitOf(c *fiber.Ctx, u *zoufang.User) (r *zoufang.Record, err error) {
	id := zoufang.RecordID(c.Params("id"))
	if !id.Valid() {
		return nil, problem.Of(problem.NotFound)
	}
	id = zoufang.RecordID(strings.Clone(string(id)))
	err = s.Records.View(c.UserContext(), func(v storage.View) error {
		l, err := s.lookup(v, u)
		if err != nil {
			return err
		}
		if r, err = l.record(id); err == nil && (r == nil || r.Kind != "visit") {
			err = problem.Of(problem.NotFound)
		}
		return err
	})
	return r, err
}

func (s *Staff) save(ctx context.Context, u *zoufang.User, actions ...[]zoufang.Item) ([]intake.Answer, error) {
	return desk.Save(ctx, s.Records, u, s.Now().UnixMilli(), actions...)
}

func (s *Staff) desk() *operator.Operator {
	return &operator.Operator{Records: s.Records, Accounts: s.Accounts, Now: s.Now}
}
