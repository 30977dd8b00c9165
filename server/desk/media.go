package desk

import (
	"context"
	"slices"
	"sort"

	"zoufang"
	"zoufang/storage"
)

// Photo is a photo of a record, numbered from 1; Missing while it is on the phone.
// Flaw says in words why one cannot be seen.
type Photo struct {
	Digest  zoufang.Digest
	Number  int
	Missing bool
	Flaw    string
}

// Recording is a spoken note of a record, numbered from 1; Missing while it is on the
// phone. Flaw says in words why one cannot be heard.
type Recording struct {
	Digest  zoufang.Digest
	Number  int
	Missing bool
	Flaw    string
}

// Signature is one of a visit's, with what can be said of it; Digest is "" where
// nobody signed.
type Signature struct {
	Who     string
	Digest  zoufang.Digest
	Missing bool
	Flaw    string
	Lines   []string
}

func (l *reader) media(r *zoufang.Record, p *RecordView) error {
	missing := func(d zoufang.Digest) bool { return slices.Contains(r.Need, d) }
	for i, e := range elements(r, photos) {
		s, _ := e.Text()
		d := zoufang.Digest(s)
		p.Photos = append(p.Photos, Photo{d, i + 1, missing(d), flawOf(r, d)})
	}
	for i, e := range elements(r, audio) {
		s, _ := e.Text()
		d := zoufang.Digest(s)
		p.Recordings = append(p.Recordings, Recording{d, i + 1, missing(d), flawOf(r, d)})
	}
	f := zoufang.KindOf(r.Kind).Field(signature + zoufang.KindHousehold)
	if f == nil {
		return nil
	}
	for _, who := range f.Choices {
		h := r.Heads[signature+who.Value]
		if h == nil {
			continue
		}
		for _, head := range h.Live {
			sign, err := l.signature(who.Zh, head)
			if err != nil {
				return err
			}
			if sign != nil {
				sign.Missing, sign.Flaw = missing(sign.Digest), flawOf(r, sign.Digest)
				p.Signed = append(p.Signed, *sign)
			}
		}
	}
	return nil
}

// flawOf says why a medium of a record cannot be seen; "": nothing is known against it.
func flawOf(r *zoufang.Record, d zoufang.Digest) string {
	if f := r.Flaws[d]; f != "" {
		return f.Label().Zh
	}
	return ""
}

// signature says who signed what and when, or why not.
func (l *reader) signature(who string, h zoufang.Head) (*Signature, error) {
	m, ok := h.Value.Object()
	if !ok {
		return nil, nil
	}
	sign := &Signature{Who: who}
	text := func(key string) string {
		if s, ok := m[key].Text(); ok {
			return shorten(called(s), 200)
		}
		return called(plainWords(m[key]))
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
		sign.Lines = append(sign.Lines, l.d.date(int64(n))+"（手机时间）")
	}
	return sign, nil
}

func (l *reader) remarks(r *zoufang.Record, p *RecordView) error {
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
			m := Remark{Text: text, Staff: st.Staff}
			if name != "remarks" {
				m.Title = l.label(k, name)
			}
			if m.Who, err = l.person(st.User); err != nil {
				return err
			}
			m.When, m.Span = l.d.when(st)
			p.Remarks = append(p.Remarks, m)
		}
	}
	return nil
}

// Medium gives what is known of a stored medium that a record of the reader's names,
// also one that it named before. To all others it does not exist: NotFound. of, where it
// is not "", is the record on whose page it stands, which is opened by that.
func (d *Desk) Medium(ctx context.Context, u *zoufang.User, digest zoufang.Digest, of zoufang.RecordID, from string) (m *storage.Medium, err error) {
	if !digest.Valid() {
		return nil, refuse(NotFound)
	}
	var r *zoufang.Record
	err = d.read(ctx, u, func(l *reader) (err error) {
		m, r = nil, nil
		if of != "" {
			if r, err = l.recordOf("", of); err != nil {
				return err
			}
			if !slices.Contains(r.Media(), digest) {
				return refuse(NotFound)
			}
		}
		scope := l.areas.ScopeOf(l.u)
		found, err := l.v.Readable(storage.Reader{Areas: scope.Areas}, digest)
		if len(found) > 0 {
			m = &found[0]
		}
		return err
	})
	if err == nil && m == nil {
		err = refuse(NotFound)
	}
	if err == nil && r != nil {
		err = d.tellOpened(ctx, u, r, from)
	}
	return m, err
}
