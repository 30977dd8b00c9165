package rescue

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"zoufang"
	"zoufang/internal/recovery"
)

// Bounds of what is handed on of drafts; the rest is counted in More.
const (
	maxDrafts     = 200
	maxDraftText  = 4 << 20 // bytes of all together
	maxDraftMedia = 8 << 20
	maxDraftID    = 400
)

// Drafts is what a file's drafts say. It is for the eyes of whoever brings the file
// in: nothing of it may be stored or logged.
type Drafts struct {
	List []Draft
	More int // drafts and media over the bounds

	text, media int
}

// Draft is what was begun in an editor: what saving it would have made of it.
type Draft struct {
	What string // as the phone calls it; "" of an app that did not say
	Who  string // the name the phone put to it, or ""
	At   int64  // when it was last changed, by the phone's clock
	// About is the household or other record it is about, Area where it belongs,
	// Form of which its questions are, as id@version; each "" where the draft does
	// not say.
	About zoufang.RecordID
	Area  zoufang.AreaID
	Form  string
	Items []zoufang.Item
	// Texts is all it says, of one whose items cannot be read, numbers like those of ID
	// cards masked; Names and Areas are the records and areas it names then.
	Texts []string
	Names []zoufang.RecordID
	Areas []zoufang.AreaID
	Media []Medium

	id string
}

// Medium is a photo or a recording that a draft alone holds.
type Medium struct {
	Type  string
	Bytes []byte
}

// draft counts a draft, or a medium of one, and reads it where somebody asks.
func (m *Importer) draft(content *recovery.Content, e entry, sealed []byte, out *Report) {
	if len(e.Draft) > maxDraftID || strings.ContainsAny(e.Draft, "\n\r\x00") {
		out.Damaged++
		return
	}
	if e.Media != "" {
		m.draftMedium(content, e, sealed, out)
		return
	}
	plain, err := content.Open(draftLabel(e.Draft), sealed)
	if err != nil || !json.Valid(plain) {
		out.Damaged++
		return
	}
	out.Drafts++
	d := m.Drafts
	switch {
	case d == nil:
	case len(d.List) == maxDrafts || d.text+len(plain) > maxDraftText:
		d.More++
	default:
		d.text += len(plain)
		d.List = append(d.List, readDraft(e.Draft, e.At, plain))
	}
}

func (m *Importer) draftMedium(content *recovery.Content, e entry, sealed []byte, out *Report) {
	plain, err := content.Open(mediaLabel(e.Media), sealed)
	sum := sha256.Sum256(plain)
	if err != nil || hex.EncodeToString(sum[:]) != string(e.Media) {
		out.Damaged++
		return
	}
	kind, ok := zoufang.MediumType(e.Type)
	if !ok {
		out.Strange++
		return
	}
	out.DraftMedia++
	d := m.Drafts
	if d == nil {
		return
	}
	for i := range d.List {
		if d.List[i].id == e.Draft && d.media+len(plain) <= maxDraftMedia {
			d.media += len(plain)
			d.List[i].Media = append(d.List[i].Media, Medium{kind, plain})
			return
		}
	}
	d.More++
}
