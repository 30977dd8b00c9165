package mobileapi_test

import (
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/storage"
)

func TestEnrolment(t *testing.T) {
	s := serve(t)
	u := s.user(zoufang.Coordinator, dong)
	code, k := s.code(u), newKey(t)
	ask := map[string]any{"code": code, "key": k.jwk, "name": strings.Repeat("名", 150) + "\n", "platform": "Android", "app": "1.4.0", "more": 1}
	r := s.post("/enrol", ask).is(201, "")
	if r.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", r.header)
	}
	said := r.json()
	user := said["user"].(map[string]any)
	if user["id"] != string(u.ID) || user["name"] != "王桂英" || user["role"] != "coordinator" {
		t.Errorf("user %v", user)
	}
	if areas := said["areas"].([]any); len(areas) != 1 || areas[0] != string(dong) {
		t.Errorf("areas %v", areas)
	}
	if said["epoch"] == "" || said["time"].(float64) <= 0 {
		t.Errorf("%v", said)
	}
	d, owner, err := s.store.Device(t.Context(), zoufang.DeviceID(r.text("device")))
	if err != nil || owner.ID != u.ID || d.X != k.jwk["x"] || d.Y != k.jwk["y"] || d.Name != strings.Repeat("名", 100) || d.Platform != "Android" || d.App != "1.4.0" {
		t.Errorf("%+v %v", d, err)
	}

	s.pass(time.Minute)
	again := s.post("/enrol", ask).is(201, "") // its reply was lost
	if again.text("device") != r.text("device") {
		t.Error("the same key got another device")
	}
	ask["key"] = newKey(t).jwk
	s.post("/enrol", ask).is(410, "used")
	s.pass(10 * time.Minute)
	s.post("/enrol", ask).is(410, "used")

	ask["code"] = s.code(u)
	s.pass(10*time.Minute + time.Second)
	s.post("/enrol", ask).is(410, "expired")
	ask["code"] = "never-issued"
	s.post("/enrol", ask).is(404, "not_found")
}

// A code is taken however it is typed; one of an older version, where case counts,
// goes on until its time is up.
func TestEnrolmentCodeAsTyped(t *testing.T) {
	s := serve(t)
	u := s.user(zoufang.Coordinator, dong)
	wide := func(code string) string {
		return strings.Map(func(r rune) rune {
			if r > ' ' && r < 0x7f {
				return r + 0xfee0
			}
			return r
		}, code)
	}
	for how, typed := range map[string]func(string) string{
		"as shown":          func(c string) string { return c },
		"without groups":    func(c string) string { return strings.ReplaceAll(c, "-", "") },
		"small":             strings.ToLower,
		"with blanks":       func(c string) string { return "  " + strings.ReplaceAll(c, "-", " ") + "\n" },
		"with wide blanks":  func(c string) string { return strings.ReplaceAll(c, "-", "　") },
		"full width, small": func(c string) string { return wide(strings.ToLower(c)) },
		"long dashes":       func(c string) string { return strings.ReplaceAll(c, "-", "—") },
	} {
		code := s.keep(u, fold.NewCode())
		t.Log(how, typed(code))
		s.post("/enrol", map[string]any{"code": typed(code), "key": newKey(t).jwk}).is(201, "")
		s.post("/enrol", map[string]any{"code": code, "key": newKey(t).jwk}).is(410, "used")
	}
	old := s.code(u)
	for strings.ToLower(old) == old {
		old = s.code(u)
	}
	s.post("/enrol", map[string]any{"code": strings.ToLower(old), "key": newKey(t).jwk}).is(404, "not_found")
	s.post("/enrol", map[string]any{"code": wide(old[:4]) + " " + old[4:], "key": newKey(t).jwk}).is(201, "")
	r := s.post("/enrol", map[string]any{"code": s.code(u), "key": newKey(t).jwk, "name": " 红\u202e米\u0007\n"}).is(201, "")
	if d, _, err := s.store.Device(t.Context(), zoufang.DeviceID(r.text("device"))); err != nil || d.Name != "红米" {
		t.Errorf("%+v %v", d, err)
	}
}

func TestEnrolmentOfTownshipAndAdmin(t *testing.T) {
	s := serve(t)
	for role, want := range map[zoufang.Role]int{zoufang.Township: 3, zoufang.Admin: 0} {
		r := s.post("/enrol", map[string]any{"code": s.code(s.user(role, town)), "key": newKey(t).jwk}).is(201, "")
		if areas := r.json()["areas"].([]any); len(areas) != want {
			t.Errorf("%s: areas %v", role, areas)
		}
	}
}

