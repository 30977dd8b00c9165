package rescue_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/recovery"
	"zoufang/internal/seal"
	"zoufang/internal/tokens"
	office "zoufang/server/desk"
	"zoufang/server/operator"
	"zoufang/server/rescue"
	"zoufang/storage"
	"zoufang/storage/dirblob"
	"zoufang/storage/sqlitestore"
	"zoufang/sync/verify"
)

const dong = zoufang.AreaID("990101001201")

// desk is a store with one coordinator, whose phone cannot send.
type desk struct {
	*testing.T
	store   *sqlitestore.Store
	blobs   *dirblob.Store
	user    zoufang.User
	device  zoufang.Device
	private *ecdsa.PrivateKey
	content []byte // the phone's content key
	n       int64
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{T: t, content: make([]byte, 32)}
	rand.Read(d.content)
	dir := t.TempDir()
	keys, err := seal.Open(filepath.Join(dir, "keys", "seal.json"))
	d.must(err)
	d.store, err = sqlitestore.Open(t.Context(), filepath.Join(dir, "zoufang.db"), keys)
	d.must(err)
	t.Cleanup(func() { d.store.Close() })
	d.blobs, err = dirblob.Open(filepath.Join(dir, "media"), time.Now())
	d.must(err)
	r := operator.Operator{Records: d.store, Accounts: d.store, Now: time.Now}
	_, err = r.ImportAreas(t.Context(), strings.NewReader("code,name\n990101000000,县\n990101001000,镇\n"+string(dong)+",东村\n"), false)
	d.must(err)
	d.user, _, err = r.AddUser(t.Context(), operator.NewUser{Name: "李芳", Role: zoufang.Coordinator, Areas: []zoufang.AreaID{dong}})
	d.must(err)
	d.private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	d.must(err)
	point, err := d.private.PublicKey.Bytes()
	d.must(err)
	now := time.Now().UnixMilli()
	d.must(d.store.AddCode(t.Context(), storage.Code{Hash: "h", User: d.user.ID, Expires: now + 60_000}))
	enrolled, err := d.store.UseCode(t.Context(), "h", now, zoufang.Device{ID: "-phone", User: d.user.ID, X: b64(point[1:33]), Y: b64(point[33:]), Enrolled: now})
	d.must(err)
	d.device = *enrolled
	return d
}

