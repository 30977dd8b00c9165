package intake

import (
	"context"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/storage"
)

// Intake pushes lines into a store.
type Intake struct {
	Records storage.Records

	alarming Alarming
}

// Sender is who pushes: the user of the token, and the phone or zoufang.System.
type Sender struct {
	User   *zoufang.User
	Device *zoufang.Device
	Will   bool           // a last will, or lines that nothing proves to be the phone's: every one is held
	From   string         // the network address, for the account log; "" where there is none
	By     zoufang.UserID // who brings in a rescue file that is held so; "" otherwise
}

// unheeded is why a line of a will is held.
func (s Sender) unheeded() *zoufang.Fault {
	if s.Device.Revoked != 0 || s.User.Disabled {
		return zoufang.Fail(zoufang.HeldRevoked, zoufang.RuleRevoked)
	}
	return zoufang.Fail(zoufang.HeldRevoked, zoufang.RuleUnproven)
}

// Line is a pushed line, read outside the transaction.
type Line struct {
	ID     zoufang.CommitID
	Hash   [32]byte
	Bytes  []byte
	Commit zoufang.Commit
	Fault  *zoufang.Fault // the line can't be read
	Media  []zoufang.Digest
}

// Read hashes and parses a line. It keeps the bytes.
func Read(line []byte) Line {
	l := Line{Bytes: line}
	l.ID, l.Hash = zoufang.HashLine(line)
	if l.Commit, l.Fault = zoufang.ParseCommit(line); l.Fault == nil {
		l.Media = l.Commit.Media()
	}
	return l
}

// items counts the line's items, as far as they matter for telling which one is at
// fault: of a line that cannot be read, more than one.
func (l *Line) items() int {
	if l.Fault != nil {
		return 2
	}
	return len(l.Commit.Do)
}

// Expect is what a phone believes of the server.
type Expect struct {
	Epoch *string           // nil: nothing yet
	Last  *zoufang.CommitID // see protocol §4; nil: nothing yet
}

// Answer is what becomes of a line.
type Answer struct {
	ID   zoufang.CommitID
	R    string // ok, dup or held
	Code zoufang.HoldCode
	Why  string // what the parts say, or a person's reason
	zoufang.Parts
}

// Append appends the answer as the wire has it (protocol §4, line 2 of a reply), without
// a line end: {"c":…,"r":…} and, of a held line, what it is held for.
func (a Answer) Append(b []byte) []byte {
	b = append(append(b, `{"c":`...), zoufang.Quote(string(a.ID))...)
	b = append(append(b, `,"r":`...), zoufang.Quote(a.R)...)
	if a.Code != "" {
		b = append(append(b, `,"code":`...), zoufang.Quote(string(a.Code))...)
		b = append(append(b, `,"why":`...), zoufang.Quote(a.Why)...)
		b = zoufang.AppendParts(b, a.Parts)
	}
	return append(b, '}')
}

// The answers.
const (
	OK   = "ok"
	Dup  = "dup"
	Kept = "held"
)

// Outcome is what became of a push.
type Outcome struct {
	Meta     storage.Meta
	Restored bool // the phone expects another epoch, or (Again) a last line that is not known: nothing was stored
	Again    bool
	Answers  []Answer // one a line, in order
}

// Push stores the lines and judges each, all in one transaction, unless the
// phone's expectation shows that the server was put back.
func (in *Intake) Push(ctx context.Context, s Sender, expect Expect, lines []Line) (Outcome, error) {
	var out Outcome
	err := in.Records.Update(ctx, near(s, lines), func(tx storage.Tx) error {
		out = Outcome{}
		var err error
		if out.Meta, out.Restored, out.Again, err = expect.check(tx); err != nil || out.Restored {
			return err
		}
		if err := tx.Ahead(named(lines)); err != nil {
			return err
		}
		j := newJudge(tx, &in.alarming)
		for _, l := range lines {
			if err := j.accept(s, l); err != nil {
				return err
			}
		}
		if err := j.settle(); err != nil {
			return err
		}
		out.Answers = make([]Answer, len(lines))
		answered := map[zoufang.CommitID]bool{}
		for i, l := range lines {
			a := j.final[l.ID]
			if a.R == OK && answered[l.ID] {
				a.R = Dup
			}
			answered[l.ID] = true
			out.Answers[i] = a
		}
		return nil
	})
	return out, err
}

// near guesses the area the lines write in: that of the first record they create,
// else the first of the sender's. What a line says is nothing but a text as yet.
func near(s Sender, lines []Line) zoufang.AreaID {
	for _, l := range lines {
		for i := range l.Commit.Do {
			if it := &l.Commit.Do[i]; it.Op == zoufang.OpNew && it.Area.Valid() {
				return it.Area
			}
		}
	}
	if len(s.User.Areas) > 0 {
		return s.User.Areas[0]
	}
	return ""
}

// named lists the lines' own ids and the records their items are about.
func named(lines []Line) (commits []zoufang.CommitID, records []zoufang.RecordID) {
	for _, l := range lines {
		commits = append(commits, l.ID)
		for i := range l.Commit.Do {
			if r := l.Commit.Do[i].Record; r != "" {
				records = append(records, r)
			}
		}
	}
	return commits, records
}

