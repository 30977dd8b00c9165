# The commands a person types; .ci/run runs `make test`.

GO      ?= go
BIN     := bin/zoufang
LISTEN  ?= 127.0.0.1:8080
DATA    ?= ./data
export CGO_ENABLED = 0
export GOTOOLCHAIN ?= local

.PHONY: help run build test servers bench prove clean need-go

help:
	@echo "make run    build and serve at http://$(LISTEN) with the demo county in $(DATA)"
	@echo "make test   run every test"
	@echo "make servers  build the database and object store that the tests run on (once)"
	@echo "make build  build $(BIN)"
	@echo "make bench  print the speed of this machine and of the service on it; STORE=mongo: on MongoDB and S3"
	@echo "make prove  the long runs: simulated phones while the server is killed"
	@echo "make clean  remove what was built (never $(DATA))"

need-go:
	@command -v $(GO) >/dev/null 2>&1 || { echo "Go 1.26 or newer is needed, and there is no '$(GO)' on the PATH." >&2; exit 1; }
	@v=$$($(GO) env GOVERSION | sed 's/^go//'); major=$${v%%.*}; rest=$${v#*.}; minor=$${rest%%.*}; \
	  if [ "$$major" -lt 1 ] || { [ "$$major" -eq 1 ] && [ "$$minor" -lt 26 ]; }; then \
	    echo "Go 1.26 or newer is needed; this is Go $$v." >&2; exit 1; fi

run: build
	$(BIN) serve --demo --listen $(LISTEN) --data $(DATA) >/dev/null

build: need-go
	$(GO) build -trimpath -o $(BIN) ./server/zoufang

test: need-go servers
	@unformatted=$$("$$($(GO) env GOROOT)/bin/gofmt" -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "not formatted: $$unformatted" >&2; exit 1; }
	$(GO) vet ./...
	@used=$$(mktemp) && export ZOUFANG_TEST_SERVERS_USED="$$used" && \
	  echo "$(GO) test -timeout 30m ./..." && { $(GO) test -timeout 30m ./...; status=$$?; \
	  echo "Servers the tests ran on:"; { [ -s "$$used" ] && sort -u "$$used" || echo "none"; } | sed 's/^/  /'; rm -f "$$used"; exit $$status; }

servers: need-go
	@$(GO) run ./storage/storagetest/servers/install

bench: need-go
	STORE=$(STORE) $(GO) test -run '^$$' -bench . -benchtime 1x -timeout 30m ./server/bench

prove: need-go
	ZOUFANG_PROVE=1 $(GO) test -timeout 80m -run 'Prove' -v ./server/...

clean:
	rm -rf bin
