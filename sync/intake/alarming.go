package intake

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"zoufang"
	"zoufang/internal/content"
	"zoufang/storage"
)

// Alarming remembers which forms alarm at something, by the areas they are in force in:
// they change a few times a year and are asked of every visit. What is remembered holds
// as long as no public record of those areas is another, which their heads tell.
type Alarming struct {
	mu sync.Mutex
	of map[zoufang.AreaID]*Alarms
}

// Alarms are the forms in force in an area that alarm at something. As long as they are
// the same it is one and the same.
type Alarms struct {
	public []uint64 // of the heads of the areas above, and of its own
	forms  []content.Form
}

const maxForms = 500 // records of forms looked through

// At gives the alarms of an area.
func (a *Alarming) At(v storage.View, area zoufang.AreaID) (*Alarms, error) {
	chain := append(area.Above(), area)
	heads, err := v.Heads(chain)
	if err != nil {
		return nil, err
	}
	there := &Alarms{public: make([]uint64, len(heads))}
	for i, h := range heads {
		there.public[i] = h.Public
	}
	a.mu.Lock()
	known := a.of[area]
	a.mu.Unlock()
	if known != nil && slices.Equal(known.public, there.public) {
		return known, nil
	}
	err = v.List(zoufang.KindForm, chain, 0, maxForms, func(f *zoufang.Record) bool {
		var form content.Form
		if body := f.Shown("body"); bytes.Contains(body, []byte(`"alarm"`)) && json.Unmarshal(body, &form) == nil {
			there.forms = append(there.forms, form)
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.of == nil {
		a.of = map[zoufang.AreaID]*Alarms{}
	}
	a.of[area] = there
	return there, nil
}

// By reports whether a visit that counts answers in a way that sets off an alarm.
func (a *Alarms) By(visit *zoufang.Record) bool {
	return !visit.Voided() && slices.ContainsFunc(content.FormsFor(visit, a.forms), func(f content.Form) bool { return f.Alarms(visit) })
}

// says reports whether a visit answers anything that could alarm.
func says(visit *zoufang.Record) bool {
	for name, h := range visit.Heads {
		if strings.HasPrefix(name, "answers.") && slices.ContainsFunc(h.Live, func(h zoufang.Head) bool { return string(h.Value) != "false" }) {
			return true
		}
	}
	return false
}