// Check tells whether what the phone expects still holds.
func (e Expect) Check(v storage.View) (restored, again bool, err error) {
	_, restored, again, err = e.check(v)
	return restored, again, err
}

func (e Expect) check(v storage.View) (m storage.Meta, restored, again bool, err error) {
	if m, err = v.Meta(); err != nil {
		return m, false, false, err
	}
	if e.Epoch != nil && *e.Epoch != m.Epoch {
		return m, true, false, nil
	}
	if e.Last != nil {
		known, err := v.Known(*e.Last)
		if err != nil {
			return m, false, false, err
		}
		if !known {
			return m, true, true, nil
		}
	}
	return m, false, false, nil
}

// accept stores a line that is new and judges it; a known line is answered with
// its present state, and judged anew if it was held because another sent it.
func (j *judge) accept(s Sender, l Line) error {
	if _, again := j.final[l.ID]; again {
		return nil
	}
	known, err := j.tx.Commit(l.ID)
	if err != nil {
		return err
	}
	if s.Will {
		if err := j.name(l, storage.WillOfDevice, string(s.Device.ID)); err != nil {
			return err
		}
	}
	if known != nil {
		return j.repeat(s, l, known)
	}
	c := storage.Commit{ID: l.ID, Hash: l.Hash, Line: l.Bytes, Author: s.User.ID, Sender: s.User.ID, Device: s.Device.ID, At: j.now}
	if l.Fault == nil {
		c.Author = l.Commit.User
		if err := j.fix(s, l, &c); err != nil {
			return err
		}
	}
	if err := j.tx.AddCommit(c); err != nil {
		return err
	}
	if err := j.name(l, storage.NamedByUser, string(s.User.ID)); err != nil {
		return err
	}
	h := storage.Held{ID: l.ID, Sender: s.User.ID, Author: c.Author, At: j.now, Schema: zoufang.Schema, Brought: s.By}
	return j.decide(&h, l, c, s)
}

// name remembers who may send and read the media a line names.
func (j *judge) name(l Line, role storage.NameRole, id string) error {
	for _, d := range l.Media {
		if err := j.tx.NameMedium(d, role, id); err != nil {
			return err
		}
	}
	return nil
}

// fix settles what is fixed when a line is first accepted: the earliest time it
// can be from, and whether its author was staff.
func (j *judge) fix(s Sender, l Line, c *storage.Commit) error {
	if l.Commit.Heard != nil {
		c.From = *l.Commit.Heard
	} else if l.Commit.Device == s.Device.ID {
		c.From = s.Device.Enrolled
	} else if d, err := j.tx.Device(l.Commit.Device); err != nil {
		return err
	} else if d != nil {
		c.From = d.Enrolled
	}
	u, err := j.user(c.Author, s)
	if err != nil {
		return err
	}
	c.Staff = u != nil && u.Role.Staff()
	return nil
}

func (j *judge) repeat(s Sender, l Line, c *storage.Commit) error {
	if c.Hash != l.Hash {
		f := invalid(zoufang.RuleSameID)
		j.final[l.ID] = Answer{l.ID, Kept, f.Code, f.Why(1), f.Parts}
		return nil
	}
	h, err := j.tx.Held(l.ID)
	if err != nil {
		return err
	}
	if h != nil && h.Code == zoufang.HeldAuthor && !s.Will && c.Author == s.User.ID && h.Sender != s.User.ID {
		h.Sender = s.User.ID
		if err := j.name(l, storage.NamedByUser, string(s.User.ID)); err != nil {
			return err
		}
		return j.decide(h, l, *c, s)
	}
	j.final[l.ID] = standing(l.ID, h)
	return nil
}

// standing is the answer to a line that is known.
func standing(id zoufang.CommitID, h *storage.Held) Answer {
	if applied(h) {
		return Answer{ID: id, R: Dup}
	}
	return Answer{id, Kept, h.Code, fold.Mask(h.Why), h.Fault}
}

// applied reports whether a known commit's standing means that it is applied.
func applied(h *storage.Held) bool { return h == nil || h.Code == zoufang.Released }

// Rejudge judges again the lines that an older program could not read. It
// returns how many it judged.
func (in *Intake) Rejudge(ctx context.Context) (int, error) {
	done := map[zoufang.CommitID]bool{}
	for {
		some, err := in.rejudge(ctx, done)
		if err != nil || len(some) == 0 {
			return len(done), err
		}
		for _, id := range some {
			done[id] = true
		}
	}
}

// atOnce bounds how many lines are judged again in one step: each may be of
// another area, and all are held up meanwhile.
const atOnce = 100

func (in *Intake) rejudge(ctx context.Context, done map[zoufang.CommitID]bool) (old []zoufang.CommitID, err error) {
	err = in.Records.Update(ctx, "", func(tx storage.Tx) error {
		old = nil
		err := tx.HeldOpen(func(h storage.Held) bool {
			if h.Code == zoufang.HeldSchema && h.Schema < zoufang.Schema && !done[h.ID] {
				old = append(old, h.ID)
			}
			return len(old) < atOnce
		})
		if err != nil {
			return err
		}
		j := newJudge(tx, &in.alarming)
		for _, id := range old {
			if err := j.rejudge(id, true); err != nil {
				return err
			}
		}
		return j.settle()
	})
	return old, err
}
