package api

import (
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"zoufang"
)

// Shapes that follow from the table of kinds.

func schemaOf(typ string) *huma.Schema { return &huma.Schema{Type: typ} }

func listOf(s *huma.Schema) *huma.Schema { return &huma.Schema{Type: huma.TypeArray, Items: s} }

// orNull is a schema for a value that may be null.
func orNull(typ string) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{{Type: typ}, {Type: "null"}}}
}

// object is a schema of which all members are there but those that end in "?".
func object(members map[string]*huma.Schema) *huma.Schema {
	out := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{}}
	for name, s := range members {
		if optional := name[len(name)-1] == '?'; optional {
			name = name[:len(name)-1]
		} else {
			out.Required = append(out.Required, name)
		}
		out.Properties[name] = s
	}
	slices.Sort(out.Required)
	return out
}

// shape says how a facet stands in a row: a mark as a boolean, what may be several as a
// list, else a text, left out where there is none.
func shape(k *zoufang.Kind, f *zoufang.Facet) string {
	switch {
	case f.Mark:
		return huma.TypeBoolean
	case f.Several(k):
		return huma.TypeArray
	}
	return huma.TypeString
}

// rowMembers are those of a row of a list.
func rowMembers(k *zoufang.Kind) map[string]*huma.Schema {
	out := map[string]*huma.Schema{
		"id": schemaOf(huma.TypeString), "kind": {Type: huma.TypeString, Enum: []any{k.Name}}, "area": schemaOf(huma.TypeString),
		"at": {Type: huma.TypeInteger, Description: "Unix ms: when what it is about was."}, "title": schemaOf(huma.TypeString), "village": schemaOf(huma.TypeString),
	}
	for i := range k.Facets {
		f := &k.Facets[i]
		switch shape(k, f) {
		case huma.TypeBoolean:
			out[f.Name] = schemaOf(huma.TypeBoolean)
		case huma.TypeArray:
			out[f.Name] = listOf(schemaOf(huma.TypeString))
		default:
			out[f.Name+"?"] = schemaOf(huma.TypeString)
		}
	}
	return out
}

func listSchema(k *zoufang.Kind) *huma.Schema {
	return object(map[string]*huma.Schema{
		"rows": listOf(object(rowMembers(k))), "next": orNull(huma.TypeString),
		"count": schemaOf(huma.TypeInteger), "exact": schemaOf(huma.TypeBoolean),
	})
}

func wholeSchema(k *zoufang.Kind) *huma.Schema {
	members := rowMembers(k)
	members["record"] = &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true, Description: "Every head and tag, as the row of protocol §4.3."}
	members["view"] = object(map[string]*huma.Schema{
		"title": schemaOf(huma.TypeString),
		"sections": listOf(object(map[string]*huma.Schema{
			"title": schemaOf(huma.TypeString),
			"fields": listOf(object(map[string]*huma.Schema{
				"field": schemaOf(huma.TypeString), "label": schemaOf(huma.TypeString), "value": {}, "text": schemaOf(huma.TypeString), "conflict?": schemaOf(huma.TypeBoolean),
			})),
		})),
	})
	members["seen?"] = &huma.Schema{Type: huma.TypeString, Description: "The mark of what is shown, for decisions."}
	return object(members)
}

// facetParameters are the filters of a kind.
func facetParameters(k *zoufang.Kind) (out []*huma.Param) {
	explode := true
	out = append(out, areaParameter())
	for i := range k.Facets {
		f := &k.Facets[i]
		one := schemaOf(huma.TypeString)
		if f.Mark {
			one.Enum = []any{zoufang.True}
		} else if of := k.Field(f.Name); of != nil && of.Type == zoufang.OneOf {
			for _, c := range of.Choices {
				one.Enum = append(one.Enum, c.Value)
			}
		} else {
			one.MinLength = lengthOf(1)
		}
		list := listOf(one)
		list.MaxItems = lengthOf(maxValues)
		list.MinItems = lengthOf(1)
		out = append(out, &huma.Param{Name: f.Name, In: "query", Explode: &explode, Schema: list, Description: "One of several: any of these."})
	}
	return out
}

// areaParameter is a division, whole or begun.
func areaParameter() *huma.Param {
	explode := true
	list := listOf(&huma.Schema{Type: huma.TypeString, Pattern: areaForm})
	list.MinItems, list.MaxItems = lengthOf(1), lengthOf(maxValues)
	return &huma.Param{Name: "area", In: "query", Explode: &explode, Schema: list,
		Description: "A division code or the beginning of one (2, 4, 6, 9 or 12 digits); covers all below it."}
}

const areaForm = `^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$`

// byParameter names the facets that are counted.
func byParameter(k *zoufang.Kind) *huma.Param {
	one := &huma.Schema{Type: huma.TypeString}
	for _, f := range k.Facets {
		if countable(k, f.Name) {
			one.Enum = append(one.Enum, f.Name)
		}
	}
	explode := false
	list := listOf(one)
	list.MinItems = lengthOf(1)
	return &huma.Param{Name: "by", In: "query", Required: true, Explode: &explode, Schema: list, Description: "Facets, by comma."}
}

// countable reports whether records are counted by a facet: not by other records, of
// which there are as many as there are.
func countable(k *zoufang.Kind, facet string) bool {
	f := k.Field(facet)
	return k.Facet(facet) != nil && (f == nil || f.Type != zoufang.Ref)
}

func lengthOf(n int) *int { return &n }
