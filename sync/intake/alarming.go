package intake

import (
	"bytes"
	"encoding/json"
	"slices"
	"sync"

	"zoufang"
	"zoufang/internal/content"
	"zoufang/storage"
)

// alarming remembers which forms alarm at something, by the areas they are in force in:
// they change a few times a year and are asked of every visit. What is remembered holds
// as long as no public record of those areas is another, which their heads tell.
type alarming struct {
	mu sync.Mutex
	of map[zoufang.AreaID]*formsThere
}

type formsThere struct {
	public []uint64 // of the heads of the areas above, and of its own
	forms  []content.Form
}

const maxForms = 500 // records of forms looked through

// at gives the forms in force in an area that alarm at something. They are shared: not
// to be changed.
func (a *alarming) at(v storage.View, area zoufang.AreaID) ([]content.Form, error) {
	chain := append(area.Above(), area)
	heads, err := v.Heads(chain)
	if err != nil {
		return nil, err
	}
	there := &formsThere{public: make([]uint64, len(heads))}
	for i, h := range heads {
		there.public[i] = h.Public
	}
	a.mu.Lock()
	known := a.of[area]
	a.mu.Unlock()
	if known != nil && slices.Equal(known.public, there.public) {
		return known.forms, nil
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
		a.of = map[zoufang.AreaID]*formsThere{}
	}
	a.of[area] = there
	return there.forms, nil
}
