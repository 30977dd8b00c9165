package mongostore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"zoufang/storage"
)

// Store is a store in one MongoDB database. It implements storage.Records,
// storage.Accounts and storage.Upkeep.
type Store struct {
	client *mongo.Client
	db     *mongo.Database
	sealer storage.Sealer
	now    func() time.Time
	fault  func(stored bool) error
	toLoad bool // see ToLoad
	tls    bool
	watch  *event.CommandMonitor // for tests: sees each exchange

	away    away
	clock   clock
	devices deviceCache
	records
}

var (
	_ storage.Records  = (*Store)(nil)
	_ storage.Accounts = (*Store)(nil)
	_ storage.Upkeep   = (*Store)(nil)
)

// Option changes how a store is opened.
type Option func(*Store)

// WithClock sets the machine's clock.
func WithClock(now func() time.Time) Option { return func(s *Store) { s.now = now } }

// WithFaults is for tests. f is called twice for each transaction that writes:
// before it is committed with false, and after it, when all is stored, with true.
// An error fails everything in that transaction.
func WithFaults(f func(stored bool) error) Option { return func(s *Store) { s.fault = f } }

// ToLoad opens a store even where a Load was interrupted. Nothing but Load works
// on such a store.
func ToLoad() Option { return func(s *Store) { s.toLoad = true } }

// ErrHalfLoaded is what Open returns, without ToLoad, where a Load was interrupted.
var ErrHalfLoaded error = own("this database was being filled by a restore or a copy that did not end: run it again, or name another database")

// reachTime bounds how long a server that can be written to is looked for, unless
// the URI says otherwise.
const reachTime = 8 * time.Second

// Open opens the store in the database that the URI's path names, zoufang without
// one, and takes it to the present schema; an empty database begins with an epoch
// of its own. No error tells the credentials in the URI.
func Open(ctx context.Context, uri string, sealer storage.Sealer, options ...Option) (*Store, error) {
	s := &Store{sealer: sealer, now: time.Now, fault: func(bool) error { return nil }}
	for _, o := range options {
		o(s)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	a, err := parse(uri)
	if err != nil {
		return nil, err
	}
	if s.client, err = mongo.Connect(a.options.SetMonitor(s.watch).SetServerMonitor(s.away.monitor())); err != nil {
		return nil, a.hush(fmt.Errorf("open the store: %w", err))
	}
	s.db, s.tls = s.client.Database(a.database), a.options.TLSConfig != nil
	if err := s.begin(ctx); err != nil {
		s.disconnect()
		return nil, a.hush(fmt.Errorf("open the store: %w", err))
	}
	return s, nil
}

func (s *Store) begin(ctx context.Context) error {
	if err := s.greet(ctx); err != nil {
		return err
	}
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if _, err := s.readMeta(ctx); err != nil && !(s.toLoad && errors.Is(err, ErrHalfLoaded)) {
		return err
	}
	s.records.start(s)
	return nil
}

// Close waits for the updates under way and ends the connections. What comes
// later fails.
func (s *Store) Close() error {
	s.records.stop()
	return s.disconnect()
}

func (s *Store) disconnect() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := s.client.Disconnect(ctx)
	if errors.Is(err, mongo.ErrClientDisconnected) {
		return nil
	}
	return err
}

// greet refuses a server that keeps no transactions.
func (s *Store) greet(ctx context.Context) error {
	h, err := s.hello(ctx)
	if err != nil {
		return wrap("reach MongoDB", err)
	}
	if !h.transactions() {
		return errAlone
	}
	return nil
}

var errAlone error = own("this MongoDB keeps no transactions: start it as a replica set (a single member is enough: " +
	"mongod --replSet rs0, then rs.initiate() once) or name a sharded cluster's mongos")

// hello is what a server says of itself.
type hello struct {
	Set     string    `bson:"setName"`
	Msg     string    `bson:"msg"` // of a mongos: isdbgrid
	Minutes int       `bson:"logicalSessionTimeoutMinutes"`
	Time    time.Time `bson:"localTime"`
}

func (h hello) transactions() bool {
	return (h.Set != "" || h.Msg == "isdbgrid") && h.Minutes > 0
}
