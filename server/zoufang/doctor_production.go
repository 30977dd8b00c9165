package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"zoufang/storage/minioblob"
	"zoufang/storage/mongostore"
)

// production looks at MongoDB and the bucket.
func (d *diagnosis) production(ctx context.Context, c *call, s *store) error {
	db, ok := s.engine.(*mongostore.Store)
	if !ok {
		return errors.New("the store is of no known kind")
	}
	f, err := db.Check(ctx)
	if err != nil {
		d.add("mongodb", bad, err.Error(), "is a primary elected? look at rs.status()")
	} else {
		d.database(f)
	}
	blobs, err := minioblob.Open(ctx, c.Production.S3.bucket(c.Production.Bucket, c.now))
	if err != nil {
		d.add("bucket", bad, err.Error(), "see what the object store logs: is it full? The keys need read, write and delete")
		return nil
	}
	for _, found := range blobs.Check(ctx) {
		state, do := fine, ""
		if !found.OK {
			state, do = bad, "see what the object store logs; the keys need read, write and delete on the bucket"
			if found.Name == "lifecycle" {
				state, do = warn, "allow the keys to set lifecycle rules, or set the rule by hand: see the runbook"
			}
		}
		d.add("bucket "+found.Name, state, found.Detail, do)
	}
	return nil
}

// longRead is how long a dump of a large county may take.
const longRead = 10 * time.Minute

func (d *diagnosis) database(f mongostore.Facts) {
	d.add("mongodb", fine, strings.TrimSpace(f.Version+" "+f.Engine), "")
	switch {
	case f.Sharded:
		d.add("replica set", fine, "behind a mongos", "")
	default:
		d.members(f)
	}
	d.add("write concern", fine, fmt.Sprintf("%s, journal %v", f.Majority, f.Journal), "")
	d.judge("schema", f.Schema == f.KnownSchema, warn, fmt.Sprintf("%d of %d", f.Schema, f.KnownSchema), "start a server of this version: it takes the database there")
	d.judge("indexes", len(f.Missing) == 0, bad, missing(f.Missing), "start a server of this version: it makes them; until then queries read whole collections")
	d.judge("mongodb clock", f.Ahead.Abs() < clockApart, warn, fmt.Sprintf("%s apart", f.Ahead.Abs().Round(time.Millisecond)), "set the clocks of all machines by NTP")
	if f.TxnLifetime > 0 {
		d.judge("long reads", f.TxnLifetime >= longRead, warn, fmt.Sprintf("transactions may last %s", f.TxnLifetime),
			"a backup is one: set transactionLifetimeLimitSeconds=3600")
	}
	d.judge("mongodb tls", f.TLS, warn, yes(f.TLS, "connections are encrypted", "connections are not encrypted"), "set tls=true in the URI unless the network is the machines' own")
	d.disk("mongodb disk", float64(f.DiskTotal-f.DiskUsed), float64(f.DiskTotal))
	if len(f.Untold) > 0 {
		d.add("not told", warn, strings.Join(f.Untold, ", "), "the database user may not ask; give it clusterMonitor to see more")
	}
}

// enough members outlive the loss of one.
const enough = 3

func (d *diagnosis) members(f mongostore.Facts) {
	if len(f.Members) == 0 {
		d.add("replica set", warn, f.Set+", its members are not told", "")
		return
	}
	healthy := 0
	for _, m := range f.Members {
		if m.Healthy {
			healthy++
		}
		d.judge("member "+m.Name, m.Healthy && m.Behind < clockApart, bad, fmt.Sprintf("%s, %s behind", m.State, m.Behind.Round(time.Second)), "start it, or replace it: see “lost node” in the runbook")
	}
	d.judge("replica set", healthy >= enough, warn, fmt.Sprintf("%s, %d of %d members healthy", f.Set, healthy, len(f.Members)),
		"with fewer than three healthy members the next loss stops all writes")
}

func missing(names []string) string {
	if len(names) == 0 {
		return "all there"
	}
	return "missing: " + strings.Join(names, ", ")
}

func yes(is bool, then, otherwise string) string {
	if is {
		return then
	}
	return otherwise
}
