package e2e_test

import "testing"

// Two copies behind a proxy, on a MongoDB and a MinIO of their own; all of them are
// killed in turn while phones work. Nothing that was acknowledged is lost and no
// phone differs from another. At length: a run without any harm, then each fault
// by itself, again and again.
func TestProveClusterSurvivesEveryBlow(t *testing.T) {
	c := newCluster(t, privateProduction(t))
	if !proving() {
		c.survives("all killed in turn", 16, 160, c.blows())
		return
	}
	const phones, visits, kills = 20, 500, 20
	c.survives("no harm", phones, visits, nil)
	for _, b := range c.blows() {
		blows := make([]blow, kills)
		for i := range blows {
			blows[i] = b
		}
		c.survives(b.name+" killed", phones, visits, blows)
	}
	clear(c.witness.checked) // all of all runs once more
	c.stillThere(c.witness, c.copies[0].handset("worker", farTown))
}
