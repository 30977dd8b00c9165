package zoufang

// AuditKind says what an entry of the account log (账号日志) tells. The words are
// for ever: entries are never changed.
type AuditKind string

// The kinds.
const (
	AuditSignIn          AuditKind = "sign_in"
	AuditSignInFailed    AuditKind = "sign_in_failed"
	AuditSignInLocked    AuditKind = "sign_in_locked" // tried while a pause lasted
	AuditSignOut         AuditKind = "sign_out"
	AuditSessionsEnded   AuditKind = "sessions_ended" // a refresh token came twice: somebody had copied it
	AuditAccountCreated  AuditKind = "account_created"
	AuditAccountDisabled AuditKind = "account_disabled"
	AuditAccountEnabled  AuditKind = "account_enabled"
	AuditAccountChanged  AuditKind = "account_changed" // role, areas, grants: Field says which
	AuditPasswordSet     AuditKind = "password_set"
	AuditCodeIssued      AuditKind = "code_issued"
	AuditDeviceEnrolled  AuditKind = "device_enrolled"
	AuditDeviceRevoked   AuditKind = "device_revoked"
	AuditOpened          AuditKind = "opened"   // what few may read; Field says what
	AuditExported        AuditKind = "exported" // a sheet: Field says which, Why why sealed values stand in it in the clear
	AuditImported        AuditKind = "imported" // a list: Field is the import and its counts
	AuditImportUndone    AuditKind = "import_undone"
	AuditPrinted         AuditKind = "printed"       // Field says what
	AuditRead            AuditKind = "read"          // records, each at an address of its own: Count of them in a day's part, and no ids
	AuditHeldReleased    AuditKind = "held_released" // a word over another's line, Record; Field is the code it was held under
	AuditHeldRejected    AuditKind = "held_rejected" // likewise
	AuditHeldAmended     AuditKind = "held_amended"  // likewise
	AuditRescueImported  AuditKind = "rescue_imported"
	AuditRescueReleased  AuditKind = "rescue_released"
	AuditTokenAdded      AuditKind = "token_added"   // Field is its id
	AuditTokenRevoked    AuditKind = "token_revoked" // likewise
	AuditHookAdded       AuditKind = "hook_added"    // Field is the host it goes to
	AuditHookDropped     AuditKind = "hook_dropped"  // likewise
	AuditTokenUsed       AuditKind = "token_used"    // the first time of a day; likewise
	AuditKeyRotated      AuditKind = "key_rotated"   // Field says which key
	AuditDemo            AuditKind = "demo"
)

// auditLabels are the words for kinds, in the order in which they are offered.
var auditLabels = []struct {
	kind  AuditKind
	label Label
}{
	{AuditSignIn, Label{"登录", "Signed in"}},
	{AuditSignInFailed, Label{"登录没有成功", "Sign-in failed"}},
	{AuditSignInLocked, Label{"登录被暂停", "Sign-in paused"}},
	{AuditSignOut, Label{"退出", "Signed out"}},
	{AuditSessionsEnded, Label{"登录被收回", "Sign-in ended"}},
	{AuditAccountCreated, Label{"开立账号", "Account opened"}},
	{AuditAccountDisabled, Label{"停用账号", "Account disabled"}},
	{AuditAccountEnabled, Label{"启用账号", "Account enabled"}},
	{AuditAccountChanged, Label{"改角色或区划", "Account changed"}},
	{AuditPasswordSet, Label{"设口令", "Password set"}},
	{AuditCodeIssued, Label{"发登记码", "Enrolment code issued"}},
	{AuditDeviceEnrolled, Label{"登记手机", "Phone enrolled"}},
	{AuditDeviceRevoked, Label{"注销手机", "Phone revoked"}},
	{AuditOpened, Label{"打开限看内容", "Restricted content opened"}},
	{AuditExported, Label{"导出", "Exported"}},
	{AuditImported, Label{"导入名单", "List imported"}},
	{AuditImportUndone, Label{"撤销导入", "Import taken back"}},
	{AuditPrinted, Label{"打印", "Printed"}},
	{AuditRead, Label{"查看记录", "Records read"}},
	{AuditHeldReleased, Label{"放行搁置", "Held line released"}},
	{AuditHeldRejected, Label{"不采用搁置", "Held line rejected"}},
	{AuditHeldAmended, Label{"修改搁置", "Held line amended"}},
	{AuditRescueImported, Label{"导入救援文件", "Rescue file imported"}},
	{AuditRescueReleased, Label{"放行救援内容", "Rescue lines released"}},
	{AuditTokenAdded, Label{"发接口令牌", "API token issued"}},
	{AuditTokenRevoked, Label{"收回接口令牌", "API token revoked"}},
	{AuditHookAdded, Label{"设推送", "Hook added"}},
	{AuditHookDropped, Label{"撤推送", "Hook removed"}},
	{AuditTokenUsed, Label{"接口令牌当日首次使用", "API token used"}},
	{AuditKeyRotated, Label{"换密钥", "Key rotated"}},
	{AuditDemo, Label{"载入演示县", "Demo county loaded"}},
}

// AuditRuled is the kind of an entry that tells of a ruling on a held line.
func AuditRuled(r Ruling) AuditKind {
	switch r {
	case Release:
		return AuditHeldReleased
	case Amend:
		return AuditHeldAmended
	}
	return AuditHeldRejected
}

// AuditKinds lists the kinds in the order in which they are offered.
func AuditKinds() []AuditKind {
	out := make([]AuditKind, len(auditLabels))
	for i, l := range auditLabels {
		out[i] = l.kind
	}
	return out
}

// Label is what people read for the kind; its own word where a newer program wrote it.
func (k AuditKind) Label() Label {
	for _, l := range auditLabels {
		if l.kind == k {
			return l.label
		}
	}
	return Label{string(k), string(k)}
}

// CommonArea gives the narrowest area that has all of the areas in it; "" where
// there are none, or not even a province has.
func CommonArea(areas []AreaID) AreaID {
	if len(areas) == 0 {
		return ""
	}
	for _, wide := range append([]AreaID{areas[0]}, areas[0].Above()...) {
		all := true
		for _, a := range areas {
			all = all && wide.Covers(a)
		}
		if all {
			return wide
		}
	}
	return ""
}
