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
		Name   string  `json:"name"`
		Title  string  `json:"title"`
		Public bool    `json:"public"`
		Fields []field `json:"fields"`
	}
	field struct {
		Name    string                  `json:"name"`
		Class   zoufang.Class           `json:"class"`
		Type    zoufang.Type            `json:"type"`
		Title   string                  `json:"title"`
		Choices []string                `json:"choices,omitempty"`
		Members map[string]zoufang.Type `json:"members,omitempty"`
		Sealed  bool                    `json:"sealed,omitempty"`
		Steps   []step                  `json:"steps,omitempty"`
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

export interface Step {
  readonly from: string;
  readonly to: string;
  readonly review?: boolean;
}

/** A field, or a family of fields when its name ends in ".". */
export interface Field {
  readonly name: string;
  readonly class: Class;
  readonly type: FieldType;
  readonly title: string;
  readonly choices?: readonly string[];
  readonly members?: { readonly [member: string]: FieldType };
  readonly sealed?: boolean;
  readonly steps?: readonly Step[];
}

export interface Kind {
  readonly name: KindName;
  readonly title: string;
  readonly public: boolean;
  readonly fields: readonly Field[];
}

export type KindName = %s;

/** The newest schema of lines this table belongs to. */
export const kindsSchema = %d;

export const kinds: readonly Kind[] = %s;
`

var types = []zoufang.Type{zoufang.Text, zoufang.Choice, zoufang.Millis, zoufang.Number, zoufang.Boolean, zoufang.Medium,
	zoufang.Hash, zoufang.Ref, zoufang.Place, zoufang.List, zoufang.Any, zoufang.Object}

// typescript lays the table out. It fails on a type that it has no name for.
func typescript() ([]byte, error) {
	var table []kind
	var names []string
	for i := range zoufang.Kinds {
		k := &zoufang.Kinds[i]
		out := kind{Name: k.Name, Title: k.Title, Public: k.Public}
		for _, f := range k.Fields {
			if !slices.Contains(types, f.Type) {
				return nil, fmt.Errorf("%s.%s: type %q is not known here", k.Name, f.Name, f.Type)
			}
			out.Fields = append(out.Fields, fieldOf(f))
		}
		table, names = append(table, out), append(names, k.Name)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(table); err != nil {
		return nil, fmt.Errorf("lay the table out: %w", err)
	}
	roles := append(slices.Clone(zoufang.Roles), zoufang.Operator)
	return fmt.Appendf(nil, head, union(types), union(roles), union(names), zoufang.Schema, bytes.TrimSpace(b.Bytes())), nil
}

func fieldOf(f zoufang.Field) field {
	out := field{Name: f.Name, Class: f.Class, Type: f.Type, Title: f.Title, Choices: f.Choices, Members: f.Members,
		Sealed: f.Sealed}
	for _, s := range f.Steps {
		out.Steps = append(out.Steps, step{s.From, s.To, s.Review})
	}
	return out
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
