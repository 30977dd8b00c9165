package fold

import "strings"

// Identity is a Chinese identity number and what it says by itself.
type Identity struct {
	Number string `json:"number"` // 18 characters, the last may be X; an old one has 15 digits
	Old    bool   `json:"old"`    // of the first kind, without a check digit: to be replaced when the card is seen
	Birth  string `json:"birth"`  // "1950-03-01"
	Sex    string `json:"sex"`    // 男 or 女, as persons have it
}

// ID reads an identity number (GB 11643): 18 digits with their check digit, or 15
// of the kind given out until 1999. Any width and case, blanks and dashes inside
// are dropped. The area at its beginning is not looked up: areas came and went.
func ID(s, today string) (Identity, error) {
	s = strings.ReplaceAll(strings.ToUpper(bare(s)), "×", "X")
	switch {
	case s == "":
		return Identity{}, Empty
	case strings.ContainsAny(s, "*"):
		return Identity{}, Masked
	}
	body := strings.TrimSuffix(s, "X")
	if _, err := Digits(body); err != nil {
		return Identity{}, Letter
	}
	var born string
	var turn byte // odd for men
	switch {
	case len(s) == 18:
		born, turn = s[6:14], s[16]
	case len(s) == 15 && len(body) == 15:
		born, turn = "19"+s[6:12], s[14]
	case len(s) == 15:
		return Identity{}, Letter
	default:
		return Identity{}, Length
	}
	birth, err := Birth(born, today)
	switch {
	case len(s) == 18 && CheckDigit(s[:17]) != s[17]:
		return Identity{}, Check
	case err != nil:
		return Identity{}, IDBirth
	}
	id := Identity{Number: s, Old: len(s) == 15, Birth: birth, Sex: "女"}
	if turn%2 == 1 {
		id.Sex = "男"
	}
	return id, nil
}

func idText(s string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "×", "X").Replace(narrow(s)))
}

// Whose gives a text that is the same for two identity numbers of one person: an old
// one is taken for the new one that was made of it. It is for comparing, right or
// wrong as the numbers may be.
func Whose(number string) string {
	s := idText(number)
	if _, err := Digits(s); err != nil || len(s) != 15 {
		return s
	}
	body := s[:6] + "19" + s[6:]
	return body + string(CheckDigit(body))
}

// CheckDigit gives the last character of an identity number for its first 17
// digits (GB 11643, ISO 7064 MOD 11-2).
func CheckDigit(body string) byte {
	sum := 0
	for i, w := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(body[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}
