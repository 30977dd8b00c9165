package operator

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/internal/sheet"
)

// rosterColumns are the columns of a roster (花名册), by the names offices give them.
var rosterColumns = []sheet.Column{
	{Key: "village", Names: []string{"村", "村社区", "村（社区）", "村/社区", "社区", "行政村", "村居", "所在村", "区划代码"}},
	{Key: "number", Names: []string{"户号", "户编号", "家庭编号", "户编码"}},
	{Key: "head", Names: []string{"户主", "户主姓名"}},
	{Key: "name", Names: []string{"姓名", "成员姓名", "家庭成员", "name"}, Needed: true},
	{Key: "id_number", Names: []string{"身份证号", "身份证号码", "身份证", "公民身份号码", "证件号码", "证件号"}},
	{Key: "relation", Names: []string{"与户主关系", "关系", "与户主的关系", "家庭关系"}},
	{Key: "sex", Names: []string{"性别"}},
	{Key: "birth", Names: []string{"出生日期", "出生年月", "出生年月日", "生日"}},
	{Key: "address", Names: []string{"住址", "家庭住址", "地址", "居住地址", "现住址", "详细地址", "门牌号"}},
	{Key: "group", Names: []string{"组", "村民小组", "小组", "组别", "网格"}},
	{Key: "phone", Names: []string{"电话", "联系电话", "手机", "手机号", "手机号码", "联系方式", "电话号码"}},
	{Key: "categories", Names: []string{"类别", "人员类别", "对象类别", "救助类别", "救助类型", "人群类别"}},
}

// listedPerson is one row.
type listedPerson struct {
	row        sheet.Row
	name       string
	relation   string
	id         string
	noID       string // why there is none
	sex, birth string
	phone      string
	categories []string
}

// The words for the head of a household in the column 与户主关系.
var headWords = []string{"户主", "本人", "户主本人"}

func (p *listedPerson) isHead(head string) bool {
	for _, w := range headWords {
		if same(p.relation, w) {
			return true
		}
	}
	return p.relation == "" && same(p.name, head)
}

// bookNumber finds what a spreadsheet makes of long digits.
var bookNumber = regexp.MustCompile(`(?i)^[0-9]+([.][0-9]+)?e[+]?[0-9]+$`)

// The words for somebody who has no number.
var noNumber = regexp.MustCompile(`^(无|没有|暂无|未办|未办理|无证|无身份证|无户籍|未上户|黑户|丢失).{0,40}$`)

// readPerson reads a row by itself. today is the day in the county's zone.
func readPerson(t *sheet.Table, r sheet.Row, today string) listedPerson {
	p := listedPerson{row: r, name: r.Text("name"), relation: r.Text("relation"), phone: r.Text("phone"), categories: r.Several("categories")}
	if p.name == "" {
		t.Fail(r, "name", "姓名没有填")
	}
	for key, field := range map[string]string{"name": "name", "relation": "relation", "phone": "phone"} {
		most(t, r, key, zoufang.KindPerson, field)
	}
	for key, field := range map[string]string{"head": "head", "address": "address", "group": "group", "number": "number"} {
		most(t, r, key, zoufang.KindHousehold, field)
	}
	if bookNumber.MatchString(p.phone) {
		t.Fail(r, "phone", "电话被表格软件写成了科学计数，请把这一列设为文本，重新填写")
	}
	readSex(t, &p)
	readID(t, &p, today)
	readBirth(t, &p, today)
	return p
}

func most(t *sheet.Table, r sheet.Row, key, kind, field string) {
	if f := zoufang.KindOf(kind).Field(field); f.Most > 0 && utf8.RuneCountInString(r.Text(key)) > f.Most {
		t.Fail(r, key, "超过 %d 个字", f.Most)
	}
}

var sexWords = map[string]string{"男": "男", "女": "女", "男性": "男", "女性": "女", "m": "男", "f": "女", "male": "男", "female": "女"}

func readSex(t *sheet.Table, p *listedPerson) {
	text := p.row.Text("sex")
	if p.sex = sexWords[fold.Key(text)]; p.sex == "" && text != "" {
		t.Fail(p.row, "sex", "性别写 男 或 女")
	}
}

// readID takes a number that is text: a spreadsheet's number has lost its last digits.
func readID(t *sheet.Table, p *listedPerson, today string) {
	c := p.row.Cell("id_number")
	switch {
	case c.Text == "":
		return
	case c.Number, bookNumber.MatchString(c.Text):
		t.Fail(p.row, "id_number", "身份证号被表格软件存成了数字，后几位可能已经变了；请把这一列设为文本，照证件重新填写")
		return
	case noNumber.MatchString(c.Text):
		p.noID = c.Text
		return
	}
	id, err := fold.ID(c.Text, today)
	if wrong, is := err.(fold.Wrong); is {
		t.Fail(p.row, "id_number", "%s；没有证件的写 无 和原因", wrong.Label().Zh)
		return
	}
	p.id, p.birth = id.Number, id.Birth
	if p.sex == "" {
		p.sex = id.Sex
	} else if p.sex != id.Sex {
		t.Fail(p.row, "sex", "与身份证号里的性别（%s）不一致，请核对", id.Sex)
	}
}

func readBirth(t *sheet.Table, p *listedPerson, today string) {
	text := p.row.Text("birth")
	if text == "" {
		return
	}
	birth, err := fold.Birth(text, today)
	wrong, _ := err.(fold.Wrong)
	switch {
	case err != nil:
		t.Fail(p.row, "birth", "%s", wrong.Label().Zh)
	case p.birth != "" && !strings.HasPrefix(p.birth, birth):
		t.Fail(p.row, "birth", "与身份证号里的出生日期（%s）不一致，请核对", p.birth)
	case p.birth == "":
		p.birth = birth
	}
}
