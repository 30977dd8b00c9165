package deploy_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zoufang/server/staff"
)

// cluster gives all objects by kind and name.
func cluster(t *testing.T) map[string]object {
	t.Helper()
	out := map[string]object{}
	k := documents(t, "kubernetes/kustomization.yaml")[0]
	resources := append(words(k, "resources"), "kustomization.yaml")
	files, _ := filepath.Glob("kubernetes/*.yaml")
	for _, f := range files {
		if !slices.Contains(resources, filepath.Base(f)) {
			t.Errorf("%s is not among the resources", f)
		}
		if filepath.Base(f) == "kustomization.yaml" {
			continue
		}
		for _, d := range documents(t, f) {
			kind, name := word(d, "kind"), word(d, "metadata", "name")
			if kind == "" || name == "" || word(d, "apiVersion") == "" {
				t.Errorf("%s: an object without kind, name or apiVersion", f)
			}
			if kind == "Secret" {
				t.Errorf("%s: a Secret is written out", f)
			}
			out[kind+"/"+name] = d
		}
	}
	if tag := word(k, "images", 0, "newTag"); tag == "" || tag == "latest" {
		t.Errorf("tag %q", tag)
	}
	return out
}

func TestPods(t *testing.T) {
	c := cluster(t)
	for where, pod := range map[string]any{
		"Deployment": at(c["Deployment/zoufang"], "spec", "template", "spec"),
		"CronJob":    at(c["CronJob/zoufang-backup"], "spec", "jobTemplate", "spec", "template", "spec"),
	} {
		own, box := at(pod, "securityContext"), at(pod, "containers", 0)
		inner := at(box, "securityContext")
		for what, ok := range map[string]bool{
			"runAsNonRoot":         at(own, "runAsNonRoot") == true && at(own, "runAsUser") == 65532,
			"seccomp":              word(own, "seccompProfile", "type") == "RuntimeDefault",
			"no token":             at(pod, "automountServiceAccountToken") == false,
			"no links":             at(pod, "enableServiceLinks") == false,
			"no escalation":        at(inner, "allowPrivilegeEscalation") == false,
			"read-only":            at(inner, "readOnlyRootFilesystem") == true,
			"no capabilities":      slices.Equal(words(inner, "capabilities", "drop"), []string{"ALL"}),
			"a memory limit":       at(box, "resources", "limits", "memory") != nil,
			"requests":             at(box, "resources", "requests", "cpu") != nil,
			"kustomize's image":    word(box, "image") == "zoufang",
			"settings":             word(box, "envFrom", 0, "configMapRef", "name") == "zoufang" && c["ConfigMap/zoufang"] != nil,
			"secrets by reference": word(box, "envFrom", 1, "secretRef", "name") == "zoufang-store",
		} {
			if !ok {
				t.Errorf("%s: %s", where, what)
			}
		}
		known(t, where, words(box, "args")...)
	}
}

func TestProbesAndEnding(t *testing.T) {
	pod := at(cluster(t)["Deployment/zoufang"], "spec", "template", "spec")
	box := at(pod, "containers", 0)
	routes := matches(t, `app\.Get\("(/[a-z]+)"`, "../server/routes.go")
	for probe, path := range map[string]string{"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"} {
		if got := word(box, probe, "httpGet", "path"); got != path || !slices.Contains(routes, path) {
			t.Errorf("%s asks %q; routes %q", probe, got, routes)
		}
		if word(box, probe, "httpGet", "port") != word(box, "ports", 0, "name") {
			t.Errorf("%s: port", probe)
		}
	}
	pause, _ := at(box, "lifecycle", "preStop", "sleep", "seconds").(int)
	total, _ := at(pod, "terminationGracePeriodSeconds").(int)
	if grace := seconds(t); pause < 5 || total < pause+grace+5 {
		t.Errorf("%d s, of which %d pass before the server hears of it, which then takes up to %d s", total, pause, grace)
	}
}

