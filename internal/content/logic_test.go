package content

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"zoufang"
)

func logicForm(questions ...string) []byte {
	return []byte(`{"name":"x","version":1,"type":"routine","sections":[{"title":"节","questions":[` + strings.Join(questions, ",") + `]}]}`)
}

// Expressions may ask for what stands before, and nothing else.
func TestLogic(t *testing.T) {
	const (
		first  = `{"id":"a","title":"甲","kind":"choice","choices":[{"value":"x","title":"叉","of":{"town":"t"}}]}`
		secret = `{"id":"s","title":"密","kind":"yesno","private":true}`
	)
	b := func(more string) string { return `{"id":"b","title":"乙","kind":"text",` + more + `}` }
	for name, good := range map[string][]byte{
		"relevant":       logicForm(first, b(`"relevant":"${a} = 'x' and ${visited_oldest} > 60"`)),
		"constraint":     logicForm(first, b(`"constraint":". != ${a}","constraint_message":"不是 ${a}"`)),
		"calculation":    logicForm(first, b(`"calculation":"concat(${a}, 'y')"`)),
		"filter":         logicForm(strings.Replace(first, `"kind"`, `"filter":"town = 't' or name = 'x'","kind"`, 1)),
		"a title":        logicForm(first, `{"id":"n","title":"你说了 ${a}","kind":"note"}`),
		"a private one":  logicForm(secret, `{"id":"b","title":"乙","kind":"text","private":true,"relevant":"${s} = 'yes'"}`),
		"hidden figures": logicForm(first, `{"id":"c","title":"算","kind":"calculate","calculation":"count-selected(${a})"}`),
		"a spoken one":   logicForm(`{"id":"v","title":"说","kind":"audio"}`),
	} {
		if err := Check("form", good); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, bad := range map[string][]byte{
		"of a later one":         logicForm(b(`"relevant":"${a} = 'x'"`), first),
		"of itself":              logicForm(b(`"relevant":"${b} = 'x'"`)),
		"that breaks off":        logicForm(first, b(`"relevant":"${a} ="`)),
		"of a function unknown":  logicForm(first, b(`"relevant":"wish(${a})"`)),
		"with a full stop":       logicForm(first, b(`"relevant":". = 'x'"`)),
		"of a column":            logicForm(first, b(`"relevant":"town = 'x'"`)),
		"a filter of no column":  logicForm(strings.Replace(first, `"kind"`, `"filter":"county = 't'","kind"`, 1)),
		"a filter of a text":     logicForm(first, b(`"filter":"name = 'x'"`)),
		"a message alone":        logicForm(first, b(`"constraint_message":"不"`)),
		"a note that is asked":   logicForm(`{"id":"n","title":"注","kind":"note","required":true}`),
		"nothing to calculate":   logicForm(`{"id":"c","title":"算","kind":"calculate"}`),
		"a title of a later one": logicForm(`{"id":"n","title":"${a}","kind":"note"}`, first),
		"what is private":        logicForm(secret, b(`"relevant":"${s} = 'yes'"`)),
		"private, computed":      logicForm(secret, `{"id":"c","title":"算","kind":"calculate","calculation":"${s}"}`),
		"private, told":          logicForm(secret, `{"id":"n","title":"${s}","kind":"note"}`),
		"an id of the visited":   logicForm(`{"id":"visited_oldest","title":"问","kind":"number"}`),
		"minimal text":           logicForm(b(`"look":"minimal"`)),
	} {
		if Check("form", bad) == nil {
			t.Errorf("%s: taken", name)
		}
	}
	section := `{"name":"x","version":1,"type":"routine","sections":[{"title":"一","questions":[` + secret + `]},
		{"title":"二","relevant":"${s} = 'yes'","questions":[{"id":"b","title":"乙","kind":"text"}]}]}`
	if err := Check("form", []byte(section)); err == nil || !strings.Contains(err.Error(), "private") {
		t.Errorf("a section by what is private: %v", err)
	}
}

// What is not asked, expressions say; what rests on who is visited counts as asked.
func TestUnasked(t *testing.T) {
	var f Form
	body := logicForm(`{"id":"ill","title":"病","kind":"yesno"}`, `{"id":"what","title":"什么","kind":"text","relevant":"${ill} = 'yes'"}`,
		`{"id":"how","title":"多久","kind":"number","relevant":"${what} != ''"}`, `{"id":"old","title":"老","kind":"text","relevant":"${visited_oldest} > 60"}`,
		`{"id":"late","title":"晚","kind":"text","relevant":"now() > '2026-12-01T12:00'"}`)
	if err := json.Unmarshal(body, &f); err != nil {
		t.Fatal(err)
	}
	for said, want := range map[string][]string{`{}`: {"how", "late", "what"}, `{"ill":true}`: {"how", "late"}, `{"ill":true,"what":"咳"}`: {"late"}, `{"ill":false,"what":"咳"}`: {"how", "late", "what"}} {
		answers := map[string]json.RawMessage{}
		if err := json.Unmarshal([]byte(said), &answers); err != nil {
			t.Fatal(err)
		}
		got := f.Unasked(func(q *Question) zoufang.Value { return zoufang.Value(answers[q.ID]) }, "2026-12-01T08:30")
		if ids := slices.Sorted(maps.Keys(got)); !slices.Equal(ids, want) {
			t.Errorf("%s: %v", said, ids)
		}
	}
	if got := f.Asked(); got != 5 {
		t.Errorf("asks %d", got)
	}
}
