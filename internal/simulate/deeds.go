package simulate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"zoufang/internal/demo"
	"zoufang/internal/phone"
)

// family invents people and what is written of them; the same source gives the same.
func family(rng *rand.Rand) *demo.Family {
	return demo.NewFamily(rng, time.Date(2025, 11, 22, 10, 0, 0, 0, time.UTC))
}

// newHousehold saves a household and its people as one action.
func (a *actor) newHousehold(h *handset, rng *rand.Rand) {
	p := h.phone
	area := anyOf(rng, p.Areas())
	hid := p.NewID()
	f := family(rng)
	home := f.Home()
	home["coordinator"] = p.User().ID
	items := []phone.Item{phone.NewRecord(hid, "household", area, home)}
	for _, person := range f.Members() {
		pid := p.NewID()
		person["household"] = hid
		items = append(items, phone.NewRecord(pid, "person", area, person), phone.Add(hid, "members", pid))
	}
	p.Commit(items...)
	a.made["household"] = append(a.made["household"], hid)
}

// newVisit saves a visit as the app does: the form first, then photos and signatures as they are taken.
func (a *actor) newVisit(h *handset, rng *rand.Rand) {
	p := h.phone
	vid, area := p.NewID(), anyOf(rng, p.Areas())
	f, at := family(rng), p.Heard()
	fields := f.Visit()
	fields["started"], fields["ended"], fields["visitors"] = at-1_800_000, at, []string{p.User().ID, f.Head()}
	if household := anyOf(rng, a.known(h, "household")); household != "" {
		fields["household"] = household
	}
	if person := anyOf(rng, a.known(h, "person")); person != "" {
		fields["persons"] = []string{person}
	}
	var photos []string
	if rng.IntN(100) < 42 {
		for range 1 + rng.IntN(2) {
			photos = append(photos, p.AddMedium(a.pictures.Photo(rng, demo.Subject(rng.IntN(3))).Bytes(), "image/jpeg"))
		}
	}
	together := rng.IntN(2) == 0
	if together && photos != nil {
		fields["photos"] = photos
	}
	p.Commit(phone.NewRecord(vid, "visit", area, fields))
	if !together {
		for _, digest := range photos {
			p.Commit(phone.Add(vid, "photos", digest))
		}
	}
	if fields["type"] == "investigation" {
		a.sign(h, rng, vid, "household", "visitor1", "visitor2")
	} else if rng.IntN(4) == 0 {
		a.sign(h, rng, vid, "household")
	}
	a.visits = append(a.visits, vid)
}

// sign binds a signature to the text that was shown.
func (a *actor) sign(h *handset, rng *rand.Rand, vid string, who ...string) {
	for _, w := range who {
		name := family(rng).Head()
		image := h.phone.AddMedium(a.pictures.Signature(rng, name).Bytes(), "image/png")
		text := phone.Digest(fmt.Append(nil, vid, w))
		v, _ := h.phone.Shown(vid)
		field := "signature." + w
		h.phone.Commit(phone.Set(vid, field, map[string]any{"image": image, "text": text, "by": name, "at": h.phone.Heard()},
			v.Seen(field)))
	}
}

// editHousehold changes one field; pick chooses where, words what is written there.
func (a *actor) editHousehold(h *handset, pick, words *rand.Rand) {
	hid := favourite(pick, a.known(h, "household"))
	field := anyOf(pick, []string{"address", "address", "phone", "phone", "group", "place"})
	v, ok := h.phone.Shown(hid)
	if !ok {
		return
	}
	f := family(words)
	value := f.Home()[field]
	if words.IntN(20) == 0 {
		value = nil
	}
	items := []phone.Item{phone.Set(hid, field, value, v.Seen(field))}
	if words.IntN(3) == 0 {
		items = append(items, phone.Log(hid, "remarks", f.Note()))
	}
	h.phone.Commit(items...)
}

// clash has both clones edit the same field of the same household, neither knowing of the other; now and then they even
// write the same.
func (a *actor) clash(rng *rand.Rand) {
	pick, words := rng.Uint64(), rng.Uint64()
	same := rng.IntN(3) == 0
	for i, h := range a.handsets {
		if same {
			i = 0
		}
		a.editHousehold(h, rand.New(rand.NewPCG(pick, 0)), rand.New(rand.NewPCG(words, uint64(i))))
	}
}

func (a *actor) editVisit(h *handset, rng *rand.Rand) {
	known := a.known(h, "visit")
	if rng.IntN(2) == 0 && len(a.visits) > 0 {
		known = a.visits
	}
	vid := favourite(rng, known)
	v, ok := h.phone.Shown(vid)
	if !ok {
		return
	}
	p, f := h.phone, family(rng)
	switch rng.IntN(8) {
	case 0, 1:
		p.Commit(phone.Set(vid, "note", f.Note(), v.Seen("note")))
	case 2:
		p.Commit(phone.Set(vid, "met", f.Visit()["met"], v.Seen("met")), phone.Log(vid, "remarks", f.Note()))
	case 3:
		p.Commit(phone.Add(vid, "needs", f.Need()))
	case 4:
		need := f.Need()
		p.Commit(phone.Rm(vid, "needs", need, v.SeenElement("needs", need)))
	case 5:
		p.Commit(phone.Set(vid, "risk", map[string]any{"reason": f.Note(), "level": anyOf(rng, []string{"高", "重点", "一般"})}, v.Seen("risk")))
	case 6:
		p.Commit(phone.Log(vid, "remarks", f.Note()))
	case 7:
		if rng.IntN(5) == 0 {
			p.Commit(phone.Set(vid, "void", "重复录入", v.By))
		} else {
			p.Commit(phone.Set(vid, "answers.medicine", anyOf(rng, []string{"够", "快没了", "没有药"}), v.Seen("answers.medicine")))
		}
	}
}

// submit hands one of the coordinator's own visits in. Both clones may do so; the second time changes nothing.
func (a *actor) submit(h *handset, rng *rand.Rand) {
	vid := anyOf(rng, a.visits)
	v, ok := h.phone.Shown(vid)
	if !ok {
		return // the other clone made it, and this one has not read it yet
	}
	h.phone.Commit(phone.Go(vid, "state", "draft", "submitted", v.Content))
	a.visits = slices.DeleteFunc(a.visits, func(id string) bool { return id == vid })
}

func (a *actor) newRequest(h *handset, rng *rand.Rand) {
	fields := family(rng).Request()
	if person := anyOf(rng, a.known(h, "person")); person != "" {
		fields["person"] = person
	}
	if visit := anyOf(rng, a.known(h, "visit")); visit != "" {
		fields["visit"] = visit
	}
	h.phone.Commit(phone.NewRecord(h.phone.NewID(), "request", anyOf(rng, h.phone.Areas()), fields))
}

// saveOdd saves a line that the server must take and hold.
func (a *actor) saveOdd(h *handset, rng *rand.Rand) {
	p := h.phone
	switch rng.IntN(3) {
	case 0:
		l, err := p.Raw(fmt.Appendf(nil, "{\"走访\":%d,\xff\r", rng.Uint64()))
		if err == nil {
			h.odd[l.ID] = "schema"
		}
	case 1:
		l := p.Commit(phone.NewRecord(p.NewID(), "visit", anyOf(rng, p.Areas()), phone.Fields{"type": "care", "no_such_field": 1}))
		h.odd[l.ID] = "invalid"
	case 2:
		elsewhere := strings.Repeat("9", 12)
		l := p.Commit(phone.NewRecord(p.NewID(), "visit", elsewhere, phone.Fields{"type": "care"}))
		h.odd[l.ID] = ""
	}
}
