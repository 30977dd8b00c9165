package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zoufang"
	"zoufang/server/operator"
	"zoufang/storage"
)

// differencesAtOnce is how many differences a page has.
const differencesAtOnce = 200

func filePart(n int) string { return fmt.Sprintf("file/%d", n) }
func pagePart(n int) string { return fmt.Sprintf("page/%d", n) }

// read plans or does what a list asks for, in the person's name.
func (l *Ledger) read(ctx context.Context, u *zoufang.User, t importTask, file []byte) (operator.ImportedRoster, error) {
	l.lists.Lock()
	defer l.lists.Unlock()
	dry := t.Step == previewed
	return l.Operator(u.ID, t.Told.From).BringRoster(ctx, operator.Roster{
		File: bytes.NewReader(file), Area: t.Area, Columns: t.Columns, Import: t.Import, Dry: dry, Differs: dry})
}

func sample(all []operator.Difference) []operator.Difference {
	out := []operator.Difference{}
	for _, d := range all {
		if d.What != "same" && len(out) < MaxSample {
			out = append(out, d)
		}
	}
	return out
}

// note writes into a job how its import stands.
func note(j *storage.Job, t importTask, r importResult) (err error) {
	if j.Task, err = json.Marshal(t); err != nil {
		return err
	}
	j.Result, err = json.Marshal(r)
	return err
}

func noted(j *storage.Job) (t importTask, r importResult, err error) {
	return t, r, errors.Join(json.Unmarshal(j.Task, &t), json.Unmarshal(j.Result, &r))
}

func importOf(j *storage.Job) (Import, error) {
	t, r, err := noted(j)
	return Import{ID: j.ID, Step: t.Step, State: j.State, Why: Code(j.Fault), Import: t.Import, ImportedRoster: r.ImportedRoster,
		Sample: r.Sample, Pages: t.Pages, Undone: r.Undone, Until: j.Created + Kept.Milliseconds()}, err
}

// Imported tells how one of the person's imports stands.
func (l *Ledger) Imported(ctx context.Context, u *zoufang.User, id string) (Import, error) {
	j, err := l.mine(ctx, u, imports, id)
	if err != nil || j.State == storage.JobComing {
		return Import{}, errors.Join(err, fail(Gone))
	}
	return importOf(j)
}

// Differences gives a page of all that one of the person's imports would do, from 0.
func (l *Ledger) Differences(ctx context.Context, u *zoufang.User, id string, page int) (out []operator.Difference, err error) {
	j, err := l.mine(ctx, u, imports, id)
	if err != nil {
		return nil, err
	}
	b, err := l.Jobs.JobPart(ctx, j.ID, pagePart(page))
	if errors.Is(err, storage.ErrNotFound) {
		return nil, fail(Gone)
	}
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	return out, err
}

// Apply brings in what was previewed, for a person who asks from a network address;
// asked again, it tells how that stands. It waits for the end for a while: what takes
// longer goes on at this copy, or another. Faults where the list has some, NotSo after
// an undo.
func (l *Ledger) Apply(ctx context.Context, u *zoufang.User, id, from string) (Import, error) {
	return l.step(ctx, u, id, from, previewed, applied, zoufang.AuditImported)
}

// Undo takes back what was applied, but for what people have worked with since.
func (l *Ledger) Undo(ctx context.Context, u *zoufang.User, id, from string) (Import, error) {
	return l.step(ctx, u, id, from, applied, undone, zoufang.AuditImportUndone)
}

