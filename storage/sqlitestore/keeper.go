package sqlitestore

// keeper copies the log back into the database file beside the writer, not in its
// way: SQLite would otherwise do it within a commit. What it fails to copy stays
// in the log, as durable there, for the next try.
type keeper struct {
	path  string
	kick  chan struct{}
	ended chan struct{}
}

// In pages of the log.
const (
	worthCopying = 4000
	// A log this long the writer copies itself, in a pause between its commits:
	// only when nothing is left to copy does the log begin anew.
	tooLong = 16 << 10
)

func startKeeper(path string) *keeper {
	k := &keeper{path: path, kick: make(chan struct{}, 1), ended: make(chan struct{})}
	go k.run()
	return k
}

const copyLog = "PRAGMA wal_checkpoint(PASSIVE)"

func (k *keeper) run() {
	defer close(k.ended)
	var c *conn
	for range k.kick {
		if c == nil {
			var err error
			if c, err = connect(k.path, "busy_timeout = 0", "synchronous = FULL"); err != nil {
				continue
			}
			defer c.close()
		}
		c.one(copyLog)
	}
}

// look is called by the writer after each commit, with no transaction open.
func (k *keeper) look(w *conn) {
	row, err := w.one("PRAGMA wal_checkpoint(NOOP)")
	if err != nil || row == nil {
		return
	}
	pages, copied := integer(row[1]), integer(row[2])
	switch left := pages - copied; {
	case left < worthCopying && pages < tooLong || left == 0:
	case pages >= tooLong && left < worthCopying:
		w.one(copyLog)
	default:
		select {
		case k.kick <- struct{}{}:
		default:
		}
	}
}

func (k *keeper) stop() {
	close(k.kick)
	<-k.ended
}
