package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"zoufang"
)

// scannedRequests is how many requests are looked through for those that wait: more
// than a list shows, since one that is overlooked is worse than a slow page.
const scannedRequests = 10 * MaxScanned

// Waiting is what waits for somebody at a desk, the start page.
type Waiting struct {
	HeldHarm []HeldHarm   // suspected harm to a child that held lines alone tell of
	Harm     []WaitingRow // reports of it, those nobody has taken first, then by age
	Urgent   []WaitingRow // other requests of an urgent sort, in the same order
	Guarded  int          // reports of harm, held ones too, that are others' to open
	Longest  string       // how long the oldest of these has waited
	Keepers  []string     // who may open them
	Review   int          // visits to be reviewed
	Held     int          // lines
	Cut      bool         // there may be more than was looked through
}

// WaitingRow is a request that waits.
type WaitingRow struct {
	Row
	Urgency Mark
	Text    string
	Waits   string // how long, since it was written
	Taken   string // who took it and when; "": nobody has
	Take    bool   // the reader may take it

	since int64
}

// Waiting tells what waits in the reader's areas.
func (d *Desk) Waiting(ctx context.Context, u *zoufang.User) (out Waiting, err error) {
	err = d.read(ctx, u, func(l *reader) (err error) {
		out, err = l.waiting()
		return err
	})
	return out, err
}

func (l *reader) waiting() (out Waiting, err error) {
	areas := l.areas.ScopeOf(l.u).Areas
	var oldest int64
	var failed error
	seen := 0
	err = l.v.List(zoufang.KindRequest, areas, 0, scannedRequests, func(r *zoufang.Record) bool {
		seen++
		harm := r.TellsHarm()
		if !open(r) || !harm && urgency(r).Tone != zoufang.Brick {
			return true
		}
		if l.guarded(r) {
			out.Guarded++
			oldest = earliest(oldest, r.Stamps[r.Created].At)
			out.Keepers = append(out.Keepers, l.keeps(r.Area)...)
			return true
		}
		var row WaitingRow
		if row, failed = l.waitingRow(r); harm {
			out.Harm = append(out.Harm, row)
		} else {
			out.Urgent = append(out.Urgent, row)
		}
		return failed == nil
	})
	if err = errors.Join(err, failed); err != nil {
		return out, err
	}
	groups, cut, err := l.heldGroups()
	if err != nil {
		return out, err
	}
	for _, g := range groups {
		out.Held += g.Count
		cut = cut || g.More
	}
	if err := l.harmWaiting(groups, &out, &oldest); err != nil {
		return out, err
	}
	if oldest != 0 {
		out.Longest = l.waits(oldest)
	}
	slices.Sort(out.Keepers)
	out.Keepers = slices.Compact(out.Keepers)
	for _, rows := range [][]WaitingRow{out.Harm, out.Urgent} {
		slices.SortStableFunc(rows, func(a, b WaitingRow) int {
			return cmp.Or(cmp.Compare(min(1, len(a.Taken)), min(1, len(b.Taken))), cmp.Compare(a.since, b.since))
		})
	}
	visits, err := l.list(zoufang.KindOf(zoufang.KindVisit), Query{Page: 1, Facet: map[string]string{"state": zoufang.Submitted}})
	if err != nil {
		return out, err
	}
	out.Review, out.Cut = visits.Count-visits.Loose, cut || visits.Cut || seen == scannedRequests
	return out, err
}

// open reports whether a request waits for the office: nobody has answered it.
func open(r *zoufang.Record) bool {
	state := r.State("state")
	return !r.Voided() && state != "answered" && state != "closed"
}

func urgency(r *zoufang.Record) zoufang.Choice {
	said, _ := r.Shown("urgency").Text()
	if c := zoufang.KindOf(r.Kind).Field("urgency").Choice(said); c != nil {
		return *c
	}
	return zoufang.Choice{}
}

func (l *reader) waitingRow(r *zoufang.Record) (row WaitingRow, err error) {
	if row.Row, err = l.row(r); err != nil {
		return row, err
	}
	c := urgency(r)
	row.Urgency = Mark{Code: c.Value, Text: c.Zh, Tone: c.Tone}
	row.Text, _ = r.Shown("text").Text()
	row.since = r.Stamps[r.Created].At
	row.Waits = l.waits(row.since)
	if r.State("state") == received {
		row.Take = slices.Contains(Reviewers, l.u.Role)
		return row, nil
	}
	st := r.Stamps[r.States["state"].By]
	who, err := l.person(st.User)
	when, _ := l.d.when(st)
	row.Taken = who + " " + when
	return row, err
}

const received, assigned = "received", "assigned"

// waits says how long something has waited: 3 小时 20 分.
func (l *reader) waits(since int64) string {
	m := max(0, l.d.Now().UnixMilli()-since) / 60_000
	switch h := m / 60; {
	case m == 0:
		return "不到 1 分钟"
	case h == 0:
		return fmt.Sprintf("%d 分", m)
	case h < 24:
		return fmt.Sprintf("%d 小时 %d 分", h, m%60)
	default:
		return fmt.Sprintf("%d 天 %d 小时", h/24, h%24)
	}
}

// Take has a reviewer take a request that nobody has taken (分办): who and when is told
// from then on. Of two who do, the later is told that somebody was first.
func (d *Desk) Take(ctx context.Context, u *zoufang.User, id zoufang.RecordID) error {
	var r *zoufang.Record
	err := d.read(ctx, u, func(l *reader) (err error) {
		if r, err = l.recordOf(zoufang.KindRequest, id); err == nil && r.State("state") != received {
			err = refuse(LateState)
		}
		return err
	})
	if err != nil {
		return err
	}
	return d.save(ctx, u, zoufang.Go(id, "state", received, assigned, r.Seen()...))
}
