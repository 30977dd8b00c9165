package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"zoufang"
)

// The table as it is written, member names as they are read in TypeScript. Who may
// do what is not in it: the server says, and holds what it does not allow.
type (
	kind struct {
		Name    string  `json:"name"`
		Title   string  `json:"title"`
		Public  bool    `json:"public,omitempty"`
		NamedBy string  `json:"namedBy,omitempty"`
		Draft   string  `json:"draft,omitempty"`
		Fields  []field `json:"fields"`
	}
	field struct {
		Name    string        `json:"name"`
		Class   zoufang.Class `json:"class"`
		Type    zoufang.Type  `json:"type"`
		Title   string        `json:"title"`
		Choices []choice      `json:"choices,omitempty"`
		Media   []string      `json:"media,omitempty"`
		Most    int           `json:"most,omitempty"`
		Phone   bool          `json:"phone,omitempty"`
		Sealed  bool          `json:"sealed,omitempty"`
		Steps   []step        `json:"steps,omitempty"`
	}
	choice struct {
		Value string       `json:"value"`
		Title string       `json:"title"`
		Tone  zoufang.Tone `json:"tone,omitempty"`
	}
	step struct {
		From   string `json:"from"`
		To     string `json:"to"`
		Review bool   `json:"review,omitempty"`
	}
)

const head = `// Generated from the table of kinds by "go run ./web/kinds". Not to be edited.

export type Class = "reg" | "grp" | "set" | "log" | "state";

export type FieldType = %s;

export type Role = %s;

export type Tone = %s;

export interface Step {
  readonly from: string;
  readonly to: string;
  readonly review?: boolean;
}

/** A value, what people read for it, and the meaning of its colour. */
export interface Choice {
  readonly value: string;
  readonly title: string;
  readonly tone?: Tone;
}

/** A field, or a family of fields when its name ends in ".". */
export interface Field {
  readonly name: string;
  readonly class: Class;
  readonly type: FieldType;
  readonly title: string;
  readonly choices?: readonly Choice[];
  /** Members of a group that name media; no program here asks for another's type. */
  readonly media?: readonly string[];
  /** Characters an editor takes. */
  readonly most?: number;
  /** It stands on the phone's page of the record, and in its editor. */
  readonly phone?: boolean;
  readonly sealed?: boolean;
  readonly steps?: readonly Step[];
}

export interface Kind {
  readonly name: KindName;
  readonly title: string;
  readonly public?: boolean;
  /** The field that says which record it is. */
  readonly namedBy?: string;
  /** The state in which a record is its author's draft and counts for nothing. */
  readonly draft?: string;
  readonly fields: readonly Field[];
}

export type KindName = %s;

/** The newest schema of lines this table belongs to. */
export const kindsSchema = %d;

export const kinds: readonly Kind[] = %s;
`

var types = []zoufang.Type{zoufang.Text, zoufang.OneOf, zoufang.Millis, zoufang.Number, zoufang.Boolean, zoufang.Medium,
	zoufang.Hash, zoufang.Ref, zoufang.Division, zoufang.List, zoufang.Any, zoufang.Object}

var tones = []zoufang.Tone{zoufang.Plain, zoufang.Pine, zoufang.Amber, zoufang.Brick, zoufang.Indigo, zoufang.Plum}

// typescript lays the table out. It fails on a type that it has no name for.
func typescript() ([]byte, error) {
	var table []kind
	var names []string
	for i := range zoufang.Kinds {
		k := &zoufang.Kinds[i]
		out := kind{Name: k.Name, Title: k.Label.Zh, Public: k.Public, NamedBy: k.NamedBy, Draft: k.Draft}
		for _, f := range k.Fields {
			if !slices.Contains(types, f.Type) {
				return nil, fmt.Errorf("%s.%s: type %q is not known here", k.Name, f.Name, f.Type)
			}
			out.Fields = append(out.Fields, fieldOf(f))
		}
		table, names = append(table, out), append(names, k.Name)
	}
	b, err := indented(table)
	if err != nil {
		return nil, err
	}
	roles := append(slices.Clone(zoufang.Roles), zoufang.Operator)
	return fmt.Appendf(nil, head, union(types), union(roles), union(tones), union(names), zoufang.Schema, b), nil
}

