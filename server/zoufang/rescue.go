package main

import (
	"context"
	"encoding/json"
	"os"
	"time"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/server/rescue"
	"zoufang/storage"
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
		entry := storage.NewAudited(c.now(), zoufang.AuditRescueImported, zoufang.System, "")
		entry.Record = zoufang.RecordID(done.User)
		if err := s.AppendAudit(ctx, entry); err != nil {
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
		told := struct {
			rescue.Report
			Text []draftText `json:"drafts_text"`
			More int         `json:"drafts_more"`
		}{Report: done, More: m.Drafts.More}
		err = s.View(ctx, func(v storage.View) (err error) {
			told.Text, err = draftTexts(v, m.Drafts.List)
			return err
		})
		return told, err
	})
}

// draftText is a draft for whoever sits at the terminal: titles of fields and what
// would stand in them, sealed ones masked.
type draftText struct {
	What   string           `json:"what"`
	At     time.Time        `json:"at"` // by the phone's clock
	Who    string           `json:"who,omitempty"`
	About  zoufang.RecordID `json:"about,omitempty"`
	Fields [][2]any         `json:"fields"`
	Texts  []string         `json:"texts,omitempty"` // of a draft that does not say what it would become
	Media  int              `json:"media"`
}

func draftTexts(v storage.View, drafts []rescue.Draft) ([]draftText, error) {
	out := make([]draftText, 0, len(drafts))
	for _, d := range drafts {
		t := draftText{What: d.What, At: time.UnixMilli(d.At).UTC(), Who: d.Who, About: d.About, Texts: d.Texts, Media: len(d.Media), Fields: [][2]any{}}
		answers, err := d.Answers(v.Record)
		if err != nil {
			return nil, err
		}
		for _, a := range answers {
			title := a.Field
			if a.Kind != nil {
				f := a.Kind.Field(a.Field)
				if title = f.Label.Zh; f.Family() {
					title += " " + a.Field[len(f.Name):]
				}
			}
			if a.Gone {
				title += " −"
			}
			t.Fields = append(t.Fields, [2]any{fold.Told(title), json.RawMessage(a.Value)})
		}
		out = append(out, t)
	}
	return out, nil
}
