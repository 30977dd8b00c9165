package staff

import "zoufang"

// What people read instead of names and codes. A choice that is not listed is
// shown as it is stored.

var choiceWords = map[string]map[string]string{
	"type": {
		"routine": "走访", "care": "探访", "investigation": "入户核查", "gift": "慰问", "errand": "代办上门", "followup": "回访", "disaster": "灾情核查",
	},
	"way": {"home": "入户", "phone": "电话", "video": "视频", "neighbour": "问邻里"},
	"state": {
		"draft": "草稿", "submitted": "待核定", "returned": "退回", "approved": "已核定",
		"received": "已受理", "assigned": "已交办", "transferred": "已转办", "referred": "已转介", "answered": "已答复", "closed": "已办结",
	},
	"level": {"high": "高", "key": "重点", "medium": "中", "general": "一般", "normal": "一般", "low": "低", "none": "无"},
	"sex":   {"male": "男", "female": "女", "m": "男", "f": "女"},
}

func word(field, value string) string {
	if w, ok := choiceWords[field][value]; ok {
		return w
	}
	return value
}

var stateChips = map[string]chip{
	"draft":     {"", "pen", "草稿"},
	"submitted": {"amber", "clock", "待核定"},
	"returned":  {"indigo", "back", "退回"},
	"approved":  {"pine", "check", "已核定"},
}

var stepWords = map[[2]string]string{
	{"draft", "submitted"}: "提交了", {"returned", "submitted"}: "改好后重新提交了",
	{"submitted", "approved"}: "核定了", {"submitted", "returned"}: "退回修改",
}

var signers = map[string]string{"household": "被访人", "visitor1": "核查人一", "visitor2": "核查人二", "village": "村(居)委会"}

var signerOrder = []string{"household", "visitor1", "visitor2", "village"}

var heldChips = map[zoufang.HoldCode]chip{
	zoufang.HeldWaiting: {"", "clock", "还在等别的内容"},
	zoufang.HeldSchema:  {"brick", "alert", "读不懂"},
	zoufang.HeldInvalid: {"brick", "alert", "不合规则"},
	zoufang.HeldScope:   {"amber", "lock", "不在其区划或权限内"},
	zoufang.HeldAuthor:  {"amber", "alert", "不是本人所写"},
	zoufang.HeldRevoked: {"brick", "strike", "手机已注销或未能证明"},
	zoufang.HeldStale:   {"indigo", "fork", "状态已变"},
	zoufang.HeldQuota:   {"amber", "pause", "此人待定的太多"},
}

// fieldTitle names a field as users read it; a family's member after its title.
func fieldTitle(k *zoufang.Kind, name string) string {
	if k == nil {
		return name
	}
	f := k.Field(name)
	if f == nil {
		return name
	}
	if f.Name == name {
		return f.Label.Zh
	}
	member := name[len(f.Name):]
	switch f.Name {
	case "answers.":
		return member
	case "signature.":
		if w, ok := signers[member]; ok {
			return w + "签名"
		}
	case "comments.":
		if member == wholeVisit {
			return "对整次走访的审核意见"
		}
		return "对“" + fieldTitle(k, member) + "”的审核意见"
	}
	return f.Label.Zh + " " + member
}
