package mongostore

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
)

// queries gathers what is sent to find or change documents.
type queries struct {
	mu   sync.Mutex
	on   bool
	list []query
	seen map[string]bool
}

type query struct {
	collection   string
	filter, sort bson.D
	limit        int64
}

func (q query) has(field string) bool {
	for _, e := range q.filter {
		if e.Key == field {
			return true
		}
	}
	return false
}

func (q query) String() string {
	return fmt.Sprintf("%s %v sort %v limit %d", q.collection, q.filter, q.sort, q.limit)
}

func (s *queries) begin() {
	s.mu.Lock()
	s.on, s.list, s.seen = true, nil, map[string]bool{}
	s.mu.Unlock()
}

func (s *queries) end() []query { s.mu.Lock(); defer s.mu.Unlock(); s.on = false; return s.list }

func (s *queries) note(_ context.Context, e *event.CommandStartedEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.on {
		return
	}
	type statement struct {
		Q bson.D `bson:"q"`
	}
	type stage struct {
		Match bson.D `bson:"$match"`
		Limit int64  `bson:"$limit"`
	}
	var c struct {
		Filter  bson.D      `bson:"filter"`
		Query   bson.D      `bson:"query"`
		Sort    bson.D      `bson:"sort"`
		Limit   int64       `bson:"limit"`
		Stages  []stage     `bson:"pipeline"`
		Updates []statement `bson:"updates"`
		Deletes []statement `bson:"deletes"`
	}
	coll, ok := e.Command.Lookup(e.CommandName).StringValueOK()
	if !ok || bson.Unmarshal(e.Command, &c) != nil {
		return
	}
	add := func(q query) {
		shape := q.collection + " " + shapeOf(q.filter) + shapeOf(q.sort) + fmt.Sprint(q.limit)
		if !s.seen[shape] {
			s.seen[shape] = true
			s.list = append(s.list, q)
		}
	}
	switch e.CommandName {
	case "find":
		add(query{collection: coll, filter: c.Filter, sort: c.Sort, limit: c.Limit})
	case "findAndModify":
		add(query{collection: coll, filter: c.Query, limit: 1})
	case "update", "delete":
		for _, u := range append(c.Updates, c.Deletes...) {
			add(query{collection: coll, filter: u.Q})
		}
	case "aggregate":
		q := query{collection: coll}
		for _, s := range c.Stages {
			q.filter, q.limit = append(q.filter, s.Match...), max(q.limit, s.Limit)
		}
		add(q)
	}
}

// shapeOf is a filter without its values.
func shapeOf(d bson.D) string {
	var b strings.Builder
	for _, e := range d {
		b.WriteString(e.Key)
		if sub, ok := e.Value.(bson.D); ok {
			b.WriteString("(" + shapeOf(sub) + ")")
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// plan is how the server ran a query.
type plan struct {
	scans, sorts      bool
	keys, docs, given int64
	indexes           []string
}

func (q query) explain(t *testing.T, s *Store) (p plan) {
	t.Helper()
	find := bson.D{{Key: "find", Value: q.collection}, {Key: "filter", Value: q.filter}}
	if len(q.sort) > 0 {
		find = append(find, bson.E{Key: "sort", Value: q.sort})
	}
	if q.limit > 0 {
		find = append(find, bson.E{Key: "limit", Value: q.limit})
	}
	var out struct {
		Planner struct {
			Plan bson.D `bson:"winningPlan"`
		} `bson:"queryPlanner"`
		Stats struct {
			Given int64 `bson:"nReturned"`
			Keys  int64 `bson:"totalKeysExamined"`
			Docs  int64 `bson:"totalDocsExamined"`
		} `bson:"executionStats"`
	}
	err := s.db.RunCommand(t.Context(), bson.D{{Key: "explain", Value: find}, {Key: "verbosity", Value: "executionStats"}}).Decode(&out)
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	p.keys, p.docs, p.given = out.Stats.Keys, out.Stats.Docs, out.Stats.Given
	p.walk(out.Planner.Plan)
	return p
}

func (p *plan) walk(v any) {
	switch v := v.(type) {
	case bson.D:
		for _, e := range v {
			if name, ok := e.Value.(string); ok {
				switch e.Key {
				case "stage":
					p.scans, p.sorts = p.scans || name == "COLLSCAN", p.sorts || name == "SORT"
				case "indexName":
					p.indexes = append(p.indexes, name)
				}
			}
			p.walk(e.Value)
		}
	case bson.A:
		for _, e := range v {
			p.walk(e)
		}
	}
}