func (d *desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (d *desk) line(do ...any) []byte {
	d.n++
	b, err := zoufang.Action{Device: d.device.ID, N: d.n, User: d.user.ID, At: time.Now().UnixMilli(), Page: "p"}.Frozen(do)
	d.must(err)
	return b
}

// file is a rescue file as a phone makes it.
type file struct {
	bytes.Buffer
	d       *desk
	content *recovery.Content
	entries int
}

func (d *desk) file(proof bool, change func(map[string]any)) *file {
	d.Helper()
	keys, err := recovery.Keys(d.Context(), d.store, time.Now())
	d.must(err)
	wrapped, err := keys[0].Wrap(d.content)
	d.must(err)
	content, err := recovery.NewContent(d.content)
	d.must(err)
	head := map[string]any{"zoufang": "rescue", "v": 1, "device": d.device.ID, "user": d.user.ID, "kid": keys[0].ID, "wrapped": b64(wrapped), "at": 1, "app": "1.0.0"}
	if proof {
		hash := sha256.Sum256([]byte(tokens.RescueText(d.device.ID, d.user.ID, keys[0].ID, wrapped)))
		r, s, err := ecdsa.Sign(rand.Reader, d.private, hash[:])
		d.must(err)
		head["proof"] = b64(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
	}
	if change != nil {
		change(head)
	}
	f := &file{d: d, content: content}
	f.json(head)
	return f
}

func (f *file) json(v any) {
	b, err := json.Marshal(v)
	f.d.must(err)
	f.Write(append(b, '\n'))
}

func (f *file) line(b []byte) *file {
	c, _ := zoufang.ParseCommit(b)
	id, _ := zoufang.HashLine(b)
	sealed := f.content.Seal(fmt.Sprintf("zoufang-line-v1\n%s\n%d", c.Device, c.N), b)
	f.json(map[string]any{"line": id, "dev": c.Device, "n": c.N, "bytes": len(sealed)})
	f.Write(append(sealed, '\n'))
	f.entries++
	return f
}

func digest(b []byte) string { h := sha256.Sum256(b); return hex.EncodeToString(h[:]) }

func (f *file) media(kind string, b []byte) *file {
	sealed := f.content.Seal("zoufang-media-v1\n"+digest(b), b)
	f.json(map[string]any{"media": digest(b), "type": kind, "bytes": len(sealed)})
	f.Write(append(sealed, '\n'))
	f.entries++
	return f
}

func (f *file) end() []byte {
	f.json(map[string]any{"end": f.entries})
	return f.Bytes()
}

func (d *desk) take(b []byte) (rescue.Report, error) {
	m := rescue.Importer{Records: d.store, Accounts: d.store, Blobs: d.blobs, Now: time.Now, By: zoufang.SystemUser()}
	return m.Import(d.Context(), bytes.NewReader(b))
}

func (d *desk) want(b []byte, want rescue.Report) {
	d.Helper()
	want.User = d.user.ID
	if got, err := d.take(b); err != nil || got != want {
		d.Errorf("got %+v %v, want %+v", got, err, want)
	}
}

func (d *desk) record(id zoufang.RecordID) (r *zoufang.Record) {
	d.must(d.store.View(d.Context(), func(v storage.View) (err error) {
		r, err = v.Record(id)
		return err
	}))
	return r
}

// A phone whose PIN is forgotten: the visit, its photo and a line for another
// village arrive by file as they would have by sync.
func TestRescue(t *testing.T) {
	d := newDesk(t)
	photo := []byte("a photo, more or less")
	visit := zoufang.NewRecordID(1)
	lines := [][]byte{
		d.line([]any{"new", visit, "visit", dong, map[string]any{"type": "routine", "note": "好", "photos": []string{digest(photo)}}}),
		d.line([]any{"go", visit, "state", "draft", "submitted", []any{}}),
		d.line([]any{"new", zoufang.NewRecordID(2), "visit", "990102001201", map[string]any{"type": "routine"}}),
	}
	f := d.file(true, nil)
	for _, l := range lines {
		f.line(l)
	}
	b := f.media("image/jpeg", photo).media("image/jpeg", []byte("nobody names it")).media("text/html", photo).end()
	want := rescue.Report{Proven: true, Lines: 3, Applied: 2, Held: 1, Media: 1, Strange: 2}
	d.want(b, want)
	d.want(b, want) // and once more
	r := d.record(visit)
	if r == nil || r.State("state") != "submitted" || len(r.Need) != 0 || r.Author != d.user.ID {
		t.Fatalf("the visit: %+v", r)
	}
	if n, err := d.blobs.Stat(t.Context(), zoufang.Digest(digest(photo))); err != nil || n != int64(len(photo)) {
		t.Errorf("the photo: %d %v", n, err)
	}
	d.must(d.store.View(t.Context(), func(v storage.View) error {
		for i, l := range lines {
			id, _ := zoufang.HashLine(l)
			if c, err := v.Commit(id); err != nil || c == nil || !bytes.Equal(c.Line, l) {
				t.Errorf("line %d is not there as it was saved", i)
			}
		}
		return nil
	}))
}

// A file proves nobody's name by itself: without the phone's signature, or from a
// phone that is shut out, all waits for a person's word.
func TestUnprovenIsHeld(t *testing.T) {
	for name, c := range map[string]struct {
		proof  bool
		before func(*desk)
		change func(map[string]any)
		why    string
	}{
		"not signed":    {false, nil, nil, "不能证明"},
		"bad signature": {true, nil, func(h map[string]any) { h["proof"] = strings.Repeat("A", 86) }, "不能证明"},
		"revoked phone": {true, func(d *desk) { d.must(d.store.Revoke(d.Context(), d.device.ID, 1)) }, nil, "已注销"},
		"disabled user": {true, func(d *desk) { u := d.user; u.Disabled = true; d.must(d.store.PutUser(d.Context(), u)) }, nil, "已注销"},
		"unknown phone": {true, nil, func(h map[string]any) { h["device"] = "other" }, "不能证明"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			if c.before != nil {
				c.before(d)
			}
			photo, visit := []byte("photo"), zoufang.NewRecordID(1)
			b := d.file(c.proof, c.change).line(d.line([]any{"new", visit, "visit", dong, map[string]any{"type": "routine", "photos": []string{digest(photo)}}})).media("image/png", photo).end()
			d.want(b, rescue.Report{Lines: 1, Held: 1, Media: 1})
			if d.record(visit) != nil {
				t.Error("a line nobody vouched for was applied")
			}
			d.must(d.store.View(d.Context(), func(v storage.View) error {
				return v.HeldOpen(func(h storage.Held) bool {
					if h.Code != zoufang.HeldRevoked || !strings.Contains(h.Why, c.why) {
						t.Errorf("held as %s: %s", h.Code, h.Why)
					}
					return true
				})
			}))
		})
	}
}

// The server was restored from before the coordinator's account: what they recorded
// since is held, and a person's word brings it in.
func TestUserOfAfterTheBackup(t *testing.T) {
	d := newDesk(t)
	d.user.ID = "made-after-the-backup"
	photo, visit := []byte("photo"), zoufang.NewRecordID(1)
	line := d.line([]any{"new", visit, "visit", dong, map[string]any{"type": "routine", "note": "好", "photos": []string{digest(photo)}}})
	d.user.ID = zoufang.System
	b := d.file(true, func(h map[string]any) { h["user"], h["device"] = "made-after-the-backup", "of-after-the-backup" }).line(line).media("image/jpeg", photo).end()
	d.want(b, rescue.Report{Lines: 1, Held: 1, Media: 1})
	d.want(b, rescue.Report{Lines: 1, Held: 1, Media: 1})
	id, _ := zoufang.HashLine(line)
	sun, err := office.New(office.Config{Records: d.store, Accounts: d.store, Audit: d.store, Now: time.Now})
	d.must(err)
	var refused *office.Refusal
	if _, err := sun.DecideHeld(t.Context(), zoufang.SystemUser(), id, zoufang.Release, "本人说过", ""); !errors.As(err, &refused) || refused.Code != office.Own {
		t.Fatalf("whoever brought it in releases it: %v", err)
	}
	county := zoufang.User{ID: "sun", Name: "孙县", Role: zoufang.County, Areas: []zoufang.AreaID{"990101000000"}}
	d.must(d.store.PutUser(t.Context(), county))
	if h, err := sun.DecideHeld(t.Context(), &county, id, zoufang.Release, "本人说过", "192.0.2.1"); err != nil || h != nil && h.Code.Open() {
		t.Fatalf("released: %+v %v", h, err)
	}
	if v := d.record(visit); v == nil || v.Author != "made-after-the-backup" || len(v.Need) != 0 {
		t.Errorf("the visit: %+v", v)
	}
	report, err := verify.Run(t.Context(), d.store, d.blobs, func(string) {})
	if err != nil || len(report.Faults) != 0 {
		t.Errorf("verify: %+v %v", report, err)
	}
}

func TestDamagedFiles(t *testing.T) {
	d := newDesk(t)
	one, two := d.line([]any{"new", zoufang.NewRecordID(1), "visit", dong, map[string]any{"type": "routine"}}), d.line([]any{"new", zoufang.NewRecordID(2), "visit", dong, map[string]any{"type": "care"}})
	whole := d.file(true, nil).line(one).line(two).end()
	// Cut anywhere after the first line: what is whole is taken, and it says so.
	first := bytes.IndexByte(whole, '\n') + 1
	for _, at := range []int{first, first + 5, first + 200, len(whole) - 3, len(whole) - 10} {
		got, err := d.take(whole[:at])
		if err != nil || !got.Cut {
			t.Errorf("cut at %d: %+v %v", at, got, err)
		}
	}
	d.want(whole, rescue.Report{Proven: true, Lines: 2, Applied: 2})
	// A line moved to another place, or of another id, does not count.
	f := d.file(true, nil)
	sealed := f.content.Seal("zoufang-line-v1\n-phone\n77", one)
	id, _ := zoufang.HashLine(one)
	f.json(map[string]any{"line": id, "dev": "-phone", "n": 78, "bytes": len(sealed)})
	f.Write(append(sealed, '\n'))
	f.json(map[string]any{"line": "AAAAAAAAAAAAAAAA", "dev": "-phone", "n": 77, "bytes": len(sealed)})
	f.Write(append(sealed, '\n'))
	f.entries = 2
	d.want(f.end(), rescue.Report{Proven: true, Lines: 2, Damaged: 2})

	other := newDesk(t)
	set := func(key string, v any) []byte {
		return d.file(true, func(h map[string]any) { h[key] = v }).line(one).end()
	}
	for name, b := range map[string][]byte{
		"empty":            nil,
		"no rescue file":   []byte("{}\n"),
		"a picture":        bytes.Repeat([]byte{0xff, 0xd8}, 9000),
		"newer":            set("v", 2),
		"key damaged":      set("wrapped", b64(make([]byte, 113))),
		"key short":        set("wrapped", "AAAA"),
		"another server's": other.file(true, nil).line(one).end(),
		"user with a line": set("user", "a\nb"),
		"a wrong count":    append(bytes.Clone(whole[:bytes.LastIndex(whole, []byte(`{"end"`))]), `{"end":9}`+"\n"...),
		"too large":        append(bytes.Clone(whole[:first]), `{"media":"`+digest(one)+`","type":"image/png","bytes":99999999}`+"\n"...),
		"below nothing":    append(bytes.Clone(whole[:first]), `{"line":"x","dev":"d","n":1,"bytes":-1}`+"\n"...),
		"no line feed":     append(bytes.Clone(whole[:first]), `{"line":"x","dev":"d","n":1,"bytes":1}`+"\nab\n"...),
	} {
		var bad *rescue.FileError
		if _, err := d.take(b); !errors.As(err, &bad) {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), "李芳") || strings.Contains(err.Error(), string(d.user.ID)) {
			t.Errorf("%s tells whose it is: %v", name, err)
		}
	}
	m := rescue.Importer{Records: d.store, Accounts: d.store, Blobs: d.blobs, Now: time.Now, May: func(*zoufang.User) bool { return false }}
	if _, err := m.Import(t.Context(), bytes.NewReader(whole)); !errors.Is(err, rescue.ErrNotYours) {
		t.Errorf("another area's: %v", err)
	}
}
