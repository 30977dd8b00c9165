package demo

import "zoufang"

// CountyCode is the area of the demo county.
const CountyCode zoufang.AreaID = "990101000000"

const countyName = "澄溪县"

// office is a township's civil affairs office as signs and forms name it.
type office struct {
	area    zoufang.AreaID
	name    string
	logins  string // of its staff, with a number behind
	lat     float64
	lon     float64
	village []settlement
}

// settlement is a village or neighbourhood with its hamlets (组, 湾).
type settlement struct {
	area    zoufang.AreaID
	name    string
	homes   int // on the roster
	hamlets []string
}

var offices = []office{
	{"990101100000", "柳塘镇", "liutang", 38.92, 82.41, []settlement{
		{"990101100001", "柳塘社区", 36, []string{"塘北巷", "学前巷", "米市弄", "东桥里"}},
		{"990101100201", "东圩村", 38, []string{"圩上", "埂头", "新屋", "沙咀"}},
		{"990101100202", "石渡村", 31, []string{"渡口", "上石", "下石", "枫林"}},
		{"990101100203", "荷叶村", 33, []string{"荷塘", "油坊", "长冲", "桑园"}},
	}},
	{"990101101000", "松坪镇", "songping", 38.99, 82.57, []settlement{
		{"990101101001", "松坪社区", 34, []string{"老街", "粮站", "农机巷", "桥西"}},
		{"990101101201", "上坪村", 32, []string{"上坪", "大岭脚", "竹园", "磨盘"}},
		{"990101101202", "下坪村", 35, []string{"下坪", "水口", "窑湾", "柏树下"}},
		{"990101101203", "茶亭村", 30, []string{"茶亭", "半岭", "石桥", "高坎"}},
	}},
	{"990101200000", "月岭乡", "yueling", 39.07, 82.33, []settlement{
		{"990101200201", "月岭村", 37, []string{"月岭", "寨下", "岩背", "田心"}},
		{"990101200202", "竹坞村", 29, []string{"竹坞", "坞口", "里湾", "外湾"}},
		{"990101200203", "白云村", 31, []string{"云脚", "茅坪", "风垭", "泉眼"}},
		{"990101200204", "槐湾村", 36, []string{"槐湾", "井头", "柿树坪", "老屋"}},
	}},
}
