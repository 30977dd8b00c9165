package zoufang

// Rule is the stable word for what a line broke. It goes over the wire; a rule is
// never renamed.
type Rule string

// The rules.
const (
	RuleTooLong        Rule = "too_long"
	RuleNotJSON        Rule = "not_json"
	RuleNested         Rule = "nested"
	RuleShape          Rule = "shape"
	RuleItemShape      Rule = "item_shape"
	RuleUnknownItem    Rule = "unknown_item"
	RuleUnknownKind    Rule = "unknown_kind"
	RuleUnknownField   Rule = "unknown_field"
	RuleRecordID       Rule = "record_id"
	RuleOtherKind      Rule = "other_kind"
	RuleArea           Rule = "area"
	RuleAreaMove       Rule = "area_move"
	RuleTwice          Rule = "twice"
	RuleLogInNew       Rule = "log_in_new"
	RuleFirstState     Rule = "first_state"
	RuleList           Rule = "list"
	RuleObject         Rule = "object"
	RuleNull           Rule = "null"
	RuleMasked         Rule = "masked"
	RuleValue          Rule = "value"
	RuleMember         Rule = "member"
	RuleClass          Rule = "class"
	RuleNoState        Rule = "no_state"
	RuleNoStep         Rule = "no_step"
	RuleType           Rule = "type_missing"
	RuleVisitors       Rule = "two_visitors"
	RuleHouseholdSigns Rule = "household_signs"
	RuleVisitorSigns   Rule = "visitor_signs"
	RuleTooMuch        Rule = "too_much"
	RuleOwnShare       Rule = "own_share"
	RuleKeptFree       Rule = "kept_free"
	RuleRuling         Rule = "ruling"
	RuleAmendEmpty     Rule = "amend_empty"
	RuleRulingCode     Rule = "ruling_code"
	RuleApplied        Rule = "applied"
	RuleSameID         Rule = "same_id"

	RuleRight    Rule = "right"
	RuleStandsAt Rule = "stands_at"
	RuleMoved    Rule = "moved"
	RuleDecided  Rule = "decided"
	RuleNoRecord Rule = "no_record"
	RuleNoLine   Rule = "no_line"
	RuleUnseen   Rule = "unseen"
	RuleStranger Rule = "stranger"
	RuleRevoked  Rule = "revoked"
	RuleUnproven Rule = "unproven"
	RuleManyHeld Rule = "many_held"
	RuleBrought  Rule = "brought"
)

// sentence is what people read of a rule. {field} and the fault's args by name are
// filled in; a field the sentence does not name stands before it.
type sentence struct {
	Label
	after bool // the wire names the field after it; people need no name, the sentence says it
}

// Whole reports whether the rule's sentence says by itself which field it is about.
func (r Rule) Whole() bool { return rules[r].after }

// Rules lists the rules that have a sentence.
func Rules() map[Rule]Label {
	out := map[Rule]Label{}
	for r, s := range rules {
		out[r] = s.Label
	}
	return out
}

