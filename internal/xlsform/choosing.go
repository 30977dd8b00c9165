package xlsform

import (
	"slices"
	"strings"

	"zoufang/internal/content"
	"zoufang/internal/expr"
)

// choose gives the choices of a question that has them.
func (m *maker) choose(n *node, q *content.Question) bool {
	if n.word == "acknowledge" {
		q.Choices = []content.Option{{Value: acknowledged, Title: "确认", En: "Confirmed"}}
		return true
	}
	if n.list == "" {
		return true
	}
	if n.list == yesNo {
		q.Kind = "yesno"
		return true
	}
	if strings.HasPrefix(n.list, "${") {
		m.left(n.row, "%s：选项取自别的题", n.name)
		return false
	}
	list, is := m.lists[n.list]
	if !is {
		m.fail(n.row, n.heading("type"), n.list, "choices 表里没有列表 %s", n.list)
		return false
	}
	if len(list) > content.MaxChoices {
		m.left(n.row, "%s：有 %d 个选项，只留前 %d 个", n.name, len(list), content.MaxChoices)
		list = list[:content.MaxChoices]
	}
	q.Filter = m.filter(n, list)
	wanted := map[string]bool{}
	if q.Filter != "" {
		f, _ := expr.Parse(q.Filter)
		f.Walk(func(x *expr.Node) { wanted[x.Text] = wanted[x.Text] || x.Op == expr.OpColumn })
	}
	hasOther := false
	for _, o := range list {
		of := map[string]string{}
		for name, s := range o.Of {
			if wanted[name] {
				of[name] = s
			}
		}
		if o.Of = of; len(of) == 0 {
			o.Of = nil
		}
		hasOther = hasOther || o.Value == "other"
		q.Choices = append(q.Choices, o)
	}
	if n.other && !hasOther {
		q.Choices = append(q.Choices, content.Option{Value: "other", Title: "其他", En: "Other"})
		if q.Filter != "" {
			f, _ := expr.Parse(q.Filter)
			is, _ := expr.Parse("name = 'other'")
			q.Filter = (&expr.Node{Op: "or", Args: []*expr.Node{f, is}}).String()
		}
	}
	return true
}

// filter reads a choice_filter; "" where it asks for a column that no choice has.
func (m *maker) filter(n *node, list []content.Option) string {
	s := m.expression(n, "choice_filter", false, true)
	if s == "" {
		return ""
	}
	f, _ := expr.Parse(s)
	f.Walk(func(x *expr.Node) {
		has := func(o content.Option) bool { return o.Of[x.Text] != "" }
		if x.Op == expr.OpColumn && x.Text != "name" && !slices.ContainsFunc(list, has) && s != "" {
			m.left(n.row, "choice_filter：选项没有 %s 列，全部列出", x.Text)
			s = ""
		}
	})
	return s
}