// seconds is how long the server lets requests under way end.
func seconds(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(matches(t, `const grace = (\d+) \* time\.Second`, "../server/zoufang/serve.go")[0])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNamesFitTogether(t *testing.T) {
	c := cluster(t)
	label := word(c["Deployment/zoufang"], "spec", "template", "metadata", "labels", "app.kubernetes.io/name")
	for where, got := range map[string]string{
		"Deployment":    word(c["Deployment/zoufang"], "spec", "selector", "matchLabels", "app.kubernetes.io/name"),
		"Service":       word(c["Service/zoufang"], "spec", "selector", "app.kubernetes.io/name"),
		"Disruption":    word(c["PodDisruptionBudget/zoufang"], "spec", "selector", "matchLabels", "app.kubernetes.io/name"),
		"NetworkPolicy": word(c["NetworkPolicy/zoufang"], "spec", "podSelector", "matchLabels", "app.kubernetes.io/name"),
		"Autoscaler":    word(c["HorizontalPodAutoscaler/zoufang"], "spec", "scaleTargetRef", "name"),
	} {
		if got != label || label == "" {
			t.Errorf("%s: %q, pods have %q", where, got, label)
		}
	}
	if job := at(c["CronJob/zoufang-backup"], "spec", "jobTemplate", "spec", "template"); word(job, "metadata", "labels", "app.kubernetes.io/name") == label {
		t.Error("the Service would send requests to the backup")
	}
	if n, _ := at(c["HorizontalPodAutoscaler/zoufang"], "spec", "minReplicas").(int); n < 2 || at(c["Deployment/zoufang"], "spec", "replicas") != nil {
		t.Error("two copies at least, and one who says how many")
	}
}

// The Ingress opens every route but those for machines inside.
func TestIngressPaths(t *testing.T) {
	paths := list(cluster(t)["Ingress/zoufang"], "spec", "rules", 0, "http", "paths")
	open := func(route string) bool {
		return slices.ContainsFunc(paths, func(p any) bool {
			path := word(p, "path")
			return route == path || word(p, "pathType") == "Prefix" && strings.HasPrefix(route, strings.TrimSuffix(path, "/")+"/")
		})
	}
	routes := append(matches(t, `app\.(?:Get|Post|Head|Put|Patch|Delete)\("([^"]+)"`, "../server/routes.go"), "/m/v1/sync", "/api/v1/", "/api/v1/visits")
	for _, p := range new(staff.Staff).Pages() {
		routes = append(routes, p.Path)
	}
	if len(routes) < 20 {
		t.Fatalf("routes: %q", routes)
	}
	inside := matches(t, `(?m)@inside path (.*)$`, "Caddyfile")[0]
	for _, r := range routes {
		private := slices.Contains([]string{"/healthz", "/readyz", "/metrics"}, r)
		if open(r) == private {
			t.Errorf("%s: open in the Ingress: %v", r, open(r))
		}
		if slices.Contains(strings.Fields(inside), r) != private {
			t.Errorf("%s: open in the Caddyfile: %v", r, private)
		}
	}
}

func TestUnit(t *testing.T) {
	unit := map[string][]string{}
	for _, m := range regexp.MustCompile(`(?m)^([A-Z]\w+)=(.*)$`).FindAllStringSubmatch(text(t, "zoufang.service"), -1) {
		unit[m[1]] = append(unit[m[1]], m[2])
	}
	args, ok := strings.CutPrefix(strings.Join(unit["ExecStart"], " "), "/usr/local/bin/zoufang ")
	if !ok {
		t.Fatalf("ExecStart %q", unit["ExecStart"])
	}
	known(t, "zoufang.service", strings.Fields(args)...)
	for key, want := range map[string]string{"User": "zoufang", "ProtectSystem": "strict", "NoNewPrivileges": "yes", "StateDirectory": "zoufang", "UMask": "0077", "CapabilityBoundingSet": ""} {
		if len(unit[key]) != 1 || unit[key][0] != want {
			t.Errorf("%s=%q", key, unit[key])
		}
	}
	if n, err := strconv.Atoi(strings.Join(unit["TimeoutStopSec"], "")); err != nil || n < seconds(t)+5 {
		t.Errorf("TimeoutStopSec=%q", unit["TimeoutStopSec"])
	}
}
