package storage

// Passing marks a failure that passes by itself: a lock that is held, a disk that
// is full, a store that is being closed. Whoever asked may ask again later.
func Passing(err error) error {
	if err == nil {
		return nil
	}
	return passing{err}
}

type passing struct{ error }

func (passing) Temporary() bool { return true }

func (p passing) Unwrap() error { return p.error }
