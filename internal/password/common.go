package password

import (
	"strings"
	"sync"

	"github.com/trustelem/zxcvbn/frequency"

	"zoufang/internal/fold"
)

// mostCommon is how many of the most used passwords are known, of the 30,000 that
// zxcvbn ships (from lists that were published), the most used first.
const mostCommon = 10_000

// shortWord is below which length a password of the list is found in many a good one.
const shortWord = 4

// common holds the most used passwords, folded, and words that stand for this
// program and its work.
var common = sync.OnceValue(func() map[string]bool {
	list := frequency.FrequencyLists["passwords"]
	out := make(map[string]bool, mostCommon)
	for _, w := range list[:mostCommon] {
		out[fold.Key(w)] = true
	}
	return out
})

// trade are the words of the office, which whoever guesses here tries first.
var trade = strings.Fields(`走访 民政 民政所 民政局 民政办 低保 特困 救助 协理员 社工 乡镇 街道 社区 办公 系统 管理员 工作 登录 口令 密码 中国 你好 我爱你
	zoufang minzheng dibao tekun jiuzhu xieliyuan shegong xiangzhen jiedao shequ bangong xitong guanliyuan gongzuo denglu kouling mima zhongguo nihao woaini
	admin root user test guest password passwd login welcome iloveyou`)

// signs are what people write letters with.
var signs = strings.NewReplacer("@", "a", "4", "a", "3", "e", "1", "i", "!", "i", "0", "o", "$", "s", "5", "s", "7", "t")