func TestEnrolmentRefusesWhatItCannotRead(t *testing.T) {
	s := serve(t)
	code := s.code(s.user(zoufang.Coordinator, dong))
	k := newKey(t).jwk
	offCurve := map[string]any{"kty": "EC", "crv": "P-256", "x": k["x"], "y": k["x"]}
	for _, bad := range []any{
		nil, []int{}, "text", map[string]any{"code": code}, map[string]any{"key": k},
		map[string]any{"code": code, "key": offCurve}, map[string]any{"code": 5, "key": k},
		map[string]any{"code": strings.Repeat("x", 200), "key": k},
	} {
		s.post("/enrol", bad).is(400, "body")
	}
	s.do("POST", "/enrol", strings.NewReader("{"), "Content-Type", "application/json").is(400, "body")
	s.do("POST", "/enrol", strings.NewReader("{}"), "Content-Type", "text/plain").is(415, "type")
	s.do("POST", "/enrol", strings.NewReader("{}")).is(415, "type")
	s.post("/enrol", map[string]any{"code": code, "key": k, "name": strings.Repeat("x", 20_000)}).is(413, "too_large")
	s.do("GET", "/enrol", nil).is(405, "method")
	s.post("/enrol", map[string]any{"code": code, "key": k}).is(201, "")
}

func TestOnlyFailedEnrolmentsCount(t *testing.T) {
	s := serve(t)
	for range 30 {
		s.post("/enrol", map[string]any{"code": s.code(s.user(zoufang.Coordinator, dong)), "key": newKey(t).jwk}).is(201, "")
	}
	code, k := s.code(s.user(zoufang.Coordinator, dong)), newKey(t).jwk
	for range 20 {
		s.post("/enrol", map[string]any{"code": "guess", "key": k}).is(404, "not_found")
	}
	s.pass(20 * time.Second)
	r := s.post("/enrol", map[string]any{"code": "guess", "key": k}).is(429, "slow_down")
	if r.header.Get("Retry-After") != "40" {
		t.Errorf("Retry-After %s", r.header.Get("Retry-After"))
	}
	s.post("/enrol", "text").is(429, "slow_down")
	// Whoever guesses behind the address of a township keeps nobody there out.
	s.post("/enrol", map[string]any{"code": code, "key": k}).is(201, "")
	s.post("/enrol", map[string]any{"code": code, "key": k}).is(201, "") // its reply was lost
	s.post("/enrol", map[string]any{"code": code, "key": newKey(t).jwk}).is(429, "slow_down")
	s.pass(40 * time.Second)
	s.post("/enrol", map[string]any{"code": code, "key": newKey(t).jwk}).is(410, "used")
}

// Guesses take nothing from those who write: the store's clock stands still, which
// every write moves.
func TestGuessedCodesWriteNothing(t *testing.T) {
	s := serve(t)
	before, err := storage.ReadMeta(t.Context(), s.store)
	s.must(err)
	s.pass(time.Hour)
	for range 40 {
		s.post("/enrol", map[string]any{"code": "guess", "key": newKey(t).jwk})
	}
	after, err := storage.ReadMeta(t.Context(), s.store)
	s.must(err)
	if after != before {
		t.Errorf("guesses wrote: %+v, before %+v", after, before)
	}
}

func TestEnrolmentIsTold(t *testing.T) {
	s := serve(t)
	u := s.user(zoufang.Coordinator, dong)
	p := s.phoneOf(u)
	told, _, err := s.store.ListAudit(t.Context(), storage.AuditQuery{Kind: zoufang.AuditDeviceEnrolled, Limit: 9})
	s.must(err)
	if len(told) != 1 || told[0].Who != u.ID || told[0].Device != p.device.ID || told[0].Area != dong || told[0].From != "127.0.0.1" || !told[0].OK {
		t.Errorf("%+v", told)
	}
	// A phone that cannot be told is not enrolled.
	code := s.code(u)
	s.faults("lost")
	s.post("/enrol", map[string]any{"code": code, "key": newKey(t).jwk}).is(503, "busy")
	s.faults("")
	if all, err := s.store.Devices(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("%d phones, %v", len(all), err)
	}
}
