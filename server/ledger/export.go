package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"zoufang"
	"zoufang/server/desk"
	"zoufang/storage"
)

// rowsAtOnce is how many records are read on one snapshot: MongoDB ends those that last.
const rowsAtOnce = 500

// store writes a job with new parts; see Ledger.change.
type store func(ctx context.Context, id string, f func(*storage.Job) ([]storage.JobPart, error)) error

// exporting is an export under way.
type exporting struct {
	l     *Ledger
	job   *storage.Job
	store store
	task  task
	at    cursor
	user  *zoufang.User
	sheet *desk.Sheet
	spool *spool
	w     writer
	saved time.Time
}

// make goes on with an export to its end.
func (l *Ledger) make(ctx context.Context, j *storage.Job, put store) error {
	e := &exporting{l: l, job: j, store: put, saved: time.Now()}
	if err := json.Unmarshal(j.Task, &e.task); err != nil {
		return err
	}
	if len(j.Cursor) > 0 {
		if err := json.Unmarshal(j.Cursor, &e.at); err != nil {
			return err
		}
	}
	if err := e.still(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{e.find, e.look, e.write} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return e.end(ctx)
}

// still reads the person anew; see Ledger.still.
func (e *exporting) still(ctx context.Context) (err error) {
	e.user, err = e.l.still(ctx, e.job.User, &e.task)
	return err
}

// find finds the records and keeps their ids, in order, for all that comes.
func (e *exporting) find(ctx context.Context) error {
	if e.at.Found {
		return nil
	}
	q, err := e.l.Desk.Question(ctx, e.user, e.task.Query, e.task.Wanted)
	if err != nil {
		return err
	}
	answer, err := e.l.Desk.Lists.Find(ctx, q)
	if err != nil {
		return err
	}
	if len(answer.Hits) > MaxRows {
		return fail(Large)
	}
	e.at.Plan = nil
	for hits := answer.Hits; len(hits) > 0; {
		n := min(len(hits), idsInPart)
		part := storage.JobPart{Name: planPart(len(e.at.Plan)), Data: packIDs(hits[:n])}
		e.at.Plan = append(e.at.Plan, n)
		if err := e.save(ctx, part); err != nil {
			return err
		}
		hits = hits[n:]
	}
	e.at.Found = true
	return e.save(ctx)
}

// each gives the ids of the plan from one on, some at a time.
func (e *exporting) each(ctx context.Context, from int64, f func([]zoufang.RecordID) error) error {
	for part, n := range e.at.Plan {
		if from >= int64(n) {
			from -= int64(n)
			continue
		}
		b, err := e.l.Jobs.JobPart(ctx, e.job.ID, planPart(part))
		if err != nil {
			return err
		}
		ids := unpackIDs(b)
		for ids = ids[from:]; len(ids) > 0; {
			if err := ctx.Err(); err != nil {
				return err
			}
			n := min(len(ids), rowsAtOnce)
			if err := f(ids[:n]); err != nil {
				return err
			}
			ids = ids[n:]
		}
		from = 0
	}
	return nil
}

// look finds which questions are answered, which are columns.
func (e *exporting) look(ctx context.Context) error {
	e.sheet = e.l.Desk.Sheet(e.user, e.task.Kind, e.task.OpenWhy != "")
	e.sheet.Asks, e.sheet.From = e.at.Asks, e.task.Told.From
	if e.at.Begun || formats[e.task.Format].lines {
		return nil
	}
	return e.each(ctx, e.at.Looked, func(ids []zoufang.RecordID) error {
		if err := e.sheet.Look(ctx, ids); err != nil {
			return err
		}
		e.at.Looked, e.at.Asks = e.at.Looked+int64(len(ids)), e.sheet.Asks
		if time.Since(e.saved) > renewEach {
			return e.save(ctx)
		}
		return nil
	})
}

// write writes the rows.
func (e *exporting) write(ctx context.Context) (err error) {
	if e.spool, err = e.l.spool(e.job.ID, e.at.Spool); err != nil {
		return err
	}
	if !e.at.Begun {
		t := time.UnixMilli(e.task.Told.At).In(zoufang.Zone)
		e.at.Form.Zip.Day = [2]int{t.Hour()<<11 | t.Minute()<<5, max(t.Year()-1980, 0)<<9 | int(t.Month())<<5 | t.Day()}
	}
	f := formats[e.task.Format]
	e.w = f.make(&writing{spool: e.spool, columns: e.sheet.Columns(), title: e.sheet.Kind.Label.Zh, state: &e.at.Form, media: e.medium})
	if !e.at.Begun {
		if err := e.w.begin(); err != nil {
			return err
		}
		e.at.Begun = true
	}
	return e.each(ctx, e.at.Next, func(ids []zoufang.RecordID) error {
		if err := e.still(ctx); err != nil {
			return err
		}
		n, err := e.some(ctx, ids, f.lines)
		if err != nil {
			return err
		}
		e.at.Next, e.at.Rows = e.at.Next+int64(len(ids)), e.at.Rows+int64(n)
		if e.spool.full() || e.l.often || time.Since(e.saved) > renewEach {
			return e.pause(ctx)
		}
		return nil
	})
}

func (e *exporting) some(ctx context.Context, ids []zoufang.RecordID, lines bool) (int, error) {
	if lines {
		of, err := e.sheet.Lines(ctx, ids)
		if err != nil {
			return 0, err
		}
		return len(of), e.w.lines(of)
	}
	rows, err := e.sheet.Rows(ctx, ids)
	if err != nil {
		return 0, err
	}
	return len(rows), e.w.rows(ctx, rows)
}

// medium reads a medium whole.
func (e *exporting) medium(ctx context.Context, m desk.SheetMedium) ([]byte, error) {
	o, err := e.l.Blobs.Open(ctx, m.Digest)
	if err != nil {
		return nil, err
	}
	defer o.Close()
	b, err := io.ReadAll(io.LimitReader(o, o.Size))
	if err == nil && int64(len(b)) != o.Size {
		err = fmt.Errorf("a medium has %d bytes for %d", len(b), o.Size)
	}
	return b, err
}

// pause stores what was written, and how to go on behind it.
func (e *exporting) pause(ctx context.Context) error {
	if err := e.w.pause(); err != nil {
		return err
	}
	if err := e.flush(ctx); err != nil {
		return err
	}
	return e.save(ctx)
}

// flush stores what was written, some parts at a time, without the cursor: where this
// copy comes no further they are written over.
func (e *exporting) flush(ctx context.Context) error {
	parts, err := e.spool.flush()
	if err != nil {
		return err
	}
	e.at.Spool = e.spool.spooled
	for some := range slices.Chunk(parts, 2) {
		if err := e.put(ctx, some, false, nil); err != nil {
			return err
		}
	}
	return nil
}

// save stores parts with the cursor.
func (e *exporting) save(ctx context.Context, parts ...storage.JobPart) error {
	return e.put(ctx, parts, true, nil)
}

func (e *exporting) put(ctx context.Context, parts []storage.JobPart, further bool, more func(*storage.Job)) error {
	at, err := e.at.bytes()
	if err != nil {
		return err
	}
	var size int64
	for _, p := range parts {
		size += int64(len(p.Data))
	}
	err = e.store(ctx, e.job.ID, func(j *storage.Job) ([]storage.JobPart, error) {
		if j.Bytes += size; j.Bytes > maxBytes {
			return nil, fail(Large)
		}
		if further {
			j.Cursor, j.Done, j.Of, j.Tries = at, e.at.Next, e.at.of(), 0
		}
		if more != nil {
			more(j)
		}
		return parts, nil
	})
	e.saved = time.Now()
	return err
}

// end ends the file, has the log tell of it, and only then gives it out. A copy that
// is killed in between goes on from before the end, to the same.
func (e *exporting) end(ctx context.Context) error {
	if err := e.w.end(ctx); err != nil {
		return err
	}
	f := formats[e.task.Format]
	if err := e.flush(ctx); err != nil {
		return err
	}
	name := fmt.Sprintf("%s-%s.%s", e.sheet.Kind.Label.Zh, zoufang.Day(time.UnixMilli(e.task.Told.At)), f.ending)
	result, err := json.Marshal(Made{Rows: e.at.Rows, Media: e.at.Form.Media, Bytes: e.spool.Size, SHA256: e.spool.digest(), Name: name, Type: f.mime})
	if err != nil {
		return err
	}
	told := e.task.Told
	told.Field = fmt.Sprintf("%s rows=%d media=%d", told.Field, e.at.Rows, e.at.Form.Media)
	if err := e.l.Desk.Audit.AppendAudit(ctx, told); err != nil {
		return err
	}
	return e.put(ctx, nil, true, func(j *storage.Job) { j.State, j.Owner, j.Result = storage.JobDone, "", result })
}
