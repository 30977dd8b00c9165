package mobileapi_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/fold"
)

// numbered makes an identity number with its check digit.
func numbered(body string) string { return body + string(fold.CheckDigit(body)) }

func (p *phone) number(typed string) *reply {
	p.s.Helper()
	b, err := json.Marshal(map[string]any{"number": typed})
	p.s.must(err)
	return p.do("POST", "/people/number", bytes.NewReader(b), "Content-Type", "application/json")
}

func (p *phone) same(typed string, want ...zoufang.RecordID) {
	p.s.Helper()
	r := p.number(typed).is(200, "")
	got, _ := r.json()["same"].([]any)
	if len(got) != len(want) || len(r.json()) != 1 {
		p.s.Fatalf("%s is of %v, want %v", typed, r.json(), want)
	}
	slices.Sort(want)
	for i := range want {
		if got[i] != string(want[i]) {
			p.s.Fatalf("%s is of %v, want %v", typed, got, want)
		}
	}
}

func TestANumberThatIsThereIsPointedOut(t *testing.T) {
	s := serve(t)
	s.post("/people/number", map[string]any{"number": "1"}).is(401, "token")
	p, far := s.phone(zoufang.Coordinator, dong), s.phone(zoufang.Coordinator, other)
	both := s.phone(zoufang.Township, town)
	number, second := numbered("99010119500307001"), numbered("99010119620228002")
	p.same(number) // nobody yet: what comes later is seen all the same

	a := s.id()
	p.commit([]any{"new", a, "person", dong, map[string]any{"name": "罗绍良", "id_number": number}})
	p.same(number, a)
	p.same(" "+number[:6]+"-"+number[6:14]+"　"+number[14:], a)
	p.same(number[:6]+number[8:17], a) // as it was before 1999
	both.same(number, a)
	far.same(number) // not in their areas

	b := s.id()
	p.commit([]any{"new", b, "person", dong, map[string]any{"name": "罗绍良", "id_number": "990101500307001"}})
	p.same(number, a, b)
	p.commit([]any{"set", b, "id_number", second, []any{}})
	p.same(second, b)
	p.same(number, a, b) // two values that stand beside each other: of both
	p.commit([]any{"set", a, "void", "重复", []any{}})
	p.same(number, b)
	both.commit([]any{"go", b, "area", dong, xi, []any{}})
	p.same(second)
	both.same(second, b)

	stop := s.listen() // another copy of the server, which has read nothing yet
	defer stop()
	both.same(second, b)

	for _, bad := range []string{"", "12345", number[:17] + "A", number[:5] + "9" + number[6:], "990***********0017"} {
		p.number(bad).is(400, "body")
	}
}

func TestNumbersCannotBeTriedWithoutEnd(t *testing.T) {
	s := serve(t)
	p, q := s.phone(zoufang.Coordinator, dong), s.phone(zoufang.Coordinator, dong)
	for range 60 {
		p.same(numbered("99010119500307001"))
	}
	p.number(numbered("99010119500307001")).is(429, "slow_down")
	q.same(numbered("99010119500307001"))
	s.pass(time.Hour)
	var err error
	p.token, err = s.tokens.Phone(s.Context(), p.user, p.device.ID)
	s.must(err)
	p.same(numbered("99010119500307001"))
}
