package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"zoufang"
	"zoufang/internal/sheet"
	"zoufang/server/operator"
	"zoufang/storage"
)

// List is a list of households and persons (花名册) that somebody hands in.
type List struct {
	Area    zoufang.AreaID
	Columns map[string]string // see operator.Roster
	File    []byte            // CSV or XLSX, up to MaxList bytes
	Key     string            // as of an Ask
}

// MaxList bounds the bytes of a list.
const MaxList = sheet.MaxBytes

// MaxSample is how many differences a preview tells by itself.
const MaxSample = 50

// Steps of an import.
const (
	previewed = "preview"
	applied   = "apply"
	undone    = "undo"
)

// Difference is what an import does to one household or person.
type Difference = operator.Difference

// Import is how an import stands: what it would do, did, or what taking it back did.
type Import struct {
	ID     string           `json:"id"`
	Step   string           `json:"step"` // preview, apply, undo
	State  storage.JobState `json:"state"`
	Why    Code             `json:"why,omitempty"`
	Import string           `json:"import"` // what the command roster undo takes
	operator.ImportedRoster
	Sample []operator.Difference  `json:"sample"` // the first that are not the same
	Pages  int                    `json:"pages"`  // of all differences, see Differences
	Undone *operator.UndoneRoster `json:"undone,omitempty"`
	Until  int64                  `json:"until"` // Unix ms
}

// importTask is an import as its job keeps it.
type importTask struct {
	Area    zoufang.AreaID    `json:"area"`
	Columns map[string]string `json:"columns,omitempty"`
	Import  string            `json:"import"`
	Parts   int               `json:"parts"` // of the file
	Pages   int               `json:"pages"`
	Step    string            `json:"step"`
	Told    storage.Audited   `json:"told"` // what the log is told of the step
}

// importResult is what is known of it.
type importResult struct {
	operator.ImportedRoster
	Sample []operator.Difference  `json:"sample"`
	Undone *operator.UndoneRoster `json:"undone,omitempty"`
}

// Preview reads a list, says all that it would do and all that is wrong with it, and
// keeps it for Apply; with a fault there is nothing to apply. What is no list at all has
// one fault, of no row. A *desk.Refusal, Many.
func (l *Ledger) Preview(ctx context.Context, u *zoufang.User, list List) (Import, error) {
	if err := l.Desk.Importing(ctx, u, list.Area); err != nil {
		return Import{}, err
	}
	t := importTask{Area: list.Area, Columns: list.Columns, Import: operator.NewImport(list.Area), Step: previewed}
	done, err := l.read(ctx, u, t, list.File)
	var unread *operator.Unread
	if errors.As(err, &unread) {
		done.Notes, done.Faults, err = []sheet.Fault{}, []sheet.Fault{{What: unread.Error()}}, nil
	}
	if err != nil {
		return Import{}, err
	}
	now := l.now()
	j := storage.Job{ID: l.newID(u, list.Key), User: u.ID, Created: now, Kind: imports, State: storage.JobComing}
	if err := l.add(ctx, j); errors.Is(err, errKnown) {
		return l.Imported(ctx, u, j.ID)
	} else if err != nil {
		return Import{}, err
	}
	result := importResult{ImportedRoster: done, Sample: sample(done.Changes)}
	var parts []storage.JobPart
	if len(done.Faults) == 0 {
		for b := range slices.Chunk(list.File, partBytes) {
			parts = append(parts, storage.JobPart{Name: filePart(t.Parts), Data: b})
			t.Parts++
		}
	}
	for some := range slices.Chunk(done.Changes, differencesAtOnce) {
		b, err := json.Marshal(some)
		if err != nil {
			return Import{}, err
		}
		parts = append(parts, storage.JobPart{Name: pagePart(t.Pages), Data: b})
		t.Pages++
	}
	for some := range slices.Chunk(parts, 2) {
		_, err := l.Jobs.ChangeJob(ctx, j.ID, func(j *storage.Job) ([]storage.JobPart, error) {
			for _, p := range some {
				j.Bytes += int64(len(p.Data))
			}
			return some, nil
		})
		if err != nil {
			return Import{}, err
		}
	}
	kept, err := l.Jobs.ChangeJob(ctx, j.ID, func(j *storage.Job) ([]storage.JobPart, error) {
		j.State = storage.JobDone
		return nil, note(j, t, result)
	})
	if err != nil {
		return Import{}, err
	}
	return importOf(kept)
}
