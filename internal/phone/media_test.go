package phone

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// A shelf takes uploads as tus says, in memory, and can be told to fail.
type shelf struct {
	mu      sync.Mutex
	uploads map[string][]byte
	length  map[string]int
	stored  map[string][]byte
	digest  map[string]string
	log     []string
	fault   func(w http.ResponseWriter, r *http.Request) bool // answers in the shelf's place
	quiet   bool                                              // final replies name no time, as if they were lost
	epoch   string
}

func withShelf(t *testing.T, replies ...func(asked) string) (*shelf, *Phone) {
	s, p := play(t, replies...)
	p.chunk = 10
	h := &shelf{uploads: map[string][]byte{}, length: map[string]int{}, stored: map[string][]byte{}, digest: map[string]string{}, epoch: "e1"}
	s.mux.HandleFunc("/m/v1/media/have", func(w http.ResponseWriter, r *http.Request) {
		if !s.good(w, r) {
			return
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		var ask struct{ SHA256 []string }
		if err := json.NewDecoder(r.Body).Decode(&ask); err != nil {
			t.Error(err)
		}
		h.log = append(h.log, fmt.Sprintf("have %d", len(ask.SHA256)))
		have := slices.DeleteFunc(ask.SHA256, func(d string) bool { return h.stored[d] == nil })
		json.NewEncoder(w).Encode(map[string]any{"have": have, "epoch": h.epoch, "time": 5000})
	})
	serve := func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Zoufang-Proof") == "" && !s.good(w, r) {
			return
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.log = append(h.log, r.Method)
		if h.fault != nil && h.fault(w, r) {
			return
		}
		if r.Header.Get("Tus-Resumable") != "1.0.0" {
			t.Error("not tus")
		}
		h.tus(t, w, r)
	}
	s.mux.HandleFunc("/m/v1/media", serve)
	s.mux.HandleFunc("/m/v1/media/up/{id}", serve)
	return h, p
}

func (h *shelf) calls() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Join(h.log, " ")
}

