package desk

import (
	"fmt"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/storage"
)

// brought says who brought a line in with a rescue file of unproven origin.
func (l *reader) brought(by zoufang.UserID) (string, error) {
	who, err := l.person(by)
	return fmt.Sprintf("由 %s 导入的未经证实的救援文件", who), err
}

// why is the sentence about what a line is held for: of its fault, in the words of
// the kind that the item at fault is about.
func (l *reader) why(h storage.Held, do []zoufang.Item) (string, error) {
	var k *zoufang.Kind
	if n := int(h.Fault.Item); n > 0 && n <= len(do) {
		it := &do[n-1]
		if k = zoufang.KindOf(it.Kind); k == nil {
			r, err := l.v.Record(it.Record)
			if err != nil {
				return "", err
			}
			if r != nil {
				k = zoufang.KindOf(r.Kind)
			}
		}
	}
	said := h.Fault.Say(func(field string) string { return fieldLabel(k, field) }, func(field, value string) string {
		if k == nil {
			return value
		}
		return Words(k.Field(field), value)
	})
	if said == "" {
		said = h.Why // of an older program, or of a person
	}
	return fold.Told(said), nil
}
