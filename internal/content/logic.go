package content

import (
	"fmt"
	"regexp"
	"slices"

	"zoufang/internal/expr"
)

// Visited are the names by which expressions ask about whoever is visited: the
// categories of all persons, as of a question with several choices, and the age in
// years of the youngest and of the oldest.
var Visited = []string{"visited_categories", "visited_youngest", "visited_oldest"}

// mention is an answer told in a title, a hint or a message.
var mention = regexp.MustCompile(`\$\{([^}]*)\}`)

// Mentioned lists the questions whose answers the texts tell.
func Mentioned(texts ...string) (out []string) {
	for _, t := range texts {
		for _, m := range mention.FindAllStringSubmatch(t, -1) {
			out = append(out, m[1])
		}
	}
	return out
}

// Tell puts into a title, for each answer told in it, what of gives for the question.
func Tell(title string, of func(id string) string) string {
	return mention.ReplaceAllStringFunc(title, func(m string) string { return of(m[2 : len(m)-1]) })
}

// refs lists what an expression asks about; nothing of what is none.
func refs(s string) []string {
	if s == "" {
		return nil
	}
	n, fault := expr.Parse(s)
	if fault != nil {
		return nil
	}
	return n.Refs()
}

// logic holds an expression to what it may ask about: questions that stand before, and
// what else is in the columns; "" is none and good. self: the answer itself, by the name
// of the member that may ask for it.
func logic(member, s string, before map[string]Question, columns []string, self string) error {
	if s == "" {
		return nil
	}
	n, fault := expr.Parse(s)
	if fault != nil {
		return fmt.Errorf("%s: at character %d: %w", member, fault.At, fault)
	}
	var err error
	n.Walk(func(n *expr.Node) {
		_, known := before[n.Text]
		switch {
		case err != nil:
		case n.Op == expr.OpRef && !known && !slices.Contains(Visited, n.Text):
			err = fmt.Errorf("%s: no question %q stands before", member, n.Text)
		case n.Op == expr.OpSelf && member != self:
			err = fmt.Errorf("%s: there is no answer to ask for by a full stop", member)
		case n.Op == expr.OpColumn && !slices.Contains(columns, n.Text):
			err = fmt.Errorf("%s: no choice has %q", member, n.Text)
		}
	})
	return err
}

func (q Question) logic(before map[string]Question) error {
	var columns []string
	for _, o := range q.Choices {
		for name := range o.Of {
			columns = append(columns, name)
		}
	}
	for _, of := range []struct {
		member, is string
		columns    []string
	}{
		{"relevant", q.Relevant, nil}, {"required_if", q.RequiredIf, nil}, {"constraint", q.Constraint, nil},
		{"calculation", q.Calculation, nil}, {"default", q.Default, nil}, {"filter", q.Filter, append(columns, "name")},
	} {
		if err := logic(of.member, of.is, before, of.columns, "constraint"); err != nil {
			return err
		}
	}
	for _, id := range Mentioned(q.Title, q.En, q.Hint, q.EnHint, q.ConstraintMessage, q.EnConstraintMessage) {
		if _, known := before[id]; !known {
			return fmt.Errorf("title: no question %q stands before", id)
		}
	}
	chosen := q.Kind == "choice" || q.Kind == "choices"
	silent := q.Kind == "note" || q.Kind == "calculate"
	switch {
	case q.Filter != "" && !chosen:
		return fmt.Errorf("filter: a %s has no choices", q.Kind)
	case (q.Kind == "calculate") != (q.Calculation != "") && q.Kind != "text" && q.Kind != "number" && q.Kind != "date" && !chosen:
		return fmt.Errorf("calculation: of a calculate, a text, a number, a date or choices")
	case silent && (q.Required || q.RequiredIf != "" || q.Constraint != "" || q.Default != "" || q.Field != "" || q.Carry):
		return fmt.Errorf("kind: nobody answers a %s", q.Kind)
	case q.ConstraintMessage != "" && q.Constraint == "":
		return fmt.Errorf("constraint_message: there is no constraint")
	}
	return words("constraint_message", q.ConstraintMessage, 0, MaxLabel)
}
