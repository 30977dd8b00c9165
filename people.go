package zoufang

import "slices"

// Role says what a person may do; see rights.go for the table.
type Role string

// The roles.
const (
	Coordinator Role = "coordinator" // 村级民政协理员
	Worker      Role = "worker"      // 社工, 志愿者
	Township    Role = "township"    // 乡镇民政所
	County      Role = "county"      // 县级民政局
	Auditor     Role = "auditor"     // 审计
	Admin       Role = "admin"       // 系统管理员
	Operator    Role = "operator"    // the command line and imports; no person signs in with it
)

// roleLabels are the words for roles.
var roleLabels = map[Role]Label{
	Coordinator: {"协理员", "Coordinator"}, Worker: {"社工", "Social worker"}, Township: {"乡镇", "Township"}, County: {"县级", "County"},
	Auditor: {"审计", "Auditor"}, Admin: {"系统管理员", "Administrator"}, Operator: {"系统", "System"},
}

// Label is what people call the role.
func (r Role) Label() Label { return roleLabels[r] }

func roleChoices() []Choice {
	out := make([]Choice, len(Roles))
	for i, r := range Roles {
		out[i] = Choice{Value: string(r), Label: roleLabels[r]}
	}
	return out
}

// Roles lists the roles a person can be given.
var Roles = []Role{Coordinator, Worker, Township, County, Auditor, Admin}

// Valid reports whether a person can be given the role.
func (r Role) Valid() bool {
	for _, known := range Roles {
		if r == known {
			return true
		}
	}
	return false
}

// Staff reports whether the role reviews and decides (镇、县工作人员).
func (r Role) Staff() bool { return r == Township || r == County || r == Operator }

// ReadsRecords reports whether the role is sent records other than public ones.
func (r Role) ReadsRecords() bool { return r != Admin }

// Grant is a right given to a person beside the role.
type Grant string

// Children allows opening the files of children (未成年人网络保护条例 Art 36).
const Children Grant = "children"

// User is a person with an account.
type User struct {
	ID       UserID
	Name     string
	Role     Role
	Areas    []AreaID // each with all below it
	Grants   []Grant
	Login    string // staff only; "" for people who use phones alone
	Password string // argon2id in PHC format, or ""
	Change   bool   // the password must be changed at the next sign-in
	Disabled bool
	Created  int64 // Unix ms
	Round    int64 // of sign-ins: those of an earlier one are good no more
	Shut     int64 // the round that began when it was disabled last: no access token of a phone from before is good
}

// Follow begins a new round where a change from was took away or gave what a
// sign-in rests on: password, role, areas, grants, being let in at all. What ended
// so stays ended, whatever is given back later. Phones go on, since their rights are
// read with each request; being disabled ends their access tokens too.
func (u *User) Follow(was *User) {
	u.Round, u.Shut = max(u.Round, was.Round), max(u.Shut, was.Shut)
	if u.Password != was.Password || u.Role != was.Role || u.Disabled != was.Disabled ||
		!slices.Equal(u.Areas, was.Areas) || !slices.Equal(u.Grants, was.Grants) {
		u.Round = was.Round + 1
	}
	if u.Disabled && !was.Disabled {
		u.Shut = u.Round
	}
}

// Covers reports whether the area is one of the user's or lies in one.
func (u *User) Covers(a AreaID) bool {
	if u.Role == Operator {
		return true
	}
	for _, mine := range u.Areas {
		if mine.Covers(a) {
			return true
		}
	}
	return false
}

// Granted reports whether the user has a grant.
func (u *User) Granted(g Grant) bool { return slices.Contains(u.Grants, g) }

// SystemUser is the author of what the operator and imports write.
func SystemUser() *User { return &User{ID: System, Name: "系统", Role: Operator} }

// Device is an enrolled phone.
type Device struct {
	ID       DeviceID
	User     UserID
	X, Y     string // the public key's point on P-256, b64
	Name     string
	Platform string
	App      string
	Enrolled int64 // Unix ms
	Seen     int64 // Unix ms of the last exchange, exact to a minute
	Revoked  int64 // Unix ms, 0 while live
}
