package main

import (
	"context"
	"encoding/json"
	"os"
	"time"

	"zoufang"
	"zoufang/server/rescue"
)

func rescueImport(ctx context.Context, c *call) (any, error) {
	f, err := os.Open(c.args[0])
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return with(ctx, c.read, func(s *store) (any, error) {
		m := rescue.Importer{Records: s, Accounts: s, Blobs: s.blobs, Now: c.now, By: zoufang.SystemUser()}
		if c.Drafts {
			m.Drafts = &rescue.Drafts{}
		}
		done, err := m.Import(ctx, f)
		if err != nil {
			return nil, err
		}
		if done.Cut {
			c.say("The file ends early: what was whole was taken. Copy it from the phone again, if it is there.")
		}
		if !done.Proven {
			c.say("The phone did not sign for the file, or is shut out: its lines wait for a person's word (held list).")
		}
		if done.Drafts > 0 && !c.Drafts {
			c.say("Drafts are stored nowhere: read them with --drafts, or have the township take the file in on its page, with their photos.")
		}
		if m.Drafts == nil {
			return done, nil
		}
		return struct {
			rescue.Report
			Text []draftText `json:"drafts_text"`
			More int         `json:"drafts_more"`
		}{done, draftTexts(m.Drafts.List), m.Drafts.More}, nil
	})
}

// draftText is a draft for whoever sits at the terminal: titles of fields and what
// stands in them, sealed ones masked.
type draftText struct {
	Editor rescue.Editor    `json:"editor"`
	At     time.Time        `json:"at"` // by the phone's clock
	Who    string           `json:"who,omitempty"`
	Type   string           `json:"type,omitempty"`
	About  zoufang.RecordID `json:"about,omitempty"`
	Fields [][2]any         `json:"fields"`
	Media  int              `json:"media"`
}

func draftTexts(drafts []rescue.Draft) []draftText {
	out := make([]draftText, 0, len(drafts))
	for _, d := range drafts {
		t := draftText{Editor: d.Editor, At: time.UnixMilli(d.At).UTC(), Who: d.Who, Type: d.Type, About: d.About, Media: len(d.Media), Fields: [][2]any{}}
		for _, a := range d.Answers {
			f := zoufang.KindOf(a.Kind).Field(a.Field)
			title, v := f.Label.Zh, a.Value
			if f.Name != a.Field {
				title += " " + a.Field[len(f.Name):]
			}
			if f.Sealed {
				v = zoufang.Mask(v)
			}
			t.Fields = append(t.Fields, [2]any{title, json.RawMessage(v)})
		}
		out = append(out, t)
	}
	return out
}
