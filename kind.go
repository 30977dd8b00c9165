package zoufang

import (
	"strings"
	"unicode/utf8"
)

// Class says how a field merges (see package fieldsync).
type Class string

// The merge classes.
const (
	Register Class = "reg"
	Group    Class = "grp" // a register whose one value is an object
	Elements Class = "set" // of elements, each added and taken out by itself
	Log      Class = "log"
	State    Class = "state"
)

// Type says what a value or element must be. null clears any register or group.
type Type string

// The types of values.
const (
	Text     Type = "text"
	OneOf    Type = "choice" // one of Field.Choices
	Millis   Type = "ms"     // Unix milliseconds, whole
	Number   Type = "number"
	Boolean  Type = "bool"
	Medium   Type = "medium" // the digest of a photo, signature or recording
	Hash     Type = "hash"   // a SHA-256 that is no medium
	Ref      Type = "record" // the id of a record
	Division Type = "area"   // a division code
	List     Type = "list"   // any array of text
	Any      Type = "any"    // any JSON value
	Object   Type = "object" // a group: members as in Field.Members
)

// Label is what people read for a name that programs use, in Chinese and English.
type Label struct{ Zh, En string }

// Tone is the meaning of a colour (the tokens of web/shared/tokens.css); "" is plain.
type Tone string

// The tones. A colour never speaks alone: a word stands beside it.
const (
	Plain  Tone = ""
	Pine   Tone = "pine"   // done
	Amber  Tone = "amber"  // due, waiting
	Brick  Tone = "brick"  // overdue, refused
	Indigo Tone = "indigo" // returned for change
	Plum   Tone = "plum"   // two values, a person must choose
)

// Choice is a value a field may have, the words people read for it, and their tone.
type Choice struct {
	Value string
	Label
	Tone Tone
}

// Shows says where a field shows beside the record's own page and exports, which
// have all of them.
type Shows uint8

const (
	OnPhone Shows = 1 << iota // the phone's page of the record, and its editor
	InList                    // a column of lists
	Apart                     // has a place of its own on the record's page
	Asked                     // a reviewer may ask for it where it is missing
)

// Field is one field of a kind, or a family of them when its name ends in ".".
type Field struct {
	Name    string
	Class   Class
	Type    Type
	Label   Label
	Choices []Choice // of OneOf and of a family all there are; else the usual ones
	Members []Member // of a group; others may be there and are kept
	Most    int      // characters an editor takes; no line is held for it
	Unit    string   // what its elements are counted in, where they are not told (张)
	Sealed  bool     // masked on the wire, each opening logged
	Writers []Role   // who may write it; empty: whoever may edit the record
	Steps   []Step   // of a state; the first value is Choices[0]
	Shows   Shows
}

// Member is one member of a group.
type Member struct {
	Name    string
	Type    Type
	Choices []Choice // the usual ones
}

// Step is an allowed change of a state field.
type Step struct {
	From, To string
	Verb     Label                // what who takes it does (核定); "" is told as a change of the field
	By       []Role               // who; the record's area must be theirs
	Author   bool                 // the record's author alone
	Rule     func(*Record) *Fault // nil if the record may take the step
	Review   bool                 // binds the content seen: see Record.Changed
}

// Kind is one kind of record: all that is known of it (see visit.go and its like).
type Kind struct {
	Name      string
	Label     Label
	Public    bool // flows down to every phone below its area
	Create    []Role
	Edit      []Role
	NamedBy   string   // the field that says which one it is; a Ref is followed once
	Draft     string   // the first state, where a record of it is its author's alone and counts for nothing yet
	Household []string // fields that lead to its household, the first that does: "person.household" follows two
	Facets    []Facet  // what lists of it are filtered and counted by
	Fields    []Field

	byName map[string]*Field // families under their name with the dot
}

// Void is the register every record has: the reason, or null. Nothing is
// physically deleted (社会救助法 Art 70.4).
const Void = "void"

// AreaField is the name a step uses to move a record to another area.
const AreaField = "area"

// Field finds a field or the family a name belongs to. A name that is not UTF-8
// (of lone surrogates) is unknown: nothing that is stored could be read again.
func (k *Kind) Field(name string) *Field {
	dot := strings.IndexByte(name, '.') + 1
	if dot == 0 {
		return k.byName[name]
	}
	if dot < len(name) && len(name) <= maxName && utf8.ValidString(name) {
		if f := k.byName[name[:dot]]; f != nil && f.hasMember(name[dot:]) {
			return f
		}
	}
	return nil
}

const maxName = 120 // bytes of a field name

// hasMember holds a family with a closed list of members to it.
func (f *Field) hasMember(member string) bool {
	return f.Type == OneOf || len(f.Choices) == 0 || f.Choice(member) != nil
}

// Family reports whether the field stands for all names that begin with its own.
func (f *Field) Family() bool { return strings.HasSuffix(f.Name, ".") }

// Choice finds a value among the field's choices, or nil.
func (f *Field) Choice(value string) *Choice { return choiceOf(f.Choices, value) }

func choiceOf(of []Choice, value string) *Choice {
	for i := range of {
		if of[i].Value == value {
			return &of[i]
		}
	}
	return nil
}

// Member finds a member of a group, or nil.
func (f *Field) Member(name string) *Member {
	for i := range f.Members {
		if f.Members[i].Name == name {
			return &f.Members[i]
		}
	}
	return nil
}

// StateFields lists the state fields of the kind.
func (k *Kind) StateFields() []*Field {
	var out []*Field
	for i := range k.Fields {
		if k.Fields[i].Class == State {
			out = append(out, &k.Fields[i])
		}
	}
	return out
}

// Step finds an allowed change.
func (f *Field) Step(from, to string) *Step {
	for i := range f.Steps {
		if f.Steps[i].From == from && f.Steps[i].To == to {
			return &f.Steps[i]
		}
	}
	return nil
}

// KindOf finds a kind by name, or nil.
func KindOf(name string) *Kind {
	return kindsByName[name]
}
