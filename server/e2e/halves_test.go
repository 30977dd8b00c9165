package e2e_test

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The tests run twice: on a data directory, and in production (see inProduction).
// Each test runs in both halves, but for these, which run in one because of what
// they are about. Asked for by name (go test -run), a test runs in any half.
var (
	inProductionAlone = map[string]string{
		"TestProveClusterSurvivesEveryBlow": "it kills MongoDB and MinIO",
		"TestSpoiltLinesToMongoDB":          "it spoils the line to MongoDB",
		"TestSpoiltLinesToMinIO":            "it spoils the line to MinIO",
		"TestFromADirectoryIntoProduction":  "it begins with the one and ends with the other, whatever the half",
	}
	onADirectoryAlone = map[string]string{
		"TestTheHalvesAreWhole": "it reads the tests' source",
	}
)

// halve leaves out what the other half runs.
func halve() error {
	flag.Parse()
	if flag.Lookup("test.run").Value.String() != "" {
		return nil
	}
	out := inProductionAlone
	if inProduction() {
		out = onADirectoryAlone
	}
	pattern := "^(" + strings.Join(slices.Sorted(maps.Keys(out)), "|") + ")$"
	skip := flag.Lookup("test.skip")
	if given := skip.Value.String(); given != "" {
		pattern += "|" + given
	}
	return skip.Value.Set(pattern)
}

// No test is left out of a half but those named above, and none skips itself.
func TestTheHalvesAreWhole(t *testing.T) {
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if d, ok := n.(*ast.FuncDecl); ok && d.Recv == nil && strings.HasPrefix(d.Name.Name, "Test") && d.Name.Name != "TestMain" {
				there[d.Name.Name] = true
			}
			if x, ok := n.(*ast.SelectorExpr); ok && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, x.Sel.Name) {
				t.Errorf("%s: a test skips itself", name)
			}
			return true
		})
	}
	for _, alone := range []map[string]string{inProductionAlone, onADirectoryAlone} {
		for name, why := range alone {
			if !there[name] || why == "" {
				t.Errorf("%s is said to run in one half alone because %q, and is no test", name, why)
			}
			t.Logf("%s runs in one half alone: %s", name, why)
		}
	}
	if n := len(there) - len(inProductionAlone) - len(onADirectoryAlone); n < 100 {
		t.Errorf("only %d tests run in both halves", n)
	}
}
