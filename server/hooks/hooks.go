package hooks

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"zoufang"
	"zoufang/server/desk"
	"zoufang/storage"
)

// Config is what hooks work with.
type Config struct {
	Desk     *desk.Desk
	Jobs     storage.Jobs
	Accounts storage.Accounts
	Audit    storage.Audit
	Now      func() time.Time
	Log      *slog.Logger
}

// Hooks keeps hooks and sends what they are for. It may be used by several goroutines.
type Hooks struct {
	Config
	me     string // this copy, as leases name it
	client *http.Client
	wake   chan struct{}
}

// New makes one. Nothing is sent before Run.
func New(cfg Config) *Hooks {
	return &Hooks{Config: cfg, me: zoufang.Token(9), client: newClient(), wake: make(chan struct{}, 1)}
}

func (h *Hooks) now() int64 { return h.Now().UnixMilli() }

// Add makes a hook for a person, whose areas may be fewer than they have; from is the
// network address that asked. It begins with what changes from now on, or behind a
// place. ErrURL, ErrSecret, ErrKind, ErrPlace, ErrMany.
func (h *Hooks) Add(ctx context.Context, u *zoufang.User, ask Ask, from string) (id string, err error) {
	t := task{User: u.ID, Areas: u.Areas, URL: strings.TrimSpace(ask.URL), Secret: ask.Secret, Created: h.now()}
	for _, k := range ask.Kinds {
		t.Kinds = append(t.Kinds, strings.TrimSuffix(k, "s"))
	}
	if err := t.check(); err != nil {
		return "", err
	}
	if id = zoufang.Token(12); ask.Key != "" {
		id = nameOf(string(u.ID), ask.Key)
		if _, err := h.Get(ctx, u, id); !errors.Is(err, storage.ErrNotFound) {
			return id, err
		}
	}
	p := progress{After: ask.After}
	if p.After == "" {
		if p.After, err = h.Desk.ChangesEnd(ctx, u); err != nil {
			return "", err
		}
	} else if !desk.IsChangesPlace(p.After) {
		return "", ErrPlace
	}
	j := storage.Job{ID: id, User: owner, Created: never, Kind: "hook", State: storage.JobComing, Task: written(t), Cursor: written(p)}
	err = h.Jobs.AddJob(ctx, j, func(all []storage.Job) error {
		mine := 0
		for i := range all {
			if of, _, err := read(&all[i]); err == nil && of.User == u.ID {
				mine++
			}
		}
		if mine >= maxOfUser || len(all) >= MaxHooks {
			return ErrMany
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	h.knock()
	told := storage.NewAudited(h.Now(), zoufang.AuditHookAdded, u.ID, from)
	told.Area, told.Field = zoufang.CommonArea(u.Areas), host(t.URL)
	return id, h.Audit.AppendAudit(ctx, told)
}

// List gives a person's hooks, the oldest first.
func (h *Hooks) List(ctx context.Context, u *zoufang.User) (out []Status, err error) {
	all, err := h.Jobs.ListJobs(ctx, storage.JobQuery{User: owner})
	if err != nil {
		return nil, err
	}
	created := map[string]int64{}
	for i := range all {
		t, p, err := read(&all[i])
		if err != nil {
			return nil, err
		}
		if t.User == u.ID {
			created[all[i].ID] = t.Created
			out = append(out, status(all[i].ID, t, p))
		}
	}
	slices.SortFunc(out, func(a, b Status) int {
		return cmp.Or(cmp.Compare(created[a.ID], created[b.ID]), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// Get gives one of a person's hooks, or storage.ErrNotFound.
func (h *Hooks) Get(ctx context.Context, u *zoufang.User, id string) (Status, error) {
	j, err := h.Jobs.Job(ctx, id)
	if err != nil {
		return Status{}, err
	}
	t, p, err := mine(u, j)
	return status(id, t, p), err
}

// mine reads a job that is a hook of the person's; else storage.ErrNotFound.
func mine(u *zoufang.User, j *storage.Job) (t task, p progress, err error) {
	if j.User != owner {
		return t, p, storage.ErrNotFound
	}
	if t, p, err = read(j); err == nil && t.User != u.ID {
		err = storage.ErrNotFound
	}
	return t, p, err
}

// Resume has a hook try at once and go on, also one that had given up.
func (h *Hooks) Resume(ctx context.Context, u *zoufang.User, id string) (Status, error) {
	var out Status
	_, err := h.Jobs.ChangeJob(ctx, id, func(j *storage.Job) ([]storage.JobPart, error) {
		t, p, err := mine(u, j)
		if err != nil {
			return nil, err
		}
		p.Dead, p.Tries, p.Since, p.Next = false, 0, 0, 0
		j.Cursor, out = written(p), status(id, t, p)
		return nil, nil
	})
	h.knock()
	return out, err
}

// Drop ends a hook of a person's.
func (h *Hooks) Drop(ctx context.Context, u *zoufang.User, id, from string) error {
	s, err := h.Get(ctx, u, id)
	if err != nil {
		return err
	}
	if err := h.Jobs.DropJob(ctx, id); err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	told := storage.NewAudited(h.Now(), zoufang.AuditHookDropped, u.ID, from)
	told.Area, told.Field = zoufang.CommonArea(u.Areas), host(s.URL)
	return h.Audit.AppendAudit(ctx, told)
}

func (h *Hooks) knock() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}
