package zoufang

// Facet is something that lists of a kind are filtered and counted by. Values is
// pure and gives few and short values: what a record counts under, none for
// nothing.
type Facet struct {
	Name   string
	Values func(*Record) []string
	// IDs says that its values name records or people: there are as many as of these.
	IDs bool
	// Through, where it is not "", is the facet of IDs whose records' facet Of this one
	// counts by; Values gives nothing then. Whoever reads a store follows them, and no
	// further than the areas that are looked through: what a phone wrote may name any
	// record at all, and a list tells nothing of one that its reader may not see.
	Through, Of string
	Mark        bool // its one value is True
}

// True is the one value of a mark.
const True = "true"

// Several reports whether a record of the kind may count under several values.
func (f *Facet) Several(k *Kind) bool {
	of := k.Field(f.Name)
	return f.Through != "" || of != nil && of.Class == Elements
}

// Facet finds one of the kind's facets, or nil.
func (k *Kind) Facet(name string) *Facet {
	for i := range k.Facets {
		if k.Facets[i].Name == name {
			return &k.Facets[i]
		}
	}
	return nil
}

// Has reports whether the record counts under the value.
func (f *Facet) Has(r *Record, value string) bool {
	for _, v := range f.Values(r) {
		if v == value {
			return true
		}
	}
	return false
}

var byAuthor = Facet{Name: "author", IDs: true, Values: func(r *Record) []string { return []string{string(r.Author)} }}

// byVisited counts a visit under the categories of the persons visited.
var byVisited = Facet{Name: "category", Values: func(*Record) []string { return nil }, Through: "persons", Of: "categories"}

// byMarks are the facets of every kind: what a person should look at. Their one
// value is True.
var byMarks = []Facet{
	mark("conflict", func(r *Record) bool { return len(r.Conflicts()) > 0 }),
	mark("need", func(r *Record) bool { return len(r.Need) > 0 }),
	mark("changed", (*Record).Changed),
	mark(Void, (*Record).Voided),
}

func mark(name string, is func(*Record) bool) Facet {
	return Facet{Name: name, Mark: true, Values: func(r *Record) []string {
		if is(r) {
			return []string{True}
		}
		return nil
	}}
}

func byState(name string) Facet {
	return Facet{Name: name, Values: func(r *Record) []string { return []string{r.State(name)} }}
}

// byValue counts a register under the value that is shown.
func byValue(name string) Facet {
	return Facet{Name: name, Values: func(r *Record) []string { return text(r.Shown(name)) }}
}

// byLevel counts a group under its member `level`.
func byLevel(name string) Facet {
	return Facet{Name: name, Values: func(r *Record) []string {
		members, _ := r.Shown(name).Object()
		return text(members["level"])
	}}
}

// byRef counts by the record, or the person, that a register or a set names.
func byRef(name string) Facet {
	one, several := byValue(name), byElement(name)
	return Facet{Name: name, IDs: true, Values: func(r *Record) []string {
		if r.Sets[name] != nil {
			return several.Values(r)
		}
		return one.Values(r)
	}}
}

func byElement(name string) Facet {
	return Facet{Name: name, Values: func(r *Record) (out []string) {
		for _, e := range r.Sets[name] {
			if len(e.Live) > 0 {
				out = append(out, text(e.Live[0].Value)...)
			}
		}
		return out
	}}
}

func text(v Value) []string {
	if s, ok := v.Text(); ok && s != "" {
		return []string{s}
	}
	return nil
}

// Takes reports whether a facet can have the value: where its field has a closed
// list of choices, one of these.
func (k *Kind) Takes(facet, value string) bool {
	if f := k.Facet(facet); f != nil && f.Mark {
		return value == True
	}
	f := k.Field(facet)
	return f == nil || f.Type != OneOf || f.Choice(value) != nil
}
