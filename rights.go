package zoufang

import "slices"

// Act is what somebody wants to do with a record of a kind.
type Act int

// The acts.
const (
	ActCreate Act = iota
	ActEdit
	ActMove
)

// May is the one table of rights over records: kind × role × act, default deny.
// own says that the record was created by the user, who may always edit it;
// area that all areas concerned are the user's. A missing right and a missing
// area are told apart by nothing: both are held under scope.
func May(u *User, act Act, k *Kind, own, area bool) bool {
	if u.Disabled {
		return false
	}
	if u.Role == Operator {
		return true
	}
	switch act {
	case ActCreate:
		return area && slices.Contains(k.Create, u.Role)
	case ActEdit:
		if own && slices.Contains(k.Create, u.Role) {
			return true
		}
		return area && slices.Contains(k.Edit, u.Role)
	case ActMove:
		return area && u.Role.Staff()
	}
	return false
}

// MayWrite narrows an edit to a field with writers of its own.
func (f *Field) MayWrite(u *User) bool {
	return len(f.Writers) == 0 || u.Role == Operator || slices.Contains(f.Writers, u.Role)
}

// MayTake reports whether the user may take the step on a record.
func (s *Step) MayTake(u *User, own, area bool) bool {
	if u.Disabled {
		return false
	}
	if u.Role == Operator {
		return true
	}
	if s.Author {
		return own
	}
	return area && slices.Contains(s.By, u.Role)
}

// MayRelease reports whether the user may release what somebody brought in with a
// rescue file of unproven origin ("" for what came otherwise): it takes another person.
func MayRelease(u *User, brought UserID) bool { return brought == "" || brought != u.ID }

// MayDecide reports whether the user may decide a held line that names areas.
// One that names none, because its author has none, is the county's.
func MayDecide(u *User, areas []AreaID) bool {
	if u.Disabled || !u.Role.Staff() || len(areas) == 0 && u.Role == Township {
		return false
	}
	for _, a := range areas {
		if !u.Covers(a) {
			return false
		}
	}
	return true
}
