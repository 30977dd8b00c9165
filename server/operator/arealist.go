package operator

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/internal/sheet"
)

// maxName is how many characters an area's or a person's name may have.
const maxName = 100

var areaColumns = []sheet.Column{
	{Key: "code", Names: []string{"代码", "code", "区划代码", "行政区划代码", "统计用区划代码", "编码", "区划码"}, Needed: true},
	{Key: "name", Names: []string{"名称", "name", "区划名称", "行政区划名称", "地名", "单位名称"}, Needed: true},
}

type areaLine struct {
	row  sheet.Row
	id   zoufang.AreaID
	name string
}

// readAreas reads the lines of a list, each area once, and says what it made of them.
func readAreas(t *sheet.Table) (out []areaLine, notes []sheet.Fault) {
	first := map[zoufang.AreaID]areaLine{}
	for _, r := range t.Rows {
		id, note, wrong := areaCode(r.Cell("code"))
		name := r.Text("name")
		if wrong == "" {
			if why := checkName(name); why != "" {
				t.Fail(r, "name", "%s", why)
				continue
			}
		} else {
			t.Fail(r, "code", "%s", wrong)
			continue
		}
		if note != "" {
			notes = append(notes, t.About(r, "code", note))
		}
		switch before, twice := first[id]; {
		case twice && fold.Key(before.name) == fold.Key(name):
			notes = append(notes, t.About(r, "code", fmt.Sprintf("与第 %d 行相同，只算一次", before.row.Line)))
		case twice:
			t.Fail(r, "code", "第 %d 行已有这个代码，名称是“%s”；请删去一行", before.row.Line, before.name)
		default:
			first[id] = areaLine{r, id, name}
			out = append(out, first[id])
		}
	}
	return out, notes
}

// Codes of urban and rural kinds, which stand behind the twelve digits in lists of
// the statistics office (统计用区划代码和城乡分类代码).
var urbanRural = []string{"111", "112", "121", "122", "123", "210", "220"}

var rounded = regexp.MustCompile(`^[0-9][.][0-9]+[eE][+]?[0-9]+$`)

// areaCode reads a code as offices write it. note says what was made of it.
func areaCode(c sheet.Cell) (id zoufang.AreaID, note, wrong string) {
	digits, err := fold.Digits(strings.TrimSuffix(c.Text, ".0"))
	switch {
	case err == fold.Empty:
		return "", "", "代码没有填"
	case rounded.MatchString(c.Text):
		return "", "", "代码被表格软件写成了科学计数，后几位已经丢了；请把这一列设为文本，重新填写"
	case err != nil:
		return "", "", "代码只能是数字"
	}
	switch n := len(digits); {
	case n == 6:
		digits, note = digits+"000000", "县级代码，后面补 0："+digits+"000000"
	case n == 9:
		digits, note = digits+"000", "乡级代码，后面补 0："+digits+"000"
	case n == 15 && slices.Contains(urbanRural, digits[12:]):
		digits, note = digits[:12], "去掉了后三位城乡分类代码："+digits[:12]
	case n == 15:
		return "", "", fmt.Sprintf("后三位 %s 不是城乡分类代码，请核对", digits[12:])
	case n != 12:
		return "", "", fmt.Sprintf("代码是 %d 位；县级 6 位，乡级 9 位，村级 12 位", n)
	}
	if digits[:2] == "00" {
		return "", "", "代码没有省份"
	}
	return zoufang.AreaID(digits), note, ""
}

// checkName holds a name of an area or a person to what may stand on a page.
func checkName(name string) string {
	switch {
	case strings.TrimSpace(name) == "":
		return "名称没有填"
	case !utf8.ValidString(name):
		return "名称里有不认得的字符"
	case utf8.RuneCountInString(name) > maxName:
		return fmt.Sprintf("名称超过 %d 个字", maxName)
	}
	return ""
}

// orphans says which lines are missing: a village lies in a township and a county
// that are known, or nobody above it ever sees what it sends.
func orphans(t *sheet.Table, lines []areaLine, known zoufang.Areas) {
	listed := map[zoufang.AreaID]bool{}
	for _, l := range lines {
		listed[l.id] = true
	}
	told := map[zoufang.AreaID]bool{}
	for _, l := range lines {
		for _, above := range l.id.Above() {
			_, is := known[above]
			if len(above.Prefix()) < 6 || is || listed[above] || told[above] {
				continue
			}
			told[above] = true
			level := "县级"
			if len(above.Prefix()) == 9 {
				level = "乡级"
			}
			t.Fail(l.row, "code", "缺它的%s：请加一行 %s,名称", level, above)
		}
	}
}
