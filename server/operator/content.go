package operator

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"zoufang"
	"zoufang/internal/content"
	"zoufang/storage"
)

// maxTops bounds in how many areas the content is published.
const maxTops = 64

// superseded is the reason a new version is void for, where an office has its own.
const superseded = "本单位已改过上一版，新版先不启用；要用新版，请撤回这条作废"

// ScatteredError says that the known areas lie in too many places for the content.
type ScatteredError struct{ Tops int }

func (e *ScatteredError) Error() string {
	return fmt.Sprintf("%d areas lie in no wider one; import the county or city they belong to", e.Tops)
}

// PublishContent gives every top area (one that no wider known area covers) the
// forms, rules, calendars and departments that the program brings along, as the
// operator's own commits. What is there already is left as it is, changed or not,
// so it may be done again at any time; a new version comes beside the old one,
// void where somebody changed the old one. It returns how many records it made.
func (o *Operator) PublishContent(ctx context.Context) (int, error) {
	docs, err := content.Shipped()
	if err != nil {
		return 0, fmt.Errorf("the shipped content: %w", err)
	}
	return o.PublishDocuments(ctx, docs)
}

// PublishDocuments publishes the documents as PublishContent does.
func (o *Operator) PublishDocuments(ctx context.Context, docs []content.Document) (int, error) {
	var actions [][]zoufang.Item
	err := o.Records.View(ctx, func(v storage.View) error {
		actions = nil
		areas, err := v.Areas()
		if err != nil {
			return err
		}
		tops := topAreas(areas)
		if len(tops) > maxTops {
			return &ScatteredError{len(tops)}
		}
		for _, top := range tops {
			for _, d := range docs {
				action, err := o.missing(v, top, d)
				if err != nil {
					return err
				}
				if action != nil {
					actions = append(actions, action)
				}
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return len(actions), o.push(ctx, actions...)
}

// missing is the commit that publishes a document; nil where it is there.
func (o *Operator) missing(v storage.View, top zoufang.AreaID, d content.Document) ([]zoufang.Item, error) {
	rec, err := v.Record(d.ID(top))
	if err != nil || rec != nil {
		return nil, err
	}
	fields := d.Fields()
	for before := d.Heading.Version - 1; before > 0; before-- {
		old, err := v.Record(content.RecordID(top, d.Kind, d.Heading.Name, before))
		if err != nil {
			return nil, err
		}
		if old != nil && changed(old) {
			fields[zoufang.Void] = superseded
		}
	}
	return []zoufang.Item{zoufang.New(d.ID(top), d.Kind, top, fields)}, nil
}

// changed reports whether anybody but the operator wrote to the record.
func changed(r *zoufang.Record) bool {
	for _, s := range r.Stamps {
		if s.User != zoufang.System {
			return true
		}
	}
	return false
}

// topAreas lists, in order, the areas that lie in no wider known one.
func topAreas(areas zoufang.Areas) []zoufang.AreaID {
	var out []zoufang.AreaID
	for id := range areas {
		known := func(above zoufang.AreaID) bool { _, ok := areas[above]; return ok }
		if !slices.ContainsFunc(id.Above(), known) {
			out = append(out, id)
		}
	}
	slices.SortFunc(out, func(a, b zoufang.AreaID) int { return strings.Compare(string(a), string(b)) })
	return out
}
