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
	Set      Class = "set"
	Log      Class = "log"
	State    Class = "state"
)

// Type says what a value or element must be. null clears any register or group.
type Type string

// The types of values.
const (
	Text    Type = "text"
	Choice  Type = "choice" // one of Field.Choices
	Millis  Type = "ms"     // Unix milliseconds, whole
	Number  Type = "number"
	Boolean Type = "bool"
	Medium  Type = "medium" // the digest of a photo, signature or recording
	Hash    Type = "hash"   // a SHA-256 that is no medium
	Ref     Type = "record" // the id of a record
	Place   Type = "area"   // a division code
	List    Type = "list"   // any array of text
	Any     Type = "any"    // any JSON value
	Object  Type = "object" // a group: members as in Field.Members
)

// Field is one field of a kind, or a family of them when its name ends in ".".
type Field struct {
	Name    string
	Class   Class
	Type    Type
	Title   string // as users read it
	Choices []string
	Members map[string]Type // of a group; others may be there and are kept
	Sealed  bool            // masked on the wire, each opening logged
	Writers []Role          // who may write it; empty: whoever may edit the record
	Steps   []Step          // of a state; the first value is Choices[0]
}

// Step is an allowed change of a state field.
type Step struct {
	From, To string
	By       []Role                     // who; the record's area must be theirs
	Author   bool                       // the record's author alone
	Rule     func(*Record) (why string) // "" if the record may take the step
	Review   bool                       // binds the content seen: see Record.Changed
}

// Kind is one kind of record.
type Kind struct {
	Name   string
	Title  string
	Public bool // flows down to every phone below its area
	Create []Role
	Edit   []Role
	Fields []Field

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
		if f := k.byName[name[:dot]]; f != nil && familyMember(f, name[dot:]) {
			return f
		}
	}
	return nil
}

const maxName = 120 // bytes of a field name

// familyMember holds a family with a closed list of members to it.
func familyMember(f *Field, member string) bool {
	if f.Type == Choice || len(f.Choices) == 0 {
		return true
	}
	for _, c := range f.Choices {
		if c == member {
			return true
		}
	}
	return false
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

var kindsByName = func() map[string]*Kind {
	m := map[string]*Kind{}
	for i := range Kinds {
		k := &Kinds[i]
		k.Fields = append(k.Fields, Field{Name: Void, Class: Register, Type: Text, Title: "作废原因"})
		k.byName = map[string]*Field{}
		for i := range k.Fields {
			k.byName[k.Fields[i].Name] = &k.Fields[i]
		}
		m[k.Name] = k
	}
	return m
}()