func fieldOf(f zoufang.Field) field {
	out := field{Name: f.Name, Class: f.Class, Type: f.Type, Title: f.Label.Zh, Most: f.Most,
		Phone: f.Shows&zoufang.OnPhone != 0, Sealed: f.Sealed}
	for _, c := range f.Choices {
		out.Choices = append(out.Choices, choice{c.Value, c.Zh, c.Tone})
	}
	for _, m := range f.Members {
		if m.Type == zoufang.Medium {
			out.Media = append(out.Media, m.Name)
		}
	}
	for _, s := range f.Steps {
		out.Steps = append(out.Steps, step{s.From, s.To, s.Review})
	}
	return out
}

// english says in English what the table says in Chinese. One Chinese word has one
// English: a second is an error, since a screen looks it up by the first.
func english() ([]byte, error) {
	words, names := map[string]string{}, map[string]string{}
	var twice []string
	add := func(l zoufang.Label) {
		if had, there := words[l.Zh]; there && had != l.En {
			twice = append(twice, fmt.Sprintf("%s is %q and %q", l.Zh, had, l.En))
		}
		words[l.Zh] = l.En
	}
	for i := range zoufang.Kinds {
		names[zoufang.Kinds[i].Name] = zoufang.Kinds[i].Label.En
		for _, f := range zoufang.Kinds[i].Fields {
			add(f.Label)
			for _, c := range f.Choices {
				add(c.Label)
			}
			for _, m := range f.Members {
				for _, c := range m.Choices {
					add(c.Label)
				}
			}
		}
	}
	if twice != nil {
		return nil, fmt.Errorf("two English words for one: %v", twice)
	}
	titles, err := indented(words)
	if err != nil {
		return nil, err
	}
	kinds, err := indented(names)
	return fmt.Appendf(nil, `// Generated from the table of kinds by "go run ./web/kinds". Not to be edited.

/** What fields and choices are called in English, by what they are in Chinese. */
export const titles: { readonly [zh: string]: string } = %s;

/** What kinds are called in English, by name: as part of a sentence. */
export const kinds: { readonly [kind: string]: string } = %s;
`, titles, kinds), err
}

// rules writes the sentences about faults in one language, and which of them name
// their field by themselves.
func rules(language string, of func(zoufang.Label) string) ([]byte, error) {
	say, whole := map[zoufang.Rule]string{}, []zoufang.Rule{}
	for r, l := range zoufang.Rules() {
		say[r] = of(l)
		if r.Whole() {
			whole = append(whole, r)
		}
	}
	slices.Sort(whole)
	sentences, err := indented(say)
	if err != nil {
		return nil, err
	}
	names, err := indented(whole)
	if err != nil {
		return nil, err
	}
	why := map[zoufang.Flaw]string{"": of(zoufang.Flaw("").Label())}
	for _, f := range zoufang.Flaws {
		why[f.Flaw] = of(f.Label)
	}
	flaws, err := indented(why)
	return fmt.Appendf(nil, `// Generated from the rules by "go run ./web/kinds". Not to be edited.

/** What broke a rule, in %s. {field} and the fault's args by name are filled in. */
export const rules: { readonly [rule: string]: string } = %s;

/** Rules whose sentence names its field by itself. */
export const whole: readonly string[] = %s;

/** Why a medium cannot be seen or heard; "": why is not known. */
export const flaws: { readonly [flaw: string]: string } = %s;
`, language, sentences, names, flaws), err
}

func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("lay the table out: %w", err)
	}
	return bytes.TrimSpace(b.Bytes()), nil
}

func union[T ~string](of []T) string {
	var b bytes.Buffer
	for i, s := range of {
		if i > 0 {
			b.WriteString(" | ")
		}
		fmt.Fprintf(&b, "%q", string(s))
	}
	return b.String()
}
