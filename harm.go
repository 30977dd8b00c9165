package zoufang

import "crypto/sha256"

// HarmItem is what a request about suspected harm to a child is filed under.
const HarmItem = "孩子可能受到伤害"

// AtOnce is the urgency of what the law wants told at once (未成年人保护法 Art 11).
const AtOnce = "立即"

// harmText says no more than that there is something to read: the answers stay with
// the visit.
const harmText = "走访时回答怀疑孩子受到侵害，请看这次走访。"

// HarmReportID names the request that a visit's alarming answer makes. It follows from
// the visit's id (its time, and the SHA-256 of it), so that phones, their clones and the
// server make one and the same, however often and in whatever order.
func HarmReportID(visit RecordID) RecordID {
	var random [16]byte
	h := sha256.Sum256([]byte("zoufang-harm-v1\n" + visit))
	copy(random[:], h[:16])
	return UUIDv7(visit.Millis(), random)
}

// HarmReport makes the request of what a visit says: of its one person, else of its
// household. Phones make the same, value by value (web/shared/testdata/harm.json).
func HarmReport(visit *Record) Item {
	fields := map[string]any{"item": HarmItem, "urgency": AtOnce, "text": harmText, "visit": visit.ID}
	if person := visit.one("persons"); person != "" {
		fields["person"] = person
	} else if home, _ := visit.Shown(KindHousehold).Text(); home != "" {
		fields["household"] = home
	}
	return New(HarmReportID(visit.ID), KindRequest, visit.Area, fields)
}

// one is the only live element of a set of text, or "".
func (r *Record) one(set string) (out string) {
	if r.Elements(set) != 1 {
		return ""
	}
	for _, e := range r.Sets[set] {
		if len(e.Live) > 0 {
			out, _ = e.Live[0].Value.Text()
		}
	}
	return out
}

// TellsHarm reports whether a request is of suspected harm to a child: by any of the
// values of its item, so that no second one hides it.
func (r *Record) TellsHarm() bool {
	if r.Kind != KindRequest || r.Heads["item"] == nil {
		return false
	}
	for _, h := range r.Heads["item"].Live {
		if item, _ := h.Value.Text(); item == HarmItem {
			return true
		}
	}
	return false
}
