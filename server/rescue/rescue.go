package rescue

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"time"

	"zoufang"
	"zoufang/internal/recovery"
	"zoufang/internal/tokens"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// Importer takes files in.
type Importer struct {
	Records  storage.Records
	Accounts storage.Accounts
	Blobs    storage.Blobs
	Now      func() time.Time
	// By brings the file in. Where its user is not known here, the server being
	// restored from before, all of it is held in the name of By.
	By *zoufang.User
	// May says whose files are taken; nil: everybody's.
	May func(of *zoufang.User) bool
	// Drafts is filled with what the file's drafts say; nil: they are counted alone.
	Drafts *Drafts
}

// Report counts what became of a file.
type Report struct {
	User       zoufang.UserID `json:"user"`
	Proven     bool           `json:"proven"` // the phone signed for its key and is not shut out
	Lines      int            `json:"lines"`
	Applied    int            `json:"applied"` // now or earlier
	Held       int            `json:"held"`
	Media      int            `json:"media"`       // stored, now or earlier
	Strange    int            `json:"strange"`     // media no line of the user names, or of a type not taken
	Drafts     int            `json:"drafts"`      // begun and not submitted; they are not stored
	DraftMedia int            `json:"draft_media"` // photos and recordings of drafts alone
	Damaged    int            `json:"damaged"`     // entries that do not open
	Cut        bool           `json:"cut"`         // the file ends early; what was whole was taken
}

// ErrNotYours says that the phone's user is not among those whose files are taken.
var ErrNotYours = errors.New("the rescue file is of somebody else's area")

const (
	batchLines = 500 // lines pushed in one transaction
	batchBytes = 512 << 10
)

// Import takes a file in. What was taken before an error stays; the same file may
// be taken in again.
func (m *Importer) Import(ctx context.Context, file io.Reader) (Report, error) {
	var out Report
	f, h, err := newReader(file)
	if err != nil {
		return out, err
	}
	content, by, err := m.open(ctx, h)
	if err != nil {
		return out, err
	}
	s, err := m.sender(ctx, h, by)
	if err != nil {
		return out, err
	}
	out.User, out.Proven = s.User.ID, !s.Will
	b := batch{m: m, sender: s, out: &out}
	for {
		e, sealed, err := f.next()
		switch {
		case errors.Is(err, io.EOF):
			return out, b.push(ctx)
		case errors.Is(err, errCut):
			out.Cut = true
			return out, b.push(ctx)
		case err != nil:
			return out, errors.Join(err, b.push(ctx))
		}
		switch {
		case e.Draft != "":
			m.draft(content, e, sealed, &out)
		case e.Media == "":
			err = b.line(ctx, content, e, sealed)
		default:
			if err = b.push(ctx); err == nil {
				err = m.medium(ctx, content, s, e, sealed, &out)
			}
		}
		if err != nil {
			return out, err
		}
	}
}

// open takes the content key out of the first wrap whose key is known here.
func (m *Importer) open(ctx context.Context, h header) (*recovery.Content, wrap, error) {
	keys, err := recovery.Keys(ctx, m.Accounts, m.Now())
	if err != nil {
		return nil, wrap{}, err
	}
	why := "it was made for another server"
	for _, w := range h.Wraps {
		for _, k := range keys {
			if k.ID != w.Key {
				continue
			}
			content, err := k.Unwrap(w.bytes)
			if err == nil || !errors.Is(err, recovery.ErrWrap) {
				return content, w, err
			}
			why = "its key is damaged"
		}
	}
	return nil, wrap{}, badFile("%s", why)
}

// sender says in whose name the lines are judged. Who cannot be shown to have made
// the file sends a last will: all of it is held.
func (m *Importer) sender(ctx context.Context, h header, by wrap) (intake.Sender, error) {
	u, err := m.Accounts.User(ctx, h.User)
	if errors.Is(err, storage.ErrNotFound) {
		return intake.Sender{User: m.By, Device: &zoufang.Device{ID: h.Device, User: m.By.ID}, Will: true, By: m.By.ID}, nil
	}
	if err != nil {
		return intake.Sender{}, err
	}
	if m.May != nil && !m.May(u) {
		return intake.Sender{}, ErrNotYours
	}
	s := intake.Sender{User: u, Device: &zoufang.Device{ID: h.Device, User: u.ID}, Will: true, By: m.By.ID}
	d, of, err := m.Accounts.Device(ctx, h.Device)
	if errors.Is(err, storage.ErrNotFound) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	if of.ID != u.ID {
		return s, badFile("its phone is another person's")
	}
	s.Device = d
	s.Will = d.Revoked != 0 || u.Disabled || !tokens.Signed(d, tokens.RescueText(d.ID, u.ID, by.Key, by.bytes), by.Proof)
	if !s.Will {
		s.By = ""
	}
	return s, nil
}

// batch gathers lines for one push.
type batch struct {
	m      *Importer
	sender intake.Sender
	out    *Report
	lines  []intake.Line
	bytes  int
}

func (b *batch) line(ctx context.Context, content *recovery.Content, e entry, sealed []byte) error {
	b.out.Lines++
	plain, err := content.Open(lineLabel(e), sealed)
	if err != nil || !plainID(string(e.Device)) {
		b.out.Damaged++
		return nil
	}
	l := intake.Read(plain)
	if l.ID != e.Line {
		b.out.Damaged++
		return nil
	}
	if len(b.lines) == batchLines || b.bytes+len(plain) > batchBytes {
		if err := b.push(ctx); err != nil {
			return err
		}
	}
	b.lines, b.bytes = append(b.lines, l), b.bytes+len(plain)
	return nil
}

func (b *batch) push(ctx context.Context) error {
	if len(b.lines) == 0 {
		return nil
	}
	in := intake.Intake{Records: b.m.Records}
	out, err := in.Push(ctx, b.sender, intake.Expect{}, b.lines)
	if err != nil {
		return err
	}
	for _, a := range out.Answers {
		if a.R == intake.Kept {
			b.out.Held++
		} else {
			b.out.Applied++
		}
	}
	b.lines, b.bytes = nil, 0
	return nil
}

// medium stores a medium that a line of the user names.
func (m *Importer) medium(ctx context.Context, content *recovery.Content, s intake.Sender, e entry, sealed []byte, out *Report) error {
	if !e.Media.Valid() {
		out.Damaged++
		return nil
	}
	plain, err := content.Open(mediaLabel(e.Media), sealed)
	sum := sha256.Sum256(plain)
	if err != nil || hex.EncodeToString(sum[:]) != string(e.Media) {
		out.Damaged++
		return nil
	}
	kind, ok := zoufang.MediumType(e.Type)
	if !ok {
		out.Strange++
		return nil
	}
	named := false
	err = m.Records.View(ctx, func(v storage.View) error {
		names, err := v.Names(e.Media)
		named = slices.Contains(names.Users, s.User.ID)
		return err
	})
	if err != nil {
		return err
	}
	if !named {
		out.Strange++
		return nil
	}
	if err := m.Blobs.Put(ctx, e.Media, int64(len(plain)), bytes.NewReader(plain)); err != nil {
		return err
	}
	out.Media++
	return m.Records.Update(ctx, "", func(tx storage.Tx) error {
		_, err := intake.Arrive(tx, storage.Medium{Digest: e.Media, Type: kind, Size: int64(len(plain))}, s.Device.ID)
		return err
	})
}
