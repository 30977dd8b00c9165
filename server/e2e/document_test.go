package e2e_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The checks that an answer must pass. What the document calls valid may still be
// refused: a cursor is opaque, an area has a form. Other methods are tried in server.
const documentChecks = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,negative_data_rejection,missing_required_header,ignored_auth"

// Many requests that follow from the API's document, right and wrong ones, against a
// running server: none fails it, and every answer is one that the document tells.
func TestProveTheAPIIsAsItsDocument(t *testing.T) {
	least, more := 150, []string{"--phases", "examples,fuzzing", "--max-examples", "4", "--seed", "1"}
	if proving() {
		least, more = 20_000, []string{"--phases", "examples,coverage,fuzzing", "--max-examples", "550"}
	}
	s := newServer(t)
	_, visit, _, _ := s.secretVillage(dong, "东某")
	s.secretVillage(far, "远某")
	var who struct{ ID string }
	s.run(&who, "user", "add", "--name", "孙科长", "--role", "county", "--area", county, "--login", "sun")
	var given struct{ Token string }
	s.run(&given, "token", "add", "--user", who.ID)

	out, err := exec.Command("./need-schemathesis.sh").Output()
	s.must(err)
	tools := strings.TrimSpace(string(out))
	document := filepath.Join(t.TempDir(), "openapi.json")
	resp, err := http.Get(s.base + "/api/v1/openapi.json")
	s.must(err)
	defer resp.Body.Close()
	told, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != 200 || bytes.Contains(told, []byte(visit)) {
		t.Fatalf("the document: %d %v", resp.StatusCode, err)
	}
	s.must(os.WriteFile(document, told, 0o600))
	if b, err := exec.Command(filepath.Join(tools, "openapi-spec-validator"), document).CombinedOutput(); err != nil {
		t.Fatalf("the document is not OpenAPI 3.1: %v\n%s", err, b)
	}
	settings, err := filepath.Abs("testdata/schemathesis.toml")
	s.must(err)
	args := append([]string{"--config-file", settings, "run", document, "--url", s.base + "/api/v1", "-H", "Authorization: Bearer " + given.Token, "--checks", documentChecks,
		"--suppress-health-check", "all", "--warnings", "off", "--no-color", "--workers", "1", "--generation-database", "none"}, more...)
	cmd := exec.Command(filepath.Join(tools, "schemathesis"), args...)
	hooks, err := filepath.Abs("testdata/schemathesis_hooks.py")
	s.must(err)
	cmd.Env = append(os.Environ(), "SCHEMATHESIS_HOOKS="+hooks, "PYTHONDONTWRITEBYTECODE=1")
	cmd.Dir = t.TempDir()
	b, err := cmd.CombinedOutput()
	said := string(b)
	if err != nil {
		t.Errorf("schemathesis: %v\n%.20000s", err, said)
	}
	found := regexp.MustCompile(`(\d+) generated`).FindStringSubmatch(said)
	if found == nil {
		t.Fatalf("schemathesis says not how many requests it made:\n%.4000s", said)
	}
	cases, err := strconv.Atoi(found[1])
	s.must(err)
	t.Logf("%d requests", cases)
	if cases < least {
		t.Errorf("only %d requests were made", cases)
	}
}
