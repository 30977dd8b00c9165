package mongostore

import (
	"context"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
)

// monitored notes what is sent: the names of all commands, and the filters of
// updates and deletions.
type monitored struct {
	mu     sync.Mutex
	names  map[string]int
	writes []sentWrite
}

type sentWrite struct {
	collection string
	filter     bson.Raw
}

func (m *monitored) started(_ context.Context, e *event.CommandStartedEvent) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.names == nil {
		m.names = map[string]int{}
	}
	m.names[e.CommandName]++
	if list, ok := map[string]string{"update": "updates", "delete": "deletes"}[e.CommandName]; ok {
		values, _ := e.Command.Lookup(list).Array().Values()
		for _, v := range values {
			m.writes = append(m.writes, sentWrite{e.Command.Lookup(e.CommandName).StringValue(), bson.Raw(append([]byte(nil), v.Document().Lookup("q").Document()...))})
		}
	}
}

func (m *monitored) count(name string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.names[name]
}
