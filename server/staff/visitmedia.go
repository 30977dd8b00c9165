package staff

import (
	"slices"
	"sort"

	"zoufang"
)

func (l *lookup) media(r *zoufang.Record, p *visitPage) error {
	missing := func(d zoufang.Digest) bool { return slices.Contains(r.Need, d) }
	for i, e := range elements(r, "photos") {
		s, _ := e.Text()
		d := zoufang.Digest(s)
		p.Photos = append(p.Photos, photo{d, i + 1, missing(d)})
	}
	for _, who := range signerOrder {
		h := r.Heads["signature."+who]
		if h == nil {
			continue
		}
		for _, head := range h.Live {
			sign, err := l.signature(r, who, head)
			if err != nil {
				return err
			}
			if sign != nil {
				sign.Missing = missing(sign.Digest)
				p.Signatures = append(p.Signatures, *sign)
			}
		}
	}
	return nil
}

// signature says who signed what and when, or why not.
func (l *lookup) signature(r *zoufang.Record, who string, h zoufang.Head) (*signature, error) {
	m, ok := h.Value.Object()
	if !ok {
		return nil, nil
	}
	sign := &signature{Who: signers[who]}
	text := func(key string) string {
		if s, ok := m[key].Text(); ok {
			return shorten(s, 200)
		}
		return plainWords(m[key])
	}
	if d := zoufang.Digest(text("image")); d.Valid() {
		sign.Digest = d
		if m["by"].Type() == '"' {
			by, err := l.visitor(m["by"])
			if err != nil {
				return nil, err
			}
			sign.Lines = append(sign.Lines, "签名人："+by)
		}
		if zoufang.Digest(text("text")).Valid() {
			sign.Lines = append(sign.Lines, "签的是当时屏幕上所示的走访内容，内容的指纹已一并存下")
		} else {
			sign.Lines = append(sign.Lines, "没有记下签的是什么内容")
		}
	} else {
		why := text("unable")
		if why == "是" || why == "" {
			why = "不能或不愿签名"
		}
		sign.Lines = append(sign.Lines, "没有签名："+why)
		if w := text("witness"); w != "" {
			sign.Lines = append(sign.Lines, "见证人："+w)
		}
	}
	if n, ok := m["at"].Number(); ok {
		sign.Lines = append(sign.Lines, l.s.date(int64(n))+"（手机时间）")
	}
	return sign, nil
}

func (l *lookup) remarks(r *zoufang.Record, p *visitPage) error {
	k := zoufang.KindOf(r.Kind)
	var names []string
	for name := range r.Logs {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		for _, n := range r.Logs[name] {
			text, err := l.value(k, name, n.Value)
			if err != nil {
				return err
			}
			st := r.Stamps[n.ID]
			m := remark{Text: text, Staff: st.Staff}
			if name != "remarks" {
				m.Title = l.fieldTitle(k, name)
			}
			if m.Who, err = l.person(st.User); err != nil {
				return err
			}
			m.When, m.Span = l.s.when(st)
			p.Remarks = append(p.Remarks, m)
		}
	}
	return nil
}
