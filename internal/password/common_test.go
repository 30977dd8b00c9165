package password

import (
	"strings"
	"testing"

	"github.com/trustelem/zxcvbn/frequency"

	"zoufang/internal/fold"
)

var wang = Owner{Login: "wang", Name: "覃秀兰", Areas: []string{"青石镇", "990103101000"}}

// Each kind of password that is tried first.
var guessed = map[string][]string{
	"of the list":         {"qwertyuiop", "1234567890", "password123", "1qaz2wsx3edc", "playstation", "harrypotter"},
	"in another case":     {"PassWord123", "QWERTYUIOP", "HarryPotter"},
	"in another width":    {"ｐａｓｓｗｏｒｄ１２３", "ＱＷＥＲＴＹＵＩＯＰ", "password　123", "p a s s w o r d 1 2 3"},
	"with signs":          {"p@ssw0rd123", "P@$$w0rd2026", "h4rryp0tter"},
	"a word and a year":   {"password2026", "dragon1990!", "sunshine20261201", "monkey@2026"},
	"two words":           {"dragonmonkey", "admin-password", "iloveyou-dragon"},
	"keys":                {"qwerty123456", "asdfghjkl;'", "zxcvbnm,./", "1qaz2wsx3edc4rfv", "qazwsxedcrfv", "0987654321qw", "!@#$%^&*()_+", "abcdefghijkl"},
	"digits":              {"13812345678", "11010519491231002", "2026-12-01-1990", "19900101199001"},
	"repeated":            {"abcdeabcdeabcde", "我爱北京我爱北京我爱北京", "xk3v9xk3v9xk3v9x"},
	"few characters":      {"aaaabbbbccccdddd", "1111122222"},
	"the log-in name":     {"wang-and-something-else", "其他的话Wang其他的话"},
	"the name":            {"我叫覃秀兰今年三十岁", "qinxiulan-my-own", "TanXiuLan后面的话", "ｔａｎｘｉｕｌａｎ后面的话"},
	"the area":            {"青石镇2026!!", "qingshizhen123", "990103101000wq", "青石镇民政所2026"},
	"the office":          {"走访民政2026!", "zoufang123456", "minzheng@2026", "低保救助123456", "管理员密码2026"},
	"an 18-digit number":  {"11010519491231002x"},
	"a letter and digits": {"a13812345678", "w19900101!"},
}

func TestGuessedPasswordsAreRefused(t *testing.T) {
	for kind, list := range guessed {
		for _, plain := range list {
			why := Check(plain, wang)
			if why == "" {
				t.Errorf("%s: %q is taken (costs %d)", kind, plain, costs(fold.Key(plain), nil))
			}
			if strings.Contains(why, plain) {
				t.Errorf("%s: the sentence has what was typed: %s", kind, why)
			}
		}
	}
}

func TestTheWholeListIsRefused(t *testing.T) {
	n := 0
	for i, plain := range frequency.FrequencyLists["passwords"][:mostCommon] {
		for _, typed := range []string{plain, strings.ToUpper(plain), plain + "2026", "!" + plain} {
			if len(typed) >= minRunes && (typed == plain || i%5 == 0) {
				if n++; Check(typed, Owner{}) == "" {
					t.Errorf("%q is taken", typed)
				}
			}
		}
	}
	if n < mostCommon/5 {
		t.Errorf("only %d were tried", n)
	}
}

func TestGoodPasswordsAreTaken(t *testing.T) {
	for _, plain := range []string{
		"春眠不觉晓处处闻啼鸟", "正确的马电池订书钉", "horse battery staple", "河边第三棵柳树歪了", "lanhua kai zai hou yuan", "Kx7#mQ2pL9vT",
		"dragon monkey soccer horse", "今天豆腐卖三块五一斤", "xiaohe-liushui-renjia",
	} {
		if why := Check(plain, wang); why != "" && len([]rune(plain)) >= minRunes {
			t.Errorf("%q: %s", plain, why)
		}
	}
	for range 200 {
		if p := First(); Check(p, wang) != "" {
			t.Errorf("a first password is refused: %s", Check(p, wang))
		}
	}
}

func TestReadings(t *testing.T) {
	got := readings("覃秀兰")
	for _, want := range []string{"qinxiulan", "tanxiulan"} {
		if !contains(strings.Join(got, " "), []string{want}) {
			t.Errorf("%s is not among %v", want, got)
		}
	}
	if n := len(readings(strings.Repeat("单曾解仇", 8))); n > maxReadings {
		t.Errorf("%d readings", n)
	}
	if got := readings("Anna"); got != nil {
		t.Errorf("without hanzi: %v", got)
	}
}
