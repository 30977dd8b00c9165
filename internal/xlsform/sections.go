package xlsform

import (
	"strconv"
	"strings"

	"zoufang/internal/content"
	"zoufang/internal/expr"
)

// place is where questions go: the heading and condition of the section they stand in.
type place struct {
	owner    *node
	title    string
	english  string
	relevant string
}

// all brings what lies in a group into sections.
func (m *maker) all(in *node, at place) {
	for _, n := range in.children {
		switch n.word {
		case "begin group":
			m.all(n, m.place(n, at, ""))
		case "begin repeat":
			m.repeated(n, at)
		default:
			m.question(n, at)
		}
	}
}

// place is that of a group within another; number is of a turn.
func (m *maker) place(n *node, within place, number string) place {
	title, english := m.label(n.line, "label", m.of)
	if title == "" {
		title, english = within.title, within.english
	}
	if number != "" {
		title += " " + number
		if english != "" {
			english += " " + number
		}
	}
	title, english = m.mention(n, "label", title), m.mention(n, "label", english)
	m.appearance(n)
	return place{n, title, english, and(within.relevant, m.expression(n, "relevant", false, false))}
}

// put adds a question to its section; one begins where another group's stood between.
func (m *maker) put(at place, q content.Question) {
	f := &m.Form
	if m.owner != at.owner || len(f.Sections) == 0 {
		f.Sections = append(f.Sections, content.Section{Title: at.title, En: at.english, Relevant: at.relevant})
		m.owner = at.owner
	}
	last := &f.Sections[len(f.Sections)-1]
	last.Questions = append(last.Questions, q)
}

// repeated brings the turns of a repeat into sections of their own.
func (m *maker) repeated(n *node, at place) {
	if n.parent.repeat() != nil {
		m.left(n.row, "重复组里的重复组 %s：走访里放不下", n.name)
		return
	}
	turns, count := m.turned(n)
	if count != "" {
		m.ids[n] = []target{{instead: count}}
	}
	for i := range turns {
		m.turn = i
		here := m.place(n, at, strconv.Itoa(i+1))
		here.owner = &node{line: n.line, asked: n.asked, name: n.name} // of this turn alone
		switch _, err := strconv.Atoi(count); {
		case count != "" && err != nil:
			here.relevant = and(here.relevant, atLeast(count, i+1))
		case count == "" && i > 0:
			said := m.saidIn(n, i-1)
			if said == "" {
				turns = i
				break
			}
			here.relevant = and(here.relevant, said)
		}
		if i < turns {
			m.all(n, here)
		}
	}
	m.turn = 0
	m.left(n.row, "重复组 %s：最多问 %d 遍，每遍是一节", n.name, max(turns, 1))
}

// turned says how many turns there are, and what tells how many of them are asked: ""
// where that follows from what is answered.
func (m *maker) turned(n *node) (int, string) {
	count := m.expression(n, "repeat_count", false, false)
	if count == "" {
		return openTurns, ""
	}
	if k, err := strconv.Atoi(count); err == nil {
		k = max(0, min(k, countedTurns))
		return k, strconv.Itoa(k)
	}
	most := strconv.Itoa(countedTurns)
	c, _ := expr.Parse(count)
	limited := &expr.Node{Op: expr.OpCall, Text: "if", Args: []*expr.Node{
		{Op: ">", Args: []*expr.Node{c, {Op: expr.OpNumber, Num: countedTurns}}}, {Op: expr.OpNumber, Num: countedTurns}, c}}
	if s := limited.String(); len(s) < expr.MaxLength/4 {
		return countedTurns, s
	}
	m.left(n.row, "repeat_count 太长，按最多 %s 遍问", most)
	return openTurns, ""
}

// atLeast is the condition of a turn.
func atLeast(count string, i int) string {
	c, fault := expr.Parse(count)
	if fault != nil {
		return ""
	}
	return (&expr.Node{Op: ">=", Args: []*expr.Node{c, {Op: expr.OpNumber, Num: float64(i)}}}).String()
}

// saidIn is the condition that something was answered in a turn; "" where nothing can be.
func (m *maker) saidIn(n *node, turn int) string {
	var said []string
	var look func(*node)
	look = func(in *node) {
		for _, c := range in.children {
			if c.group() {
				look(c)
			} else if made := m.ids[c]; turn < len(made) && made[turn].id != "" && len(said) < 8 && c.word != "calculate" && c.word != "note" {
				said = append(said, "${"+made[turn].id+"} != ''")
			}
		}
	}
	look(n)
	return strings.Join(said, " or ")
}

// mention has a text tell the answers of our questions where it told those of the file's.
func (m *maker) mention(n *node, column, text string) string {
	unknown := false
	text = content.Tell(text, func(name string) string {
		name = strings.TrimSpace(name)
		ref, p := m.reference(n, name)
		if p == nil && strings.HasPrefix(ref, "${") && !strings.HasPrefix(ref, "${"+many) && !strings.HasPrefix(ref, "${visited_") {
			return ref
		}
		unknown = true
		if p != nil && p.fault && m.turn == 0 {
			m.fail(n.row, n.heading(column), name, "%s", p.what)
		}
		return "……"
	})
	if unknown && m.turn == 0 {
		m.left(n.row, "%s 里引用的题没有导入，写成……", n.heading(column))
	}
	return text
}
