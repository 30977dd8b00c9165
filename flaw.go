package zoufang

// Flaw is why a medium cannot be seen or heard, as far as its bytes tell; "" where
// nothing is known against it. It is kept as evidence all the same.
type Flaw string

// The flaws. Their words are on the wire (rows, "flaws") and in stored media: none may change.
const (
	FlawEmpty  Flaw = "empty"  // no bytes
	FlawCut    Flaw = "cut"    // a picture that ends before its end
	FlawHEIC   Flaw = "heic"   // a picture that only some phones show
	FlawPage   Flaw = "page"   // a page of the web: a portal's, most likely
	FlawOther  Flaw = "other"  // something that is no picture of the kinds taken
	FlawBroken Flaw = "broken" // a picture of such a kind that cannot be read
)

// Flaws lists them with what people read, in place of the picture.
var Flaws = []struct {
	Flaw  Flaw
	Label Label
}{
	{FlawEmpty, Label{"空文件", "an empty file"}},
	{FlawCut, Label{"不完整", "cut short"}},
	{FlawHEIC, Label{"HEIC 格式", "HEIC, which not every device shows"}},
	{FlawPage, Label{"是网页，不是照片", "a web page, not a photo"}},
	{FlawOther, Label{"不是照片文件", "no picture file"}},
	{FlawBroken, Label{"内容损坏", "damaged"}},
}

// Label is what people read for a flaw; that of a newer program's is a general word.
func (f Flaw) Label() Label {
	for _, known := range Flaws {
		if known.Flaw == f {
			return known.Label
		}
	}
	return Label{"打不开", "cannot be opened"}
}

// SetFlaw notes what is known of a medium that the record names, and tells whether
// that is new.
func (r *Record) SetFlaw(d Digest, f Flaw) bool {
	if r.Flaws[d] == f {
		return false
	}
	if f == "" {
		delete(r.Flaws, d)
		return true
	}
	if r.Flaws == nil {
		r.Flaws = map[Digest]Flaw{}
	}
	r.Flaws[d] = f
	return true
}
