package storage

import "zoufang"

// Charge is a medium's room as a user has to answer for it, while no record names the
// medium: an upload that is not finished, or a medium that came. It is kept beside
// the media so that every copy of the server counts alike, and after a restart.
type Charge struct {
	ID     string // the upload's, or what StoredCharge gives
	User   zoufang.UserID
	Digest zoufang.Digest
	Type   string // MIME
	Size   int64  // bytes declared
	At     int64  // when the stage began, Unix ms
	Stage  Stage
}

// StoredCharge is the id of the charge for a medium that came.
func StoredCharge(u zoufang.UserID, d zoufang.Digest) string { return string(u) + "/" + string(d) }

// Stage is where a charged medium stands on its way in or out.
type Stage string

// The stages, as they are stored.
const (
	StageOpen     Stage = "open"     // its upload goes on
	StageStored   Stage = "stored"   // it came, and no record names it
	StageFading   Stage = "fading"   // it ran out: not known any more, its bytes still there
	StageRemoving Stage = "removing" // its bytes are being removed, by whoever wrote this
)
