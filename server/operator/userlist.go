package operator

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/internal/sheet"
)

var userColumns = []sheet.Column{
	{Key: "name", Names: []string{"姓名", "name"}, Needed: true},
	{Key: "role", Names: []string{"角色", "role", "岗位"}, Needed: true},
	{Key: "areas", Names: []string{"区划", "area", "areas", "负责区域", "村", "区划代码", "所在单位"}, Needed: true},
	{Key: "login", Names: []string{"登录名", "login", "用户名", "账号"}},
}

// ImportedUser is an account that an import opened: people at a desk get a first
// password, people with a phone a code.
type ImportedUser struct {
	User     zoufang.User
	Password string
	Code     Enrolment
}

// ImportUsers opens the accounts of a list (columns 姓名, 角色, 区划, 登录名; one row a
// person, several areas with 、), and hands out an enrolment code good for life to
// whoever has no log-in name. Any fault, and no account is opened; dry opens none
// either.
func (o *Operator) ImportUsers(ctx context.Context, file io.Reader, life time.Duration, dry bool) (users []ImportedUser, faults []sheet.Fault, err error) {
	if err := checkLife(life); err != nil {
		return nil, nil, err
	}
	t, err := sheet.Read(file, userColumns)
	if err != nil {
		return nil, nil, err
	}
	listed, err := o.readUsers(ctx, t)
	if err != nil || dry || len(t.Faults) > 0 {
		return nil, sheet.Told(t.Faults), err
	}
	for _, n := range listed {
		u := ImportedUser{}
		if u.User, u.Password, err = o.AddUser(ctx, n); err != nil {
			return users, nil, fmt.Errorf("%s: %w", n.Name, err)
		}
		if u.Password == "" && n.Role != zoufang.Auditor {
			if u.Code, err = o.Enrol(ctx, u.User.ID, life); err != nil {
				return users, nil, fmt.Errorf("%s: %w", n.Name, err)
			}
		}
		users = append(users, u)
	}
	return users, nil, nil
}

func (o *Operator) readUsers(ctx context.Context, t *sheet.Table) (out []NewUser, err error) {
	areas, err := o.Areas(ctx)
	if err != nil {
		return nil, err
	}
	there, err := o.Accounts.Users(ctx)
	if err != nil {
		return nil, err
	}
	first := map[string]int{} // what tells accounts apart → row
	for _, r := range t.Rows {
		n := NewUser{Name: r.Text("name"), Login: r.Text("login"), Role: readRole(r.Text("role"))}
		faults := len(t.Faults)
		if n.Role == "" {
			t.Fail(r, "role", "没有这个角色；有：%s", roleNames())
		}
		for _, text := range r.Several("areas") {
			id, wrong := anyArea(areas, text)
			if wrong != "" {
				t.Fail(r, "areas", "%s：%s", text, wrong)
				continue
			}
			n.Areas = append(n.Areas, id)
		}
		if len(t.Faults) > faults {
			continue
		}
		keys := []string{fmt.Sprint(fold.Key(n.Name), n.Role, n.Areas)}
		if n.Login != "" {
			keys = append(keys, strings.ToLower(n.Login))
		}
		switch err := o.check(ctx, n); {
		case err != nil:
			t.Fail(r, "name", "%v", err)
		case slices.ContainsFunc(there, func(u zoufang.User) bool {
			return same(u.Name, n.Name) && u.Role == n.Role && slices.Equal(u.Areas, n.Areas)
		}):
			t.Fail(r, "name", "已有这个人的账号；要换手机请在“手机”里登记")
		default:
			for _, key := range keys {
				if before, twice := first[key]; twice {
					t.Fail(r, "name", "与第 %d 行是同一个账号", before)
					break
				}
			}
		}
		for _, key := range keys {
			first[key] = r.Line
		}
		out = append(out, n)
	}
	return out, nil
}

// readRole tells a role by its Chinese or English name.
func readRole(text string) zoufang.Role {
	for _, r := range zoufang.Roles {
		if l := r.Label(); same(text, l.Zh) || same(text, l.En) || same(text, string(r)) {
			return r
		}
	}
	return ""
}

func roleNames() string {
	var out []string
	for _, r := range zoufang.Roles {
		out = append(out, r.Label().Zh)
	}
	return strings.Join(out, "、")
}

// anyArea finds an area by its code, in any of its lengths, or by its name.
func anyArea(areas zoufang.Areas, text string) (zoufang.AreaID, string) {
	if id, _, wrong := areaCode(sheet.Cell{Text: text}); wrong == "" {
		if _, known := areas[id]; !known {
			return "", "没有这个代码的区划，请先导入区划"
		}
		return id, ""
	}
	var found []zoufang.AreaID
	for id, a := range areas {
		if same(a.Name, text) {
			found = append(found, id)
		}
	}
	switch len(found) {
	case 1:
		return found[0], ""
	case 0:
		return "", "没有叫这个名字的区划"
	}
	return "", "有几个区划叫这个名字，请写代码"
}
