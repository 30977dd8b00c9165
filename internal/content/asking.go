package content

import (
	"encoding/json"
	"slices"

	"zoufang"
	"zoufang/internal/expr"
)

// Value reads an answer as expressions do: a yes or no is the word, but of a calculation;
// what is neither text, number nor a list of texts is there and says nothing.
func (q *Question) Value(v zoufang.Value) expr.Value {
	var of any
	if v == nil || json.Unmarshal(v, &of) != nil {
		return expr.Value{}
	}
	switch of := of.(type) {
	case string:
		return expr.Text(of)
	case float64:
		return expr.Number(of)
	case bool:
		if q.Kind == "calculate" {
			return expr.Bool(of)
		}
		return expr.Text(map[bool]string{true: "yes", false: "no"}[of])
	case []any:
		var list []string
		for _, e := range of {
			if s, ok := e.(string); ok {
				list = append(list, s)
			}
		}
		return expr.List(list)
	case map[string]any:
		return expr.Text("…")
	}
	return expr.Value{}
}

// Unasked lists the questions that a form does not ask with the answers given, by its
// expressions alone; what rests on who is visited counts as asked. now: 2026-12-01T08:30
// where it is asked.
func (f *Form) Unasked(answer func(q *Question) zoufang.Value, now string) map[string]bool {
	out, known := map[string]bool{}, map[string]expr.Value{}
	env := &expr.Env{Ref: func(id string) expr.Value { return known[id] }, Now: now}
	holds := func(s string) bool {
		if s == "" {
			return true
		}
		n, fault := expr.Parse(s)
		if fault != nil {
			return true
		}
		visited := func(id string) bool { return slices.Contains(Visited, id) }
		return slices.ContainsFunc(n.Refs(), visited) || n.Eval(env).True()
	}
	for _, s := range f.Sections {
		here := holds(s.Relevant)
		for i := range s.Questions {
			q := &s.Questions[i]
			if here && holds(q.Relevant) {
				known[q.ID] = q.Value(answer(q))
			} else {
				out[q.ID] = true
			}
		}
	}
	return out
}