func (h *shelf) tus(t *testing.T, w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if r.Method == http.MethodPost {
		id = strconv.Itoa(len(h.digest))
		meta := strings.Fields(strings.Split(r.Header.Get("Upload-Metadata"), ",")[0])
		digest, err := base64.StdEncoding.DecodeString(meta[1])
		if meta[0] != "sha256" || err != nil {
			t.Error(meta)
		}
		h.digest[id], h.uploads[id] = string(digest), []byte{}
		h.length[id], _ = strconv.Atoi(r.Header.Get("Upload-Length"))
		w.Header().Set("Location", "/m/v1/media/up/"+id)
	}
	if _, ok := h.uploads[id]; !ok {
		refuse(w, 404, "not_found")
		return
	}
	if r.Method == http.MethodPatch && r.Header.Get("Upload-Offset") != strconv.Itoa(len(h.uploads[id])) {
		refuse(w, 409, "offset")
		return
	}
	part, err := io.ReadAll(r.Body)
	sum := sha256.Sum256(part)
	if len(part) > 0 && r.Header.Get("Upload-Checksum") != "sha256 "+base64.StdEncoding.EncodeToString(sum[:]) {
		t.Error("checksum of a part")
	}
	h.uploads[id] = append(h.uploads[id], part...)
	if err != nil {
		return
	}
	w.Header().Set("Upload-Offset", strconv.Itoa(len(h.uploads[id])))
	if r.Method != http.MethodHead && len(h.uploads[id]) == h.length[id] {
		if Digest(h.uploads[id]) != h.digest[id] {
			delete(h.uploads, id)
			refuse(w, 460, "checksum")
			return
		}
		h.stored[h.digest[id]] = h.uploads[id]
		if h.quiet {
			delete(h.uploads, id)
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Zoufang-Epoch", h.epoch)
		w.Header().Set("Zoufang-Time", "4000")
	}
	w.WriteHeader(map[string]int{"POST": 201, "PATCH": 204, "HEAD": 200}[r.Method])
}

var photo = bytes.Repeat([]byte("0123456789"), 3)

func TestUploadInParts(t *testing.T) {
	h, p := withShelf(t)
	digest := p.AddMedium(photo, "image/jpeg")
	if err := p.SendMedia(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := h.calls(); got != "POST PATCH PATCH" || !bytes.Equal(h.stored[digest], photo) {
		t.Error(got)
	}
	if m := p.Media()[0]; m.Epoch != "e1" || m.Time != 4000 || !m.Kept {
		t.Errorf("%+v", m)
	}
	if err := p.SendMedia(context.Background()); err != nil || h.calls() != "POST PATCH PATCH" {
		t.Errorf("sent twice: %v %v", h.calls(), err)
	}
}

func TestUploadGoesOnWhereItStopped(t *testing.T) {
	h, p := withShelf(t)
	digest := p.AddMedium(photo, "image/jpeg")
	cuts := 0
	h.fault = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPatch || cuts > 0 {
			return false
		}
		cuts++
		h.uploads["0"] = append(h.uploads["0"], photo[10:14]...) // four bytes came through
		panic(http.ErrAbortHandler)
	}
	if err := p.SendMedia(context.Background()); err == nil {
		t.Fatal("a cut connection went unnoticed")
	}
	if err := p.SendMedia(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := h.calls(); got != "POST PATCH HEAD PATCH PATCH" || !bytes.Equal(h.stored[digest], photo) {
		t.Error(got)
	}
}

func TestLostFinalReplyIsAskedFor(t *testing.T) {
	h, p := withShelf(t)
	h.quiet = true
	p.AddMedium(photo, "image/jpeg")
	if err := p.SendMedia(context.Background()); err == nil {
		t.Fatal("a cut connection went unnoticed")
	}
	if err := p.SendMedia(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := h.calls(); got != "POST PATCH PATCH HEAD have 1" {
		t.Error(got)
	}
	if m := p.Media()[0]; m.Time != 5000 {
		t.Errorf("%+v", m)
	}
}

func TestVanishedUploadBeginsAnew(t *testing.T) {
	h, p := withShelf(t)
	p.AddMedium(photo, "image/jpeg")
	h.fault = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPatch && h.uploads["0"] != nil {
			delete(h.uploads, "0")
		}
		return false
	}
	if err := p.SendMedia(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := h.calls(); got != "POST PATCH have 1 POST PATCH PATCH" {
		t.Error(got)
	}
}

func TestWrongOffsetAndChecksumAreRepaired(t *testing.T) {
	for _, c := range []struct {
		status int
		code   string
	}{{409, "offset"}, {460, "checksum"}} {
		h, p := withShelf(t)
		p.AddMedium(photo, "image/jpeg")
		once := false
		h.fault = func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodPatch && !once {
				once = true
				refuse(w, c.status, c.code)
				return true
			}
			return false
		}
		if err := p.SendMedia(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got := h.calls(); got != "POST PATCH HEAD PATCH PATCH" {
			t.Error(got)
		}
	}
}

func TestOldTokenDuringHeadIsRenewed(t *testing.T) {
	h, p := withShelf(t)
	p.AddMedium(photo, "image/jpeg")
	p.media[Digest(photo)].upload = p.base + "/media/up/0"
	h.uploads["0"], h.length["0"], h.digest["0"] = slices.Clone(photo[:20]), len(photo), Digest(photo)
	p.token = "too old"
	if err := p.SendMedia(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := h.calls(); got != "HEAD PATCH" {
		t.Error(got)
	}
}

func TestMediaAreKeptUntilSafe(t *testing.T) {
	at := func(now, safe int64, rows ...string) func(asked) string {
		return func(a asked) string {
			return strings.Replace(said{time: now, rows: rows}.reply(a), `"safe_at":null`, fmt.Sprintf(`"safe_at":%d`, safe), 1)
		}
	}
	h, p := withShelf(t, at(4500, 0), at(6000, 4400), at(7000, 6500), at(8000, 6500))
	ctx := context.Background()
	digest := p.AddMedium(photo, "image/jpeg")
	drop := func(want int, why string) {
		t.Helper()
		if n, err := p.DropSafe(ctx); n != want || err != nil {
			t.Errorf("%s: %d dropped, %v", why, n, err)
		}
	}
	if p.Shed(0) != 0 {
		t.Error("an unsent photo was dropped for space")
	}
	if err := p.SendMedia(ctx); err != nil {
		t.Fatal(err)
	}
	mustSync(t, p)
	drop(0, "nothing is safe yet")
	p.Commit(Add("r", "photos", digest))
	mustSync(t, p)
	drop(0, "the line is younger than the backup")
	mustSync(t, p)
	kept := h.stored[digest]
	delete(h.stored, digest)
	drop(0, "the server no longer names it")
	if p.media[digest].accepted() {
		t.Error("a photo the server denies still counts as accepted")
	}
	h.stored[digest] = kept
	if err := p.SendMedia(ctx); err != nil {
		t.Fatal(err)
	}
	mustSync(t, p)
	p.media[digest].Time = 4000
	drop(1, "all is safe")
	drop(0, "it is gone")
}

func TestNeededMediaCountAsNeverSent(t *testing.T) {
	row := func(digest string) string {
		return strings.Replace(rowLine("r", "A", 1, "x"), `"c":0`, `"c":0,"need":["`+digest+`"]`, 1)
	}
	h, p := withShelf(t, said{time: 4500, rows: []string{row(Digest(photo))}}.reply)
	digest := p.AddMedium(photo, "image/jpeg")
	if err := p.SendMedia(context.Background()); err != nil {
		t.Fatal(err)
	}
	mustSync(t, p)
	delete(h.stored, digest)
	if err := p.SendMedia(context.Background()); err != nil || h.stored[digest] == nil {
		t.Errorf("not sent again: %v", err)
	}
}

func TestLastWillMediaNeedNoToken(t *testing.T) {
	h, p := withShelf(t)
	digest := p.AddMedium(photo, "image/jpeg")
	h.fault = func(w http.ResponseWriter, r *http.Request) bool {
		if !signed(&p.key.PublicKey, "zoufang-lastwill-media-v1\nd1\n"+digest, r.Header.Get("Zoufang-Proof")) {
			t.Error("proof")
		}
		return false
	}
	if err := p.LastWillMedia(context.Background(), nil); err != nil || h.stored[digest] == nil {
		t.Error(err)
	}
}
