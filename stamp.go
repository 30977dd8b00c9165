package zoufang

// Stamp is what the server fixed about a commit when it first accepted it.
type Stamp struct {
	_     struct{} `cbor:",toarray"`
	ID    CommitID `cbor:"-"`
	User  UserID
	From  int64 // not before: the commit's `heard`, or the device's enrolment; Unix ms
	To    int64 // not after: receipt, Unix ms
	At    int64 // the phone's own clock, held within From and To
	Staff bool  // the author reviewed for a living when it came
}

// NewStamp clamps the phone's clock to the interval the server can vouch for.
func NewStamp(id CommitID, user UserID, at, from, to int64, staff bool) Stamp {
	from = min(from, to)
	return Stamp{ID: id, User: user, From: from, To: to, At: max(from, min(at, to)), Staff: staff}
}

// After tells the order of time: by the clamped time, else by id.
func (s Stamp) After(t Stamp) bool {
	if s.At != t.At {
		return s.At > t.At
	}
	return s.ID > t.ID
}

// Before orders values for display: the one to show first comes first. A value
// of the staff's leads, then the later, then the larger id.
func (s Stamp) Before(t Stamp) bool {
	if s.Staff != t.Staff {
		return s.Staff
	}
	if s.At != t.At {
		return s.At > t.At
	}
	return s.ID > t.ID
}
