package minioblob

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/minio/minio-go/v7"
)

// Finding is one thing that Check looked at. Detail is for the operator and holds
// no keys.
type Finding struct {
	Name   string // bucket, write, read, conditions, remove, lifecycle, clock
	OK     bool
	Detail string
}

// maxClockOffset is a third of what stores bear before they refuse signatures.
const maxClockOffset = 5 * time.Minute

// Check tries what the program needs of the store. What stands after a failure
// that makes it senseless is left out.
func (s *Store) Check(ctx context.Context) []Finding {
	var out []Finding
	add := func(name string, err error, fine string) bool {
		if err != nil {
			fine = err.Error()
		}
		out = append(out, Finding{Name: name, OK: err == nil, Detail: fine})
		return err == nil
	}
	if !add("bucket", s.exist(ctx), "reachable") {
		return out
	}
	steps := []string{"write", "read", "conditions", "remove"}
	err := s.probe(ctx, func(step string) {
		steps = steps[1:]
		add(step, nil, "works")
	})
	if err != nil {
		add(steps[0], err, "")
		return out
	}
	_, missing, err := s.lifecycle(ctx)
	if missing = withoutParts(missing); err == nil && len(missing) > 0 {
		err = fmt.Errorf("the rule %s is missing: what is left of unfinished uploads stays for ever when a server dies at a bad moment", missing[0].ID)
	}
	add("lifecycle", err, "set")
	offset, err := s.clockOffset(ctx)
	if err == nil && offset.Abs() > maxClockOffset {
		err = fmt.Errorf("this machine and the store are %s apart", offset.Abs().Round(time.Second))
	}
	add("clock", err, fmt.Sprintf("%s apart", offset.Abs().Round(time.Second)))
	return out
}

// clockOffset tells how far the store's clock is ahead of ours, to a second. Any
// reply has the date, so one about an object that is not there will do.
func (b *bucket) clockOffset(ctx context.Context) (time.Duration, error) {
	key := probePrefix + "clock"
	if _, err := b.put(ctx, key, nil, condition{}, nil); err != nil {
		return 0, err
	}
	timed, cancel := within(ctx, 0)
	defer cancel()
	before := b.now()
	body, _, header, err := b.api.GetObject(timed, b.name, key, minio.GetObjectOptions{})
	if err != nil {
		return 0, failure(ctx, err)
	}
	body.Close()
	half := b.now().Sub(before) / 2
	at, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return 0, fmt.Errorf("the store's replies have no date")
	}
	return at.Sub(before.Add(half)), b.remove(ctx, key)
}
