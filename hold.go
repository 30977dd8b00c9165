package zoufang

// HoldCode says why a line is held and so how that ends.
type HoldCode string

// The codes a line is held under, and the words a decided one is listed with.
const (
	HeldWaiting HoldCode = "waiting"
	HeldSchema  HoldCode = "schema"
	HeldInvalid HoldCode = "invalid"
	HeldScope   HoldCode = "scope"
	HeldAuthor  HoldCode = "author"
	HeldRevoked HoldCode = "revoked"
	HeldStale   HoldCode = "stale_state"
	HeldQuota   HoldCode = "quota"

	Released HoldCode = "released"
	Rejected HoldCode = "rejected"
	Amended  HoldCode = "amended"
)

// Bounds of what one user has open, held lines and waiting ones each by itself. What
// is over comes in under the code quota: kept like all others, for a person to decide.
const (
	MaxHeld    = 2000 // undecided, waiting apart
	MaxWaiting = 5000 // each is judged again in the one transaction that brings what it waits for
)

// rulings says how each code may end by a person's word.
var rulings = map[HoldCode][]Ruling{
	HeldWaiting: {Reject}, // what it waits for may have been rejected itself
	HeldSchema:  {Amend, Reject},
	HeldInvalid: {Amend, Reject},
	HeldScope:   {Release, Reject},
	HeldAuthor:  {Release, Reject},
	HeldRevoked: {Release, Reject},
	HeldStale:   {Release, Amend, Reject},
	HeldQuota:   {Release, Reject},
}

// Allows reports whether a line held under this code may be ended by the ruling.
func (c HoldCode) Allows(r Ruling) bool {
	for _, allowed := range rulings[c] {
		if allowed == r {
			return true
		}
	}
	return false
}

// Outcome gives the code a line is listed with after the ruling.
func (r Ruling) Outcome() HoldCode {
	switch r {
	case Release:
		return Released
	case Amend:
		return Amended
	case Reject:
		return Rejected
	}
	return ""
}

// Open reports whether the line still has to be applied or decided.
func (c HoldCode) Open() bool {
	_, ok := rulings[c]
	return ok
}
