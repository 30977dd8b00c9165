package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// bring sends the media: most at once, some days later, a few never.
func (c *county) bring(d dice, v *visit, media []Medium) {
	if len(media) == 0 {
		return
	}
	switch d.weigh(89, 8, 3) {
	case 0:
		v.by.upload(media...)
	case 1:
		at := v.at.AddDate(0, 0, d.between(2, 12))
		c.later(v.by, at, func() { v.by.upload(media...) })
	}
}

// photos takes none, one or two, where a visit was made at home.
func (c *county) photos(d dice, v *visit, way string) []Medium {
	n := 0
	switch {
	case way != "home":
	case v.kind == "disaster":
		n = d.between(1, 3)
	case v.kind == "investigation" || v.kind == "gift":
		n = d.weigh(15, 55, 30)
	default:
		n = d.weigh(58, 34, 8)
	}
	var out []Medium
	for range n {
		of := House
		switch {
		case v.kind == "errand" && d.chance(60), v.kind == "investigation" && d.chance(25):
			of = Paper
		case v.kind != "disaster" && d.chance(30):
			of = Room
		}
		out = append(out, c.pictures.Photo(d.Rand, of))
	}
	return out
}

// signed puts signatures where a rule or habit asks for them.
func (c *county) signed(d dice, v *visit, rest fields) (media []Medium) {
	var who []string
	switch {
	case v.kind == "investigation":
		who = []string{"household", "visitor1", "visitor2"}
		if d.chance(30) {
			who = append(who, "village")
		}
	case v.kind == "gift" && d.chance(80), v.kind == "errand" && d.chance(50):
		who = []string{"household"}
	}
	text := sha256.Sum256([]byte("以下内容已念给我听，与实际相符。\n" + v.acc.note))
	for _, role := range who {
		name := v.house.head().name
		switch role {
		case "visitor1":
			name = v.by.user.Name
		case "visitor2":
			name = c.companionName(v)
		case "village":
			name = v.house.home.coordinators[0].user.Name
		}
		at := v.at.Add(time.Duration(d.between(9, 30)) * time.Minute).UnixMilli()
		if role == "household" && d.chance(14) {
			rest["signature."+role] = fields{"unable": pick(d, unable), "witness": fmt.Sprintf("%s（%s组长）", newNamer(d).name("男", 1965), v.house.group), "at": at}
			continue
		}
		m := c.pictures.Signature(d.Rand, name)
		media = append(media, m)
		rest["signature."+role] = fields{"image": m.Digest, "text": hex.EncodeToString(text[:]), "by": name, "at": at}
	}
	return media
}

var unable = []string{"右手骨折，不能写字", "不识字，愿由见证人代签说明", "视力一级残疾", "本人不愿签名，口头表示属实", "卧床，手抖不能握笔"}
