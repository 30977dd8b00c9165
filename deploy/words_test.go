package deploy_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	span    = regexp.MustCompile("`([^`]+)`")
	command = regexp.MustCompile(`^(?:docker compose .* zoufang-1 )?(?:zoufang )?((?:(?:area|user|device|held|keys|tokens) [a-z]+|serve|enrol|backup|restore|copy|verify|doctor|health|simulate|version)\b(?: .*)?)$`)
	comment = regexp.MustCompile(`\s{2,}#.*$`)
)

// commands gives the program's command lines in a page: code spans and indented
// lines.
func commands(page string) (out []string) {
	fences := regexp.MustCompile(`(?m)^    (.*)$`).FindAllStringSubmatch(page, -1)
	spans := span.FindAllStringSubmatch(page, -1)
	for i, m := range slices.Concat(fences, spans) {
		line := strings.Join(strings.Fields(comment.ReplaceAllString(m[1], "")), " ")
		if i < len(fences) && !strings.HasPrefix(line, "zoufang ") && !strings.HasPrefix(line, "docker ") {
			continue
		}
		if c := command.FindStringSubmatch(line); c != nil {
			out = append(out, c[1])
		}
	}
	return out
}

func TestRunbookCommands(t *testing.T) {
	english, chinese := commands(text(t, "RUNBOOK.md")), commands(text(t, "RUNBOOK.zh-CN.md"))
	if len(english) < 30 {
		t.Fatalf("only %d command lines were found: %q", len(english), english)
	}
	for _, line := range slices.Compact(slices.Sorted(slices.Values(english))) {
		known(t, "RUNBOOK.md", strings.Fields(line)...)
	}
	for i := range max(len(english), len(chinese)) {
		if i >= len(english) || i >= len(chinese) || english[i] != chinese[i] {
			t.Fatalf("the runbooks part at command %d:\n%q\n%q", i+1, english[min(i, len(english)):], chinese[min(i, len(chinese)):])
		}
	}
}

// The two runbooks have the same parts, table rows and numbered steps.
func TestRunbooksAgree(t *testing.T) {
	shape := func(file string) (out []string) {
		for _, line := range strings.Split(text(t, file), "\n") {
			if m := regexp.MustCompile(`^(#+ |\||- |\d\. )`).FindString(line); m != "" {
				out = append(out, m)
			}
		}
		return out
	}
	if e, c := shape("RUNBOOK.md"), shape("RUNBOOK.zh-CN.md"); !slices.Equal(e, c) {
		t.Errorf("%d parts in English, %d in Chinese, or in another order", len(e), len(c))
	}
}

// Every setting is one of the program's.
func TestSettings(t *testing.T) {
	sources, err := filepath.Glob("../server/zoufang/*.go")
	if err != nil {
		t.Fatal(err)
	}
	program := matches(t, `env:"([A-Z0-9_]+)"`, sources...)
	for _, prefix := range matches(t, `envPrefix:"([A-Z0-9_]+)"`, sources...) {
		for _, name := range []string{"ENDPOINT", "REGION", "ACCESS_KEY", "SECRET_KEY"} {
			program = append(program, prefix+name)
		}
	}
	if len(program) < 10 {
		t.Fatalf("settings: %q", program)
	}
	for _, name := range matches(t, `\bZOUFANG_([A-Z0-9_]*[A-Z0-9])`, every(t)...) {
		if !slices.Contains(program, name) {
			t.Errorf("the program has no setting ZOUFANG_%s", name)
		}
	}
}

// Every metric that is to be watched is counted somewhere.
func TestMetrics(t *testing.T) {
	sources, err := filepath.Glob("../server/*.go")
	if err != nil {
		t.Fatal(err)
	}
	made := matches(t, `Name: "(zoufang_[a-z_]+)"`, sources...)
	named := matches(t, `(zoufang_http_[a-z_]+)`, "RUNBOOK.md", "RUNBOOK.zh-CN.md")
	if len(named) < 3 {
		t.Fatalf("named: %q", named)
	}
	for _, name := range named {
		if !slices.Contains(made, name) {
			t.Errorf("nothing counts %s", name)
		}
	}
}

// No secret, and nothing that could pass for one, lies in these files.
func TestNoSecrets(t *testing.T) {
	looks := regexp.MustCompile(`AGE-SECRET-KEY-1|-----BEGIN|mongodb(\+srv)?://[^\s:$"]+:[^\s@$"{]+@|\b[0-9a-f]{32,}\b`)
	for _, f := range every(t) {
		for _, found := range looks.FindAllString(text(t, f), -1) {
			t.Errorf("%s: %q", f, found)
		}
	}
}

// What files say of each other's names is so.
func TestNamedFilesExist(t *testing.T) {
	for _, f := range matches(t, "`((?:[a-z][a-z.-]*|Dockerfile|Caddyfile)(?:\\.(?:yaml|js|sh|service)|file)|kubernetes/)`", "RUNBOOK.md") {
		if f == "zoufang.env" {
			continue
		}
		if found, err := filepath.Glob(strings.TrimSuffix(f, "/")); err != nil || len(found) == 0 {
			t.Errorf("there is no %s", f)
		}
	}
}
