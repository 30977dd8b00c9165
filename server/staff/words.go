package staff

import (
	"errors"
	"fmt"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/server/desk"
)

// refusals are the words for what did not come about, and the status they go with.
// NotFound has a page of its own.
var refusals = map[desk.Code]struct {
	status int
	words  string
}{
	desk.Guarded:   {403, "这是儿童档案，要有查看权限才能打开。"},
	desk.Changed:   {409, "您打开之后内容又有改动，下面是现在的内容。请再看一遍再决定。"},
	desk.LateState: {409, "状态已经变了，您的决定没有写进去。下面是现在的样子。"},
	desk.NoRight:   {403, "这一步没有写进去：您现在没有这里的权限。"},
	desk.Broken:    {409, "没有写进去：不合规则。"},
	desk.NoChoice:  {409, "没有写进去：这两种说法已经核定过了。下面是现在的样子。"},
	desk.Decided:   {409, "这一条已经有人处理过了，列表是现在的样子。"},
	desk.Own:       {409, "这是您自己导入的未经证实的救援文件，须由另一人放行。"},
	desk.NotSo:     {409, "这一条现在不能这样处理，列表是现在的样子。"},
	desk.Reason:    {422, fmt.Sprintf("请写明理由，不超过 %d 字。写的人会看到它。", zoufang.MaxReason)},
	desk.Comment:   {422, fmt.Sprintf("请至少在一处写明要改什么，一条意见不超过 %d 字。", zoufang.MaxReason)},
	desk.Comments:  {422, "意见太多，请并成几条。"},
	desk.Field:     {422, "有一条意见写不进去，请重新打开这一页。"},
}

// failures are the words for lines of a group whose decision did not come about.
var failures = map[desk.Code]string{
	desk.LateState: "状态已经变了", desk.NoRight: "您现在没有这里的权限", desk.Broken: "不合规则",
	desk.Own: "您自己导入的未经证实的救援文件，须由另一人放行", desk.Guarded: "这是儿童档案，要有查看权限才能处理",
}

// refused reports whether an error is a refusal of this code.
func refused(err error, code desk.Code) (r *desk.Refusal, is bool) {
	return r, errors.As(err, &r) && r.Code == code
}

// sayRefusal words a refusal that a page can show beside what it shows now; ok is
// false for any other error. A store that could not answer in time is shown so too:
// what was typed is not to be typed again.
func sayRefusal(err error) (status int, words string, ok bool) {
	var r *desk.Refusal
	if !errors.As(err, &r) {
		if err != nil && problem.From(err).Status() == 503 {
			return 503, "服务器现在有点忙，不能确定有没有写进去。下面是现在的样子，您写的还在，看过再试一次。", true
		}
		return 0, "", false
	}
	w, ok := refusals[r.Code]
	if r.Code == desk.Broken {
		if said := r.Said(); said != "" {
			w.words = "没有写进去：" + said + "。"
		}
	}
	return w.status, w.words, ok
}

// known makes a desk's NotFound a problem with a page.
func known(err error) error {
	var r *desk.Refusal
	if errors.As(err, &r) && r.Code == desk.NotFound {
		return problem.Of(problem.NotFound)
	}
	return err
}

// saidOfHeld is what the page of held lines says after a decision, by the word in
// its address.
var saidOfHeld = map[string]string{
	"released": "已放行，内容已写进记录。", "rejected": "没有采用。写的人会在手机上看到理由，原文仍保留。", "still": "已放行，但还有别的原因没有写进去，见下。",
}

// icons of marks, by their codes; a mark of another code has none.
var markIcons = map[string]string{
	"draft": "pen", "submitted": "clock", "returned": "back", "approved": "check",
	"received": "clock", "assigned": "clock", "transferred": "clock", "referred": "clock", "answered": "back", "closed": "check",
	"void": "strike", "conflict": "fork", "changed": "edit", "need": "image",
	"waiting": "clock", "schema": "alert", "invalid": "alert", "scope": "lock", "author": "alert", "stale_state": "fork", "quota": "pause",
	"revoked": "strike", "quiet": "clock", "live": "check",
}
