package demo

import "strings"

// namer makes plausible names, and hardly ever the same one twice.
type namer struct {
	d    dice
	used map[string]bool
}

func newNamer(d dice) *namer { return &namer{d, map[string]bool{}} }

func words(s string) []string { return strings.Fields(s) }

var (
	common = words(`王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧
		程 曹 袁 邓 许 傅 沈 彭 吕 苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 余 潘 杜 戴 夏 钟 汪 田 任 姜 范 方 石 姚 谭 廖 邹
		熊 金 陆 郝 孔 白 崔 康 毛 邱 秦 江 史 顾 侯 邵 孟 龙 万 段 雷 钱 汤 尹 黎 易 常 武 乔 贺 赖 龚 文`)
	// Surnames that are read otherwise than the same word is, and two of two hanzi.
	rare = words(`单 仇 曾 解 区 覃 查 盖 欧阳 上官`)

	oldMen     = words(`德福 长根 金生 水根 学文 光明 永福 家旺 茂林 宗海 兆丰 仁和 保田 开元 有才 炳南 庆余 守义 善才 传宗 世清 福全 绍良 定国 根宝 云山 恒昌 启发 汉臣 万春`)
	oldWomen   = words(`秀兰 桂英 玉珍 凤英 素珍 月娥 金花 春香 翠莲 腊梅 银娣 桃香 菊英 兰芳 巧云 淑贞 招娣 荷香 冬秀 喜妹 细妹 贵珍 二妹 莲英 彩凤 火英 杏花 木兰`)
	men        = words(`建国 建军 志强 海涛 卫东 小平 国华 志刚 永强 文斌 明辉 春生 红军 新民 立新 大伟 少华 东升 向前 正平 胜利 水生 爱民 拥军 志远 晓峰 立冬 卫民 长江 继业`)
	women      = words(`丽华 春梅 红霞 秋菊 爱华 小燕 玉兰 美玲 海燕 建芳 雪梅 冬梅 群英 晓红 艳萍 素芬 利平 云霞 凤琴 月红 小琴 志英 慧芳 翠平 莉萍 香莲 春燕 国芳`)
	youngMen   = words(`鹏飞 俊杰 浩然 子轩 宇航 博文 天佑 嘉豪 文昊 一鸣 思远 晨光 家乐 明轩 锐泽 启航 梓睿 皓宇 弘毅 景行`)
	youngWomen = words(`雨欣 梓涵 思琪 欣怡 佳怡 诗涵 雨桐 可馨 婷婷 静怡 梦瑶 晓彤 若溪 语晨 安琪 雅楠 子衿 清妍 一诺 念慈`)
	singles    = words(`勇 军 伟 涛 磊 超 斌 刚 平 敏 静 丽 娟 霞 芳 玲 莹 洁 琳 颖`)
)

func (n *namer) surname() string {
	if n.d.chance(6) {
		return pick(n.d, rare)
	}
	return common[min(n.d.IntN(len(common)), n.d.IntN(len(common)))]
}

// name invents a full name for somebody born in the year.
func (n *namer) name(sex string, born int) string { return n.of(n.surname(), sex, born) }

// of invents a name with the given surname.
func (n *namer) of(surname, sex string, born int) string {
	pool := [][]string{oldMen, oldWomen, men, women, youngMen, youngWomen}
	i := 0
	switch {
	case born >= 1993:
		i = 4
	case born >= 1962:
		i = 2
	}
	if sex == "女" {
		i++
	}
	for try := 0; ; try++ {
		given := pick(n.d, pool[i])
		if i >= 2 && n.d.chance(12) {
			given = pick(n.d, singles)
		}
		if full := surname + given; try > 20 || !n.used[full] {
			n.used[full] = true
			return full
		}
	}
}

// beyond is a hanzi outside the basic plane of Unicode, as some people's names hold.
const beyond = "\U0002C364"
