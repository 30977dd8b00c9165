package simulate

import "math/rand/v2"

// An act is one thing a coordinator, or the phone, does.
type act int

const (
	actSync act = iota
	actMedia
	actHousehold
	actVisit
	actEditHousehold
	actEditVisit
	actSubmit
	actRequest
	actRepeat // sends lines again that were answered long ago
	actReload
	actClone
	actClash // both clones edit the same
	actOdd   // saves a line that must be held
)

// A step is an act and the seed of all its choices, so that what one step finds on the server moves no other.
type step struct {
	do   act
	seed uint64
}

// plan is a phone's life: stretches offline, each ending with a sync. It depends on nothing but its arguments.
func plan(seed uint64, i, visits int, h habits) []step {
	rng := rand.New(rand.NewPCG(seed, uint64(i)))
	var steps []step
	add := func(acts ...act) {
		for _, a := range acts {
			steps = append(steps, step{a, rng.Uint64()})
		}
	}
	chance := func(percent int) bool { return rng.IntN(100) < percent }
	add(actSync)
	if visits > 0 {
		add(actHousehold)
	}
	cloneAt := visits / 2
	for done, cloned := 0, !h.cloned; done < visits; {
		for range min(1+rng.IntN(6), visits-done) {
			if chance(25) {
				add(actHousehold)
			}
			add(actVisit)
			done++
			if chance(60) {
				add(actSubmit)
			}
			if chance(60) {
				add(actEditHousehold)
			}
			if chance(40) {
				add(actEditVisit)
			}
			if chance(10) {
				add(actRequest)
			}
			if chance(2) {
				add(actOdd)
			}
		}
		if chance(20) {
			add(actReload)
		}
		if chance(50) {
			add(actSync, actMedia)
		} else {
			add(actMedia, actSync)
		}
		if chance(25) {
			add(actRepeat, actSync)
		}
		if !cloned && done > cloneAt {
			cloned = true
			add(actClone, actClash, actEditVisit, actClash, actEditVisit, actClash, actSync)
		}
	}
	add(actSync, actMedia, actSync)
	return steps
}
