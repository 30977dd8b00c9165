// Package fold reads what people write: it tells whether two texts are the same
// to them, and takes numbers, dates, codes and identity numbers as they are typed
// and pasted. A text is folded to compare and kept to show. What it takes and what
// it refuses stands in testdata/*.json, which its twin in TypeScript
// (web/shared/fold) replays.
package fold

import "zoufang"

// Wrong says what is wrong with a text, free of the text itself.
type Wrong string

// What can be wrong.
const (
	Empty    Wrong = "empty"    // there is nothing
	NoDigits Wrong = "digits"   // something else than digits
	NoNumber Wrong = "number"   // no number, or one with misplaced commas
	TooLong  Wrong = "long"     // more digits than a number keeps
	NoDate   Wrong = "date"     // no date, or a day that no calendar has
	Future   Wrong = "future"   // after today
	TooOld   Wrong = "old"      // longer ago than people live
	Masked   Wrong = "masked"   // a masked number: the stars are no digits
	Length   Wrong = "length"   // an identity number has 18 digits, an old one 15
	Letter   Wrong = "letter"   // something else than digits, and X at the end
	Check    Wrong = "check"    // the last digit does not fit the others
	IDBirth  Wrong = "id_birth" // the date of birth inside is none
	NoCode   Wrong = "code"     // no enrolment code can look like this
)

var labels = map[Wrong]zoufang.Label{
	Empty:    {Zh: "没有填", En: "nothing is filled in"},
	NoDigits: {Zh: "只能是数字", En: "digits only"},
	NoNumber: {Zh: "不是数字，如 3、12.5、1,200", En: "not a number, such as 3, 12.5 or 1,200"},
	TooLong:  {Zh: "数字太长", En: "the number is too long"},
	NoDate:   {Zh: "不是日期，如 1950、1950-03、1950-03-01", En: "not a date, such as 1950, 1950-03 or 1950-03-01"},
	Future:   {Zh: "日期在今天以后", En: "the date is after today"},
	TooOld:   {Zh: "年份太早", En: "the year is too long ago"},
	Masked:   {Zh: "带 * 的是遮住的号码，请填完整", En: "the number is masked with *: fill it in whole"},
	Length:   {Zh: "身份证号应为 18 位（老号 15 位）", En: "an ID number has 18 digits (15 if old)"},
	Letter:   {Zh: "身份证号只有数字，末位可为 X", En: "an ID number has digits alone, the last may be X"},
	Check:    {Zh: "身份证号校验位不对，请逐位核对", En: "the check digit does not fit: compare digit by digit"},
	IDBirth:  {Zh: "身份证号中的出生日期不对", En: "the date of birth inside the ID number is wrong"},
	NoCode:   {Zh: "登记码不对", En: "not an enrolment code"},
}

func (w Wrong) Error() string { return labels[w].En }

// Label is what people are told.
func (w Wrong) Label() zoufang.Label { return labels[w] }
