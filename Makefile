# The commands a person types; .ci/run runs `make test`.

GO      ?= go
BIN     := bin/zoufang
LISTEN  ?= 127.0.0.1:8080
DATA    ?= ./data
export CGO_ENABLED = 0
export GOTOOLCHAIN ?= local

.PHONY: help run build web program test servers bench prove clean need-go need-node

help:
	@echo "make run    build and serve at http://$(LISTEN) with the demo county in $(DATA)"
	@echo "make test   run every test"
	@echo "make servers  build the database and object store that the tests run on (once)"
	@echo "make build  build $(BIN), the phone app in it"
	@echo "make web    build the phone app and the font to print with (Node.js 20 or newer)"
	@echo "make bench  print the speed of this machine and of the service on it; STORE=mongo: on MongoDB and S3; LIST=1000000: of lists of so many visits"
	@echo "make prove  the long runs: simulated phones while servers are killed, a thin line, Chromium 79"
	@echo "make clean  remove what was built (never $(DATA))"

need-go:
	@command -v $(GO) >/dev/null 2>&1 || { echo "Go 1.26 or newer is needed, and there is no '$(GO)' on the PATH." >&2; exit 1; }
	@v=$$($(GO) env GOVERSION | sed 's/^go//'); major=$${v%%.*}; rest=$${v#*.}; minor=$${rest%%.*}; \
	  if [ "$$major" -lt 1 ] || { [ "$$major" -eq 1 ] && [ "$$minor" -lt 26 ]; }; then \
	    echo "Go 1.26 or newer is needed; this is Go $$v." >&2; exit 1; fi

run: build
	$(BIN) serve --demo --listen $(LISTEN) --data $(DATA) >/dev/null

build: need-go web
	$(GO) build -trimpath -o $(BIN) ./server/zoufang

# What the app is made of; the table of kinds is written into it as TypeScript.
WEB := $(shell find web/phone web/shared web/kinds -type f -not -path 'web/phone/dist/*' -not -path '*/node_modules/*' -not -name '*.gen.ts' 2>/dev/null) web/package.json $(wildcard *.go)

FONT := qrcodes/fonts/NotoSansSC-Regular.ttf.gz

web: web/phone/dist/index.html $(FONT)

web/phone/dist/index.html: web/node_modules/.installed $(WEB) | need-go
	cd web && npm run --silent build

$(FONT): web/node_modules/.installed web/font.mjs
	cd web && npm run --silent font

web/node_modules/.installed: web/package-lock.json | need-node
	cd web && npm ci --no-audit --no-fund --ignore-scripts
	@touch $@

need-node:
	@web/need-node.sh

# The program that all suites drive, built once; a suite that is run by itself builds its own.
PROGRAM := $(CURDIR)/bin/zoufang-test
test prove: export ZOUFANG_TEST_PROGRAM = $(PROGRAM)

program: need-go web
	$(GO) build -buildvcs=false -o $(PROGRAM) ./server/zoufang

test: need-go servers
	@web/need-node.sh --install
	$(MAKE) program
	@web/e2e/need-chromium.sh
	@qrcodes/need-poppler.sh
	@server/ledger/need-python.sh >/dev/null
	@server/e2e/need-schemathesis.sh >/dev/null
	@internal/xlsform/need-pyxform.sh >/dev/null
	cd web && npm run --silent check && npm run --silent test && npm run --silent browser && npm run --silent e2e
	@unformatted=$$("$$($(GO) env GOROOT)/bin/gofmt" -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "not formatted: $$unformatted" >&2; exit 1; }
	$(GO) vet ./...
	@used=$$(mktemp) && export ZOUFANG_TEST_SERVERS_USED="$$used" && { \
	  echo "$(GO) test -timeout 30m ./..." && $(GO) test -timeout 30m ./... && \
	  echo "$(GO) test ./server/e2e, on MongoDB and S3" && ZOUFANG_TEST_STORES=production $(GO) test -timeout 30m ./server/e2e; status=$$?; \
	  echo "Servers the tests ran on:"; { [ -s "$$used" ] && sort -u "$$used" || echo "none"; } | sed 's/^/  /'; rm -f "$$used"; exit $$status; }

servers: need-go
	@$(GO) run ./storage/storagetest/servers/install

bench: need-go
	STORE=$(STORE) LIST=$(LIST) $(GO) test -run '^$$' -bench . -benchtime 1x -timeout 30m ./server/bench ./server/ledger

prove: program
	@server/e2e/need-schemathesis.sh >/dev/null
	ZOUFANG_PROVE=1 $(GO) test -timeout 80m -run 'Prove|NeverStale' -v ./server/...
	ZOUFANG_PROVE=1 ZOUFANG_TEST_STORES=production $(GO) test -timeout 80m -run 'Prove|NeverStale' -v ./server/e2e
	cd web && ZOUFANG_PROVE=1 npm run --silent e2e -- line oldest

clean:
	rm -rf bin web/phone/dist qrcodes/fonts
