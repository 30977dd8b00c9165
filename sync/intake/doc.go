// Package intake is the one line every edit walks: read → judge (kind, rights,
// state) → merge → store. Phones, staff and imports all push here, and lines
// that wait or that staff released come back here.
//
// It owns the codes a line is held under (zoufang.HoldCode) and when that ends.
// Accept first, judge later: whatever is pushed is stored; what cannot be applied
// is held for a person, never refused.
package intake
