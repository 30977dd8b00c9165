package deploy_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var tagged = regexp.MustCompile(`^[a-z0-9./-]+:[A-Za-z0-9][A-Za-z0-9._-]*$`)

func TestCompose(t *testing.T) {
	c := documents(t, "compose.yaml")[0]
	services, _ := c["services"].(object)
	want := []string{"caddy", "minio", "mongo-1", "mongo-2", "mongo-3", "mongo-init", "zoufang-1", "zoufang-2"}
	for _, name := range want {
		if services[name] == nil {
			t.Fatalf("no service %s", name)
		}
	}
	if len(services) != len(want) {
		t.Errorf("%d services", len(services))
	}
	for name, s := range services {
		if image := word(s, "image"); !tagged.MatchString(image) || strings.HasSuffix(image, ":latest") {
			t.Errorf("%s: image %q has no tag of its own", name, image)
		}
		if !slices.Contains(words(s, "security_opt"), "no-new-privileges:true") || at(s, "deploy", "resources", "limits", "memory") == nil || word(s, "restart") == "" {
			t.Errorf("%s: no-new-privileges, a memory limit and restart are needed", name)
		}
		if ports := at(s, "ports"); (ports != nil) != (name == "caddy") {
			t.Errorf("%s: ports %v", name, ports)
		}
		environment, _ := at(s, "environment").(object)
		for key, v := range environment {
			v, _ := v.(string)
			if regexp.MustCompile(`PASSWORD|SECRET|USER|KEY|URI`).MatchString(key) && !strings.HasPrefix(v, "${") && !strings.HasPrefix(v, "/run/secrets/") {
				t.Errorf("%s: %s is written out", name, key)
			}
		}
		for _, secret := range words(s, "secrets") {
			if word(c, "secrets", secret, "file") != "secrets/"+secret {
				t.Errorf("%s: no secret %s", name, secret)
			}
		}
		if strings.HasPrefix(name, "zoufang") || name == "minio" {
			if word(s, "user") != "65532:65532" || at(s, "read_only") != true || !slices.Equal(words(s, "cap_drop"), []string{"ALL"}) {
				t.Errorf("%s: neither root, nor a writable image, nor capabilities", name)
			}
		}
	}
	if !slices.Equal(words(services["mongo-1"], "networks"), []string{"store"}) || at(c, "networks", "store", "internal") != true {
		t.Error("the stores can be reached from outside")
	}
	for _, parameter := range []string{"--replSet=zoufang", "--keyFile=/tmp/mongo-key", "--setParameter=transactionLifetimeLimitSeconds=3600"} {
		for _, m := range []string{"mongo-1", "mongo-2", "mongo-3"} {
			if !slices.Contains(words(services[m], "command"), parameter) {
				t.Errorf("%s: no %s", m, parameter)
			}
		}
	}
}

// The two servers are the program's, trust Caddy alone, and one of them backs up.
func TestComposeServers(t *testing.T) {
	c := documents(t, "compose.yaml")[0]
	var backing []string
	for _, name := range []string{"zoufang-1", "zoufang-2"} {
		s := at(c, "services", name)
		known(t, "compose.yaml", words(s, "command")...)
		if at(s, "environment", "ZOUFANG_BACKUP_DIR") != nil {
			backing = append(backing, name)
		}
		if proxy := word(c, "services", "caddy", "networks", "edge", "ipv4_address"); proxy == "" || word(s, "environment", "ZOUFANG_PROXIES") != proxy {
			t.Errorf("%s believes others than Caddy at %q", name, proxy)
		}
		if upstreams := word(c, "services", "caddy", "environment", "UPSTREAMS"); !strings.Contains(upstreams, name+":8080") {
			t.Errorf("Caddy asks %q", upstreams)
		}
	}
	if !slices.Equal(backing, []string{"zoufang-1"}) {
		t.Errorf("backups are made by %v", backing)
	}
}

func TestDockerfile(t *testing.T) {
	f := text(t, "Dockerfile")
	for _, m := range regexp.MustCompile(`(?m)^FROM (\S+) AS (\S+)`).FindAllStringSubmatch(f, -1) {
		if image := m[1]; image != "scratch" && image != "go" && (!tagged.MatchString(image) || strings.HasSuffix(image, ":latest")) {
			t.Errorf("%s is built on %s", m[2], image)
		}
	}
	_, final, ok := strings.Cut(f, "FROM scratch AS zoufang\n")
	if !ok || strings.Contains(final, "\nFROM ") {
		t.Fatal("the program's image is not the last one, from scratch")
	}
	for _, line := range []string{"\nUSER 65532:65532\n", "\nENTRYPOINT [\"zoufang\"]\n"} {
		if !strings.Contains(final, line) {
			t.Errorf("no %q", line)
		}
	}
	var check []string
	line := regexp.MustCompile(`HEALTHCHECK .*CMD (\[.*\])`).FindStringSubmatch(final)
	if line == nil || json.Unmarshal([]byte(line[1]), &check) != nil || len(check) < 2 || check[0] != "zoufang" {
		t.Fatal("no HEALTHCHECK by the program itself")
	}
	known(t, "Dockerfile", check[1:]...)
	known(t, "Dockerfile", "serve")
	for _, name := range strings.Fields(text(t, "Dockerfile.dockerignore")) {
		if strings.HasPrefix(name, "deploy/") && !strings.Contains(text(t, ".gitignore"), strings.TrimPrefix(name, "deploy")) {
			t.Errorf("%s is ignored by Docker and not by git", name)
		}
	}
}

// Every secret that compose.yaml takes is made by the script.
func TestSecretsAreMade(t *testing.T) {
	made := text(t, "make-secrets.sh")
	secrets, _ := documents(t, "compose.yaml")[0]["secrets"].(object)
	for name := range secrets {
		if !regexp.MustCompile(`(?m)(keep|random) ` + name + `\b`).MatchString(made) {
			t.Errorf("nothing makes %s", name)
		}
	}
	if info, err := os.Stat("make-secrets.sh"); err != nil || info.Mode()&0o111 == 0 {
		t.Errorf("make-secrets.sh cannot be run: %v", err)
	}
}