func (l *Ledger) step(ctx context.Context, u *zoufang.User, id, from, behind, to string, tells zoufang.AuditKind) (Import, error) {
	j, err := l.mine(ctx, u, imports, id)
	if err != nil {
		return Import{}, err
	}
	t, _, err := noted(j)
	if err != nil {
		return Import{}, err
	}
	if err := l.Desk.Importing(ctx, u, t.Area); err != nil {
		return Import{}, err
	}
	_, err = l.Jobs.ChangeJob(ctx, id, func(j *storage.Job) ([]storage.JobPart, error) {
		t, r, err := noted(j)
		switch {
		case err != nil:
			return nil, err
		case t.Step == to && j.State != storage.JobFailed:
			return nil, nil // it is asked for already
		case len(r.Faults) > 0:
			return nil, fail(Faults)
		case t.Step == behind && j.State == storage.JobDone, t.Step == to:
			t.Step = to
			t.Told = storage.NewAudited(l.Now(), tells, u.ID, from)
			t.Told.Record, t.Told.Area = zoufang.RecordID(id), t.Area
			j.State, j.Fault, j.Tries = storage.JobWaiting, "", 0
			return nil, note(j, t, r)
		}
		return nil, fail(NotSo)
	})
	if err != nil {
		return Import{}, err
	}
	l.hasten(ctx, id)
	return l.Imported(ctx, u, id)
}

// patience is how long a request waits for a step of an import.
const patience = 20 * time.Second

// hasten does a job beside Run, and waits for a while.
func (l *Ledger) hasten(ctx context.Context, id string) {
	ended := make(chan struct{})
	l.under.Add(1)
	go func() {
		defer l.under.Done()
		defer close(ended)
		j, err := l.take(l.life, id)
		if err == nil {
			err = l.do(l.life, j)
		}
		if err != nil && !errors.Is(err, errTaken) && l.life.Err() == nil {
			l.Log.Warn("an import did not end; it is tried again", "job", id, "cause", err.Error())
		}
	}()
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-ended:
	case <-late.C:
	case <-ctx.Done():
	}
}

// bring does the step that an import's job is at. Done by half, it is done anew, to the
// same: ids follow from the list, and its commits bear the import's id.
func (l *Ledger) bring(ctx context.Context, j *storage.Job) error {
	t, r, err := noted(j)
	if err != nil {
		return err
	}
	u := zoufang.SystemUser()
	if j.User != zoufang.System {
		if u, err = l.Desk.Accounts.User(ctx, j.User); err != nil {
			return err
		}
	}
	if err := l.Desk.Importing(ctx, u, t.Area); err != nil { // once more: it may be another day
		return err
	}
	told := t.Told
	if t.Step == undone {
		done, err := l.Operator(u.ID, told.From).UndoRoster(ctx, t.Import)
		if err != nil && !errors.Is(err, operator.ErrNoImport) { // it may have changed nothing
			return err
		}
		done.Import = t.Import
		r.Undone = &done
		told.Field = fmt.Sprintf("%s void=%d restored=%d kept=%d", t.Import, done.Households.Void+done.Persons.Void,
			done.Households.Restored+done.Persons.Restored, done.Households.Kept+done.Persons.Kept)
	} else {
		var file []byte
		for n := range t.Parts {
			b, err := l.Jobs.JobPart(ctx, j.ID, filePart(n))
			if err != nil {
				return err
			}
			file = append(file, b...)
		}
		done, err := l.read(ctx, u, t, file)
		if err != nil {
			return err
		}
		r.Notes, r.Faults = done.Notes, done.Faults
		if len(done.Faults) > 0 { // the roster is not what it was when the list was looked at
			t.Step = previewed
			return l.change(ctx, j.ID, func(j *storage.Job) ([]storage.JobPart, error) {
				j.State, j.Owner, j.Fault = storage.JobFailed, "", string(Faults)
				return nil, note(j, t, r)
			})
		}
		told.Field = fmt.Sprintf("%s rows=%d households=%d/%d persons=%d/%d", t.Import, r.Rows, r.Households.New, r.Households.Changed, r.Persons.New, r.Persons.Changed)
	}
	if err := l.Desk.Audit.AppendAudit(ctx, told); err != nil {
		return err
	}
	return l.change(ctx, j.ID, func(j *storage.Job) ([]storage.JobPart, error) {
		j.State, j.Owner = storage.JobDone, ""
		return nil, note(j, t, r)
	})
}
