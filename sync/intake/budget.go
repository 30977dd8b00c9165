package intake

import (
	"zoufang"
	"zoufang/storage"
)

// opened is what is counted against a bound: the open lines that a user sent, those
// that wait or the others.
type opened struct {
	sender  zoufang.UserID
	waiting bool
}

// budget holds what one user has open to its bounds: a line that comes over them, or
// is woken there, is held under quota, whatever it came by. Nothing is refused.
func (j *judge) budget(h *storage.Held, v *trial) error {
	first, waiting := h.Code == "", v.fault.Code == zoufang.HeldWaiting
	if h.Waived || !first && (waiting || h.Code != zoufang.HeldWaiting) {
		return nil
	}
	most := zoufang.MaxHeld
	if waiting {
		most = zoufang.MaxWaiting
	}
	n, err := j.count(opened{h.Sender, waiting})
	if err == nil && n >= most {
		v.fault = zoufang.Fail(zoufang.HeldQuota, zoufang.RuleManyHeld, "n", n)
	}
	return err
}

// count counts once as long as only more come: thousands may in one transaction.
func (j *judge) count(of opened) (n int, err error) {
	n, known := j.open[of]
	if !known {
		if n, err = j.tx.CountHeld(of.sender, of.waiting); err != nil {
			return 0, err
		}
		j.open[of] = n
	}
	return n, nil
}

// moves notes that a line goes from one code to another; "" is from nowhere.
func (j *judge) moves(sender zoufang.UserID, from, to zoufang.HoldCode) {
	if of := (opened{sender, from == zoufang.HeldWaiting}); from.Open() {
		delete(j.open, of) // the store stops counting at the bound: what is over is not known
	}
	if of := (opened{sender, to == zoufang.HeldWaiting}); to.Open() {
		if _, known := j.open[of]; known {
			j.open[of]++
		}
	}
}
