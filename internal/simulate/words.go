package simulate

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Words of the trade. People, numbers and places are invented; identity numbers use the area code 99, which does not exist.
var (
	visitTypes = []string{"routine", "routine", "routine", "care", "care", "gift", "errand", "followup", "disaster", "investigation"}
	ways       = []string{"home", "home", "home", "phone", "video", "neighbour"}
	met        = []string{"本人", "配偶", "儿子", "女儿", "邻居", "无人在家"}
	levels     = []string{"高", "重点", "一般"}
	categories = []string{"低保", "特困分散", "残疾人", "高龄", "留守儿童", "独居老人"}
	needs      = []string{"疏导", "慰藉", "助医", "助餐", "照护", "房屋维修", "代办补贴", "政策咨询"}
	surnames   = []string{"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "欧阳"}
	givens     = []string{"秀英", "建国", "桂兰", "志强", "玉梅", "德福", "小芳", "长贵", "春花", "永康", "翠莲", "𬭚"}
	sentences  = []string{"老人精神尚好，按时服药。", "家中水电正常，屋顶有漏雨。", "反映补贴已到账，数额无误。", "子女外出务工，每月来电一次。",
		"近期血压偏高，建议复查。", "希望代办残疾人补贴年审。", "已告知政策，本人表示清楚。", "低保证、银行卡均由本人保管。", "冬衣不足，已登记。", "“一切都好”，无其他困难。"}
)

func name(rng *rand.Rand) string { return anyOf(rng, surnames) + anyOf(rng, givens) }

func note(rng *rand.Rand) string {
	text := ""
	for range 1 + rng.IntN(6) {
		text += anyOf(rng, sentences)
	}
	return text
}

// some is a set of up to three different ones.
func some(rng *rand.Rand, from []string) []string {
	list := []string{}
	for _, i := range rng.Perm(len(from))[:rng.IntN(4)] {
		list = append(list, from[i])
	}
	return list
}

func group(rng *rand.Rand) string { return fmt.Sprintf("第%d组", 1+rng.IntN(12)) }

func address(rng *rand.Rand) string { return fmt.Sprintf("%s%d号", group(rng), 1+rng.IntN(200)) }

func number(rng *rand.Rand) string { return fmt.Sprintf("1990000%04d", rng.IntN(10000)) }

func birth(rng *rand.Rand) string {
	return time.Date(1930+rng.IntN(85), 1, 1+rng.IntN(365), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

func place(rng *rand.Rand) map[string]any {
	return map[string]any{"lat": 31.5 + rng.Float64()/10, "lon": 118.5 + rng.Float64()/10, "accuracy": 5 + rng.IntN(60),
		"at": 1_763_760_000_000 + rng.Int64N(1_000_000_000)}
}

// idNumber is a number of the right form with the right check digit (GB 11643).
func idNumber(rng *rand.Rand) string {
	digits := fmt.Sprintf("99%04d19%02d%02d%02d%03d", rng.IntN(10000), 30+rng.IntN(60), 1+rng.IntN(12), 1+rng.IntN(28), rng.IntN(1000))
	sum := 0
	for i, weight := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += weight * int(digits[i]-'0')
	}
	return digits + "10X98765432"[sum%11:][:1]
}