var rules = map[Rule]sentence{
	RuleTooLong:        {Label: Label{"超过 {bytes} 字节", "over {bytes} bytes"}},
	RuleNotJSON:        {Label: Label{"不是 UTF-8 的 JSON", "not JSON in UTF-8"}},
	RuleNested:         {Label: Label{"嵌套超过 {levels} 层", "nested over {levels} levels"}},
	RuleShape:          {Label: Label{"缺少 {part} 或类型不对", "{part} is missing or of another type"}},
	RuleItemShape:      {Label: Label{"这一项写法不对: {part}", "the item is not of its shape: {part}"}},
	RuleUnknownItem:    {Label: Label{"不认识的操作", "an unknown item"}},
	RuleUnknownKind:    {Label: Label{"不认识的记录种类", "an unknown kind of record"}},
	RuleUnknownField:   {Label: Label{"不认识的字段", "an unknown field"}},
	RuleRecordID:       {Label: Label{"记录编号应是小写的 UUIDv7", "the record's id is no UUIDv7 in lower case"}},
	RuleOtherKind:      {Label: Label{"此编号已是另一种记录", "the id is another kind of record's"}},
	RuleArea:           {Label: Label{"区划代码应是 12 位数字", "a division code has 12 digits"}},
	RuleAreaMove:       {Label: Label{"区划不能移到别的区划", "a division does not move"}},
	RuleTwice:          {Label: Label{"同一处在一次保存里写了两遍", "written twice in one go"}},
	RuleLogInNew:       {Label: Label{"备注不能随新建写入", "notes come after the record"}},
	RuleFirstState:     {Label: Label{"新建时只能是第一个状态", "a new record is in its first state"}},
	RuleList:           {Label: Label{"应是列表", "a list is wanted"}},
	RuleObject:         {Label: Label{"应是一个对象", "an object is wanted"}},
	RuleNull:           {Label: Label{"不能加入空值", "nothing cannot be added"}},
	RuleMasked:         {Label: Label{"遮掩过的值不能写回", "a masked value cannot be written back"}},
	RuleValue:          {Label: Label{"值的类型不对", "please fill it in anew"}},
	RuleMember:         {Label: Label{"成员 {member} 类型不对", "{member} is of another type"}},
	RuleClass:          {Label: Label{"这个字段不能这样写", "the field is not written like this"}},
	RuleNoState:        {Label: Label{"这个字段没有状态", "the field has no states"}},
	RuleNoStep:         {Label: Label{"没有这一步", "there is no such step"}},
	RuleType:           {after: true, Label: Label{"提交前须选走访类型", "the type of visit is missing"}},
	RuleVisitors:       {after: true, Label: Label{"入户核查须有两名走访人", "an investigation needs two visitors"}},
	RuleHouseholdSigns: {after: true, Label: Label{"入户核查须有家庭成员签名,或不能签名的原因和见证人", "an investigation needs the household's signature, or why there is none and a witness"}},
	RuleVisitorSigns:   {after: true, Label: Label{"入户核查须有走访人签名", "an investigation needs the signatures of both visitors"}},
	RuleTooMuch:        {Label: Label{"这条记录的内容已经太多", "the record holds too much already"}},
	RuleOwnShare:       {Label: Label{"一个人写进这条记录的内容已经太多, 要给别人留地方", "one person wrote as much into the record as is left to one"}},
	RuleKeptFree:       {Label: Label{"这条记录余下的地方留给审核意见", "what room is left in the record is kept for the office"}},
	RuleRuling:         {Label: Label{"不认识的核定", "an unknown ruling"}},
	RuleAmendEmpty:     {Label: Label{"修改须带上替换的内容", "what replaces it is missing"}},
	RuleRulingCode:     {Label: Label{"这种搁置不能这样核定", "what is held for this cannot be ended so"}},
	RuleApplied:        {Label: Label{"内容已经写入, 只能再改", "it is applied; edit it instead"}},
	RuleSameID:         {Label: Label{"另一条内容已用此编号", "another line has this id"}},

	RuleRight:    {Label: Label{"没有这个区划或这项权限", "the area or the right is missing"}},
	RuleStandsAt: {Label: Label{"{field} 现在是 {state}", "{field} is {state} now"}},
	RuleMoved:    {Label: Label{"记录已不在原区划", "the record has left that area"}},
	RuleDecided:  {Label: Label{"已有另一种核定, 或不用核定", "it is decided otherwise, or needs no ruling"}},
	RuleNoRecord: {Label: Label{"记录还没有到", "its record is not here yet"}},
	RuleNoLine:   {Label: Label{"要核定的内容还没有到", "what it judges is not here yet"}},
	RuleUnseen:   {Label: Label{"还在等之前看到的内容", "what its author had seen is not here yet"}},
	RuleStranger: {Label: Label{"保存的人与发送的人不同", "saved by one, sent by another"}},
	RuleRevoked:  {Label: Label{"手机已注销", "the phone is revoked"}},
	RuleUnproven: {Label: Label{"不能证明出自这部手机", "nothing proves that it is the phone's"}},
	RuleBrought:  {Label: Label{"自己导入的未经证实的救援文件, 须由另一人放行", "another person than who brought the unproven rescue file in releases what is in it"}},
	RuleManyHeld: {Label: Label{"待定的已有 {n} 条", "{n} lines are held already"}},
}
