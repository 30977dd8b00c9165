package problem

// Code is the stable name of a problem. Phones and tests rely on it.
type Code string

// The codes of the phone protocol.
const (
	Body     Code = "body"
	Metadata Code = "metadata"
	Token    Code = "token"
	Unknown  Code = "unknown"
	Proof    Code = "proof"
	Revoked  Code = "revoked"
	Device   Code = "device"
	NotFound Code = "not_found"
	Offset   Code = "offset"
	Used     Code = "used"
	Expired  Code = "expired"
	TooLarge Code = "too_large"
	Type     Code = "type"
	Checksum Code = "checksum"
	SlowDown Code = "slow_down"
	Busy     Code = "busy"
	Full     Code = "full"
)

// The codes of the API, beside those above.
const (
	Parameter Code = "parameter"
	Right     Code = "right"
	Origin    Code = "origin"
	Changed   Code = "changed"
	State     Code = "state"
	Rule      Code = "rule"
	Choice    Code = "choice"
	Decided   Code = "decided"
	Own       Code = "own"
	NotSo     Code = "not_so"
	Reason    Code = "reason"
	Comment   Code = "comment"
	Field     Code = "field"
	Receipt   Code = "receipt"
)

// The codes of HTTP and tus themselves, and of our own faults.
const (
	Method   Code = "method"
	Timeout  Code = "timeout"
	Version  Code = "version"
	Range    Code = "range"
	Headers  Code = "headers"
	Internal Code = "internal"
)

// StatusChecksum is what tus answers when bytes do not match their checksum.
const StatusChecksum = 460

// Entry is what the catalogue says of a code: the title as users read it, the
// detail for whoever reads logs and protocols.
type Entry struct {
	Status int
	Title  string
	Detail string
}

// Catalogue is the one list of what a reply can say.
var Catalogue = map[Code]Entry{
	Body:      {400, "请求内容无法读取", "The request body is not of the expected form."},
	Parameter: {400, "参数有误", "A parameter of the address or a header is unknown, empty, given twice or not of its form."},
	Reason:    {400, "要写明理由", "A reason of 1 to 300 characters is needed."},
	Comment:   {400, "要写审核意见", "Comments of 1 to 300 characters are needed, 20 at most."},
	Field:     {400, "没有这个字段，或不能这样用", "There is no such field, or it is not used so."},
	Receipt:   {400, "回执不是本机构所出，或已损坏", "A receipt was made by another installation, for somebody else, or is damaged."},
	Metadata:  {400, "上传信息缺失或有误", "The upload's metadata or headers are missing or not valid."},
	Token:     {401, "访问凭证缺失或已过期", "The access token is missing, expired or not valid."},
	Unknown:   {401, "服务器不认识这台设备，请重新登记", "No such device: enrol again and keep everything."},
	Proof:     {401, "设备签名无效", "The nonce has run out or the signature is not the device's."},
	Revoked:   {401, "设备或账号已停用", "The device or its user has been revoked."},
	Device:    {403, "设备与访问凭证不符", "The device is not the one the token was issued to."},
	Right:     {403, "没有这项权限", "The person, or the token, has no right to this."},
	Origin:    {403, "没有接受：请求不是从本站的页面发来的", "With a cookie, what changes something is taken from pages of this site alone."},
	Own:       {403, "未经证实的救援文件须由另一人放行", "What somebody brought in with an unproven rescue file, another person releases."},
	NotFound:  {404, "没有找到", "There is nothing here for you."},
	Method:    {405, "不支持这种请求方式", "The method is not allowed here."},
	Timeout:   {408, "请求传输超时", "The request did not arrive in time."},
	Offset:    {409, "上传位置不一致", "The upload stands at another offset, or another request is at it."},
	Changed:   {409, "内容已有变化，请重新看过再定", "The record is not as it was seen."},
	State:     {409, "已有人先一步处理", "The state allows this no more: somebody was first."},
	Rule:      {409, "不合规则", "A rule forbids it."},
	Choice:    {409, "没有这个可选的说法", "There is no such value to choose."},
	Decided:   {409, "这一条已有结论", "The held line is decided already."},
	NotSo:     {409, "这一条不能这样处理", "A line that is held for this is not ended so."},
	Used:      {410, "登记码已被使用", "The enrolment code has been used."},
	Expired:   {410, "登记码已过期", "The enrolment code has expired."},
	Version:   {412, "上传协议版本不受支持", "This version of tus is not spoken here."},
	TooLarge:  {413, "内容过大", "The request is larger than allowed here."},
	Type:      {415, "不接受这种类型", "The content type is not accepted here."},
	Range:     {416, "请求的范围不存在", "The medium has no such range."},
	SlowDown:  {429, "请求过于频繁，请稍后再试", "Too many requests: try again later."},
	Headers:   {431, "请求头过大", "The request's headers are larger than allowed."},
	Checksum:  {StatusChecksum, "校验不一致，请重新上传", "The bytes do not have the declared checksum."},
	Internal:  {500, "服务器出错", "The server failed."},
	Busy:      {503, "服务器忙，请稍后再试", "The server cannot answer now: try again later."},
	Full:      {507, "服务器存储空间不足，照片和录音先留在手机里", "There is no room for new media now: keep them and try again later."},
}
