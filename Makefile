# make demo and make test need Go and make alone; the other targets say what else they want.
GO ?= go
GOLANGCI_LINT := bin/golangci-lint
FUZZTIME ?= 30s
# The stores of fleets are modules of their own, so that their drivers never reach a user of the library.
STORES := xapi/store/redis xapi/store/sql
MODULES ?= . $(STORES)

.PHONY: help demo test race fleet-test browser-test lint generate generate-check contract bench size cover fuzz compat semver dist ci clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile openapi/spec.mk | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

demo: ## upload a video to the built-in sandbox, with metadata and a post
	@$(GO) run ./xapi/cmd/xapi upload xapi/testdata/clip.mp4 --sandbox --chunk-size 4KiB \
		--alt-text "A square moves over a coloured field" --metadata xapi/testdata/metadata.json --post "Hello from xapi-go"

test: ## run the tests
	@for module in $(MODULES); do $(GO) -C $$module test ./... || exit 1; done

race: ## run the tests under the race detector; wants a C compiler
	@for module in $(MODULES); do CGO_ENABLED=1 $(GO) -C $$module test -race ./... || exit 1; done

fleet-test: ## run the stores' tests on servers of their own; wants redis-server and postgresql
	@for module in $(STORES); do $(GO) -C $$module test -count=1 -tags fleet ./... || exit 1; done

browser-test: ## drive the sandbox's page in a real browser; wants chromium
	$(GO) -C .ci/browser test -count=1 -timeout 5m ./...

lint: $(GOLANGCI_LINT) ## run the linters
	@for module in $(MODULES) .ci/browser; do (cd $$module && $(CURDIR)/$(GOLANGCI_LINT) run --build-tags fleet) || exit 1; done

# The linter has a module of its own, so that its dependencies never reach a user of the library.
$(GOLANGCI_LINT): .ci/lint/go.mod .ci/lint/go.sum
	$(GO) -C .ci/lint build -o ../../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

generate: ## write gen/ anew from openapi/
	$(GO) generate ./...

generate-check: spec-verify ## fail where gen/ or the lock is not what openapi/ makes; wants git
	@digest() { find gen -name '*.gen.go' -o -name openapi.json | LC_ALL=C sort | xargs cat | git hash-object --stdin; }; \
	before=$$(digest) && $(GO) generate ./... && after=$$(digest) && \
	if [ "$$before" != "$$after" ]; then echo "gen/ was not up to date: it is now, commit it" >&2; exit 1; fi

contract: ## run the contract suite: against the sandbox, or X_CONTRACT_BASE_URL with credentials
	$(GO) test -count=1 -run 'Contract' ./xapi/...

bench: ## run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./xapi/...

size: ## hold what generated code and validation cost against their budgets
	$(GO) run ./.ci/size

cover: ## print how much of the hand-written code the tests cover
	@mkdir -p .cover && $(GO) test -coverpkg=./xapi/...,./openapi/... -coverprofile=.cover/profile ./... >/dev/null && \
	$(GO) tool cover -func=.cover/profile | tail -n 1

fuzz: ## run every fuzz target for FUZZTIME
	@for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$package $$target"; $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package || exit 1; \
		done; \
	done

compat: ## compile the last release's examples against this tree; wants git and a tag
	@last=$$(git describe --tags --abbrev=0 2>/dev/null) || { echo "no release yet: nothing to compare with"; exit 0; }; \
	tree=$$(mktemp -d) && trap 'rm -rf "$$tree"' EXIT && git archive HEAD | tar -x -C "$$tree" && \
	find "$$tree/xapi" -name 'example*_test.go' -delete && \
	git archive "$$last" $$(git ls-tree -r --name-only "$$last" | grep -E '^xapi/.*example[^/]*_test\.go$$') | tar -x -C "$$tree" && \
	$(GO) -C "$$tree" vet ./xapi/... && echo "the examples of $$last compile"

# The comparison has a module of its own, so that what it needs never reaches a user of the library.
semver: ## say which part of the version the exported Go API asks for since BASE (the last tag); wants git
	@base=$(BASE); [ -n "$$base" ] || base=$$(git describe --tags --abbrev=0 2>/dev/null) || { echo "no release yet: give BASE"; exit 0; }; \
	tree=$$(mktemp -d) && trap 'rm -rf "$$tree"' EXIT && git archive "$$base" | tar -x -C "$$tree" && \
	$(GO) -C .ci/semver run . "$$tree" "$(CURDIR)"

dist: ## build xapi for the usual systems, with checksums
	@rm -rf dist && mkdir dist && for target in linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64; do \
		os=$${target%/*}; arch=$${target#*/}; suffix=$$([ $$os = windows ] && echo .exe || true); \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(GO) build -trimpath -ldflags '-s -w' \
			-o dist/xapi_$${os}_$$arch$$suffix ./xapi/cmd/xapi || exit 1; \
	done && cd dist && sha256sum xapi_* > checksums.txt

ci: test generate-check lint race contract size ## everything that a change must pass

clean: ## remove what the targets built
	rm -rf bin dist .cover

include openapi/spec.mk
