package sheet

import (
	"fmt"
	"slices"
	"strings"

	"zoufang/internal/fold"
)

// headRows is how far down the headings may stand: lists begin with a title, a date
// and the office's name.
const headRows = 10

// head is a line that was taken for the headings.
type head struct {
	row   int // of the rows read
	names map[int]string
	keys  map[int]string // column → key
}

// findHead finds the line that has most of the columns; all that are needed must be
// among them. Two columns of one name are refused: which of them counts, the file
// does not say.
func findHead(rows []line, columns []Column) (head, error) {
	var best head
	for i, l := range rows[:min(len(rows), headRows)] {
		h := head{row: i, keys: map[int]string{}, names: map[int]string{}}
		for n, c := range l.cells {
			if key := keyOf(c.Text, columns); key != "" {
				h.keys[n], h.names[n] = key, fold.Line(c.Text)
			}
		}
		if len(h.keys) > len(best.keys) {
			best = h
		}
	}
	found := map[string]string{}
	for n, key := range best.keys {
		if twice, is := found[key]; is {
			return head{}, fmt.Errorf("第 %d 行有两列都是“%s”：%s、%s，请删去一列", rows[best.row].row, nameOf(key, columns), twice, best.names[n])
		}
		found[key] = best.names[n]
	}
	var missing []string
	for _, c := range columns {
		if _, is := found[c.Key]; c.Needed && !is {
			missing = append(missing, c.Names[0])
		}
	}
	switch {
	case len(rows) == 0:
		return head{}, fmt.Errorf("文件是空的，第 1 行应写列名：%s", all(columns))
	case len(missing) > 0:
		return head{}, fmt.Errorf("前 %d 行里没有找到列名“%s”；认得的列名有：%s", min(len(rows), headRows), strings.Join(missing, "”“"), all(columns))
	}
	return best, nil
}

// headKey is a heading as it is compared.
func headKey(name string) string {
	name, _, _ = strings.Cut(strings.ReplaceAll(strings.ReplaceAll(name, "（", "("), "【", "("), "(")
	return strings.Trim(fold.Key(name), "*:：?？.。")
}

// keyOf tells a heading: in any case and width, with a star for what must be filled
// in, or a remark in brackets.
func keyOf(name string, columns []Column) string {
	if name = headKey(name); name == "" {
		return ""
	}
	for _, c := range columns {
		if slices.ContainsFunc(c.Names, func(n string) bool { return fold.Key(n) == name }) && !slices.Contains(c.not, name) {
			return c.Key
		}
	}
	return ""
}

// Mapped gives the columns as somebody has told them apart: by each heading of a file the
// usual name of a column, "" for one that is to be passed over.
func Mapped(columns []Column, by map[string]string) ([]Column, error) {
	if len(by) > maxColumns {
		return nil, fmt.Errorf("列名对照超过 %d 列", maxColumns)
	}
	out := slices.Clone(columns)
	for heading, usual := range by {
		to := slices.IndexFunc(out, func(c Column) bool { return c.Names[0] == usual })
		if usual != "" && to < 0 {
			return nil, fmt.Errorf("没有叫“%s”的列；认得的列名有：%s", short(usual), all(columns))
		}
		told := headKey(heading)
		for i := range out {
			if i == to {
				out[i].Names = append(slices.Clone(out[i].Names), told)
			} else {
				out[i].not = append(out[i].not, told)
			}
		}
	}
	return out, nil
}

func nameOf(key string, columns []Column) string {
	i := slices.IndexFunc(columns, func(c Column) bool { return c.Key == key })
	return columns[i].Names[0]
}

func all(columns []Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Names[0]
	}
	return strings.Join(names, "、")
}
