package phone

import (
	"io"
	"net/http"
	"time"
)

// An Option changes how a phone behaves. Without any, a phone uses the real clock, compresses, and behaves well.
type Option func(*Phone)

// WithClock gives the phone a clock of its own, possibly wrong.
func WithClock(now func() time.Time) Option { return func(p *Phone) { p.clock = now } }

// WithRand sets the source of record ids and nonces. Keys and signatures always come from the system's.
func WithRand(r io.Reader) Option { return func(p *Phone) { p.rand = r } }

// WithHTTP sets the client, and with it what may go wrong on the way.
func WithHTTP(c *http.Client) Option { return func(p *Phone) { p.http = c } }

// WithGzip says whether sync requests are compressed.
func WithGzip(on bool) Option { return func(p *Phone) { p.gzip = on } }

// WithBatch sets how many commits at most go into a request.
func WithBatch(n int) Option { return func(p *Phone) { p.batch = max(1, min(n, maxCommits)) } }

// WithChunk sets how many bytes of a medium at most go into a request.
func WithChunk(n int) Option { return func(p *Phone) { p.chunk = max(1, n) } }

// WithMaxWait bounds how long a Retry-After is obeyed before the refusal is returned instead.
func WithMaxWait(d time.Duration) Option { return func(p *Phone) { p.maxWait = d } }

// WithShuffle makes the phone send its lines in another order than they were saved, to try the server.
func WithShuffle(f func(n int, swap func(i, j int))) Option { return func(p *Phone) { p.shuffle = f } }
