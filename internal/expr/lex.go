package expr

import "unicode/utf8"

// token is one word of an expression; kind is 't' text, 'n' number, 'r' reference,
// 'w' word, 'o' sign, 0 the end.
type token struct {
	kind byte
	text string
	at   int
}

// two are the signs of two characters.
var two = []string{"!=", "<=", ">="}

const one = "=<>+-*(),."

func lex(s string) ([]token, *Fault) {
	if !utf8.ValidString(s) {
		return nil, &Fault{Code: FaultCharacter}
	}
	r := []rune(s)
	if len(r) > MaxLength {
		return nil, &Fault{Code: FaultLong, At: MaxLength}
	}
	var out []token
	for i := 0; i < len(r); {
		from := i
		c := r[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '\'' || c == '"':
			for i++; i < len(r) && r[i] != c; i++ {
			}
			if i == len(r) {
				return nil, &Fault{Code: FaultText, At: from}
			}
			out = append(out, token{'t', string(r[from+1 : i]), from})
			i++
		case digit(c), c == '.' && i+1 < len(r) && digit(r[i+1]):
			for dots := 0; i < len(r) && (digit(r[i]) || r[i] == '.' && dots == 0); i++ {
				if r[i] == '.' {
					dots++
				}
			}
			out = append(out, token{'n', string(r[from:i]), from})
		case c == '$' && i+1 < len(r) && r[i+1] == '{':
			for i += 2; i < len(r) && inName(r[i]); i++ {
			}
			if i == from+2 || i == len(r) || r[i] != '}' {
				return nil, &Fault{Code: FaultCharacter, At: i}
			}
			out = append(out, token{'r', string(r[from+2 : i]), from})
			i++
		case letter(c):
			for i < len(r) && inName(r[i]) {
				i++
			}
			out = append(out, token{'w', string(r[from:i]), from})
		case c == '/' || c == '@' || c == '[' || c == ']' || c == ':' || c == '.' && i+1 < len(r) && r[i+1] == '.':
			return nil, &Fault{Code: FaultPath, At: i}
		default:
			sign := sign(r[i:])
			if sign == "" {
				return nil, &Fault{Code: FaultCharacter, At: i}
			}
			out = append(out, token{'o', sign, from})
			i += len(sign)
		}
	}
	return append(out, token{0, "", len(r)}), nil
}

func sign(r []rune) string {
	if len(r) > 1 {
		for _, s := range two {
			if string(r[:2]) == s {
				return s
			}
		}
	}
	if contains(one, string(r[:1])) {
		return string(r[:1])
	}
	return ""
}

func digit(c rune) bool  { return c >= '0' && c <= '9' }
func letter(c rune) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }
func inName(c rune) bool { return letter(c) || digit(c) || c == '-' || c == '.' || c == ':' }
