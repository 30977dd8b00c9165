package zoufang_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The house: which rooms may import which. A room may import itself and the rooms
// named; "…" stands for all below. Tests may import anything but are held to the
// homes of libraries where that says so.
var rooms = []struct{ room, may string }{
	{".", ""},
	{"sync", "."},
	{"storage", "."},
	{"storage/sqlitestore", ". storage storage/turns internal/durable"},
	{"storage/dirblob", ". storage internal/durable"},
	{"storage/mongostore", ". storage storage/turns"},
	{"storage/minioblob", ". storage"},
	{"storage/turns", ""},
	{"storage/storagetest/servers/install", "storage/storagetest/servers"},
	{"storage/storagetest/servers", ""},
	{"storage/storagetest", ". storage"},
	{"internal/durable", ""},                          // files that stay, for stores too
	{"internal/tokens", ". storage"},                  // its keys live in the store
	{"internal/recovery", ". storage"},                // likewise
	{"internal/pictures", ". storage internal/thumb"}, // kept beside the media
	{"internal/…", ". internal/…"},
	{"qrcodes", "."},
	{"web/kinds", "."},
	{"web", ""},
	{"sync/intake", ". sync storage internal/content internal/fold"}, // which answers alarm, forms say
	{"sync/verify", ". sync storage"},
	{"mobileapi", ". sync sync/intake storage qrcodes internal/…"},
	{"server/catalog", ". storage internal/fold internal/reading"},
	{"server/backup", ". storage sync/verify internal/…"},
	{"server/rescue", ". sync/intake storage internal/… mobileapi"},
	{"server/desk", ". sync sync/intake storage internal/content internal/fold internal/recovery server/catalog server/rescue"},
	{"server/operator", ". sync/intake storage internal/… server/desk"},
	{"server/ledger", ". storage internal/fold internal/sheet server/catalog server/desk server/operator"},
	{"server/hooks", ". storage server/desk"},
	{"server/api", ". storage sync/intake internal/… server/desk server/catalog server/hooks server/ledger"},
	{"server/staff", ". storage qrcodes internal/… web server/desk server/operator server/rescue"},
	{"server/bench", ""},
	{"server/zoufang", "…"},
	{"server/zoufang/zoufangtest", ""},
	{"server", ". storage internal/… mobileapi web server/api server/catalog server/desk server/hooks server/ledger server/operator server/staff"},
	{"server/e2e", ""},
}

// Each third-party library has one home, beside tests.
var homes = map[string]string{
	"modernc.org/sqlite":                  "storage/sqlitestore",
	"go.mongodb.org/mongo-driver":         "storage/mongostore storage/storagetest/servers",
	"github.com/minio/minio-go":           "storage/minioblob storage/storagetest/servers",
	"filippo.io/age":                      "server/backup",
	"github.com/fxamacker/cbor":           "storage server/backup",
	"github.com/golang-jwt/jwt":           "internal/tokens",
	"github.com/tink-crypto/tink-go":      "internal/seal",
	"github.com/skip2/go-qrcode":          "qrcodes",
	"github.com/signintech/gopdf":         "qrcodes",
	"github.com/klauspost/compress":       "mobileapi server/backup",
	"golang.org/x/image":                  "internal/thumb internal/demo",
	"github.com/xuri/excelize":            "internal/sheet",
	"golang.org/x/crypto":                 "internal/password",
	"github.com/trustelem/zxcvbn":         "internal/password",
	"github.com/mozillazg/go-pinyin":      "internal/reading",
	"github.com/caarlos0/env":             "server/zoufang",
	"github.com/prometheus/client_golang": "server",
	"github.com/danielgtaylor/huma":       "server/api",
	"github.com/gofiber/fiber":            "internal/fiberapp internal/problem mobileapi server server/api server/staff",
	"github.com/valyala/fasthttp":         "internal/fiberapp internal/problem mobileapi server server/staff",
	"golang.org/x/sys":                    "storage/dirblob internal/seal internal/durable",
	"golang.org/x/text":                   "internal/fold internal/reading internal/sheet",
	"pgregory.net/rapid":                  "",
}

func TestRoomsImportDownwards(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && p != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "node_modules" || d.Name() == "data" || d.Name() == "bin") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(p, ".go") {
			return nil
		}
		files++
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		room := path.Dir(filepath.ToSlash(p))
		test := strings.HasSuffix(p, "_test.go")
		for _, spec := range f.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			if name == "zoufang/sync" && spec.Name.String() != "fieldsync" {
				t.Errorf("%s: zoufang/sync is imported under the name fieldsync", p)
			}
			if test {
				continue
			}
			if why := allowed(room, name); why != "" {
				t.Errorf("%s: %s", p, why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Fatalf("only %d files were read", files)
	}
}

func allowed(room, name string) string {
	if name == "zoufang" || strings.HasPrefix(name, "zoufang/") {
		to := strings.TrimPrefix(strings.TrimPrefix(name, "zoufang"), "/")
		if to == "" {
			to = "."
		}
		for _, r := range rooms {
			if within(room, r.room) {
				if to == room || slices.ContainsFunc(strings.Fields(r.may), func(may string) bool { return within(to, may) }) {
					return ""
				}
				return room + " may not import " + to
			}
		}
		return room + " is no room of the house: see DESIGN.md"
	}
	if first, _, _ := strings.Cut(name, "/"); !strings.Contains(first, ".") {
		return "" // the standard library
	}
	for lib, home := range homes {
		if name == lib || strings.HasPrefix(name, lib+"/") {
			if slices.Contains(strings.Fields(home), room) {
				return ""
			}
			return name + " lives in " + home
		}
	}
	return name + " has no home: add it to the table, with a reason in DESIGN.md"
}

func within(room, pattern string) bool {
	if base, all := strings.CutSuffix(pattern, "…"); all {
		return strings.HasPrefix(room, base)
	}
	return room == pattern
}
