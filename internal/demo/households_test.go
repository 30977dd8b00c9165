package demo

import (
	"slices"
	"testing"
	"time"
)

// Families are of an age to be one, and people of an age for what they are
// registered as.
func TestAgesFit(t *testing.T) {
	least := map[string]int{"高龄津贴": 80, "独居老人": 60, "空巢老人": 60, "留守老人": 60, "失能老人": 60}
	most := map[string]int{"孤儿": 17, "事实无人抚养": 17, "困境儿童": 17, "留守儿童": 15}
	for seed := range uint64(3) {
		c, err := newCounty(seed, time.Date(2026, 11, 20, 2, 30, 0, 0, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		c.register()
		for _, h := range c.households {
			for _, p := range h.people {
				apart := h.head().age - p.age
				switch {
				case p.relation == "子女" && apart < 18, p.relation == "孙子女" && apart < 36, slices.Contains([]string{"父亲", "母亲", "婆婆"}, p.relation) && apart > -18,
					(p.relation == "妻子" || p.relation == "配偶") && (apart < -6 || apart > 12):
					t.Errorf("seed %d: %s of %d with a head of %d", seed, p.relation, p.age, h.head().age)
				}
				for _, cat := range p.cats {
					if high, young := most[cat]; p.age < least[cat] || young && p.age > high {
						t.Errorf("seed %d: %s at %d", seed, cat, p.age)
					}
					if cat == "独居老人" && len(h.people) > 1 {
						t.Errorf("seed %d: %s in a household of %d", seed, cat, len(h.people))
					}
				}
			}
		}
	}
}
