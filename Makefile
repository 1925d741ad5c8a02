# make demo and make test need Go and make alone; the other targets say what else they want.
GO ?= go
GOLANGCI_LINT := bin/golangci-lint
FUZZTIME ?= 30s
# The stores of fleets are modules of their own, so that their drivers never reach a user of the library.
STORES := xapi/store/redis xapi/store/sql
MODULES ?= . $(STORES)
# What looks after the project itself: the go tool's ./... does not reach it. The test of the budgets is make budgets-test.
CI := ./.ci/habits ./.ci/mutation ./.ci/release
# Tools have a module of their own too, so that what they depend on never reaches a user of the library.
TOOL := $(GO) tool -modfile=$(CURDIR)/.ci/tools/go.mod

.PHONY: help demo test race fleet-test browser-test lint lint-workflows vet-systems vulncheck generate generate-check contract bench \
	budgets budgets-test cover fuzz mutation mutation-floors apidiff compat semver dist release release-check ci clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile openapi/spec.mk | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

demo: ## upload a video to the built-in sandbox, with metadata and a post
	@$(GO) run ./xapi/cmd/xapi upload xapi/testdata/clip.mp4 --sandbox --chunk-size 4KiB \
		--alt-text "A square moves over a coloured field" --metadata xapi/testdata/metadata.json --post "Hello from xapi-go"

test: ## run the tests
	@for module in $(MODULES); do $(GO) -C $$module test ./... || exit 1; done
	@$(GO) test $(CI)

race: ## run the tests under the race detector; wants a C compiler
	@for module in $(MODULES); do CGO_ENABLED=1 $(GO) -C $$module test -race ./... || exit 1; done

fleet-test: ## run the stores' tests on servers of their own; wants redis-server and postgresql
	@for module in $(STORES); do $(GO) -C $$module test -count=1 -tags fleet ./... || exit 1; done

browser-test: ## drive the sandbox's page in a real browser; wants chromium
	$(GO) -C .ci/browser test -count=1 -timeout 5m ./...

lint: $(GOLANGCI_LINT) ## run the linters
	@for module in $(MODULES) .ci/browser; do (cd $$module && $(CURDIR)/$(GOLANGCI_LINT) run --build-tags fleet) || exit 1; done
	@$(GOLANGCI_LINT) run $(CI) $$($(GO) list -f '{{.Dir}}' ./.ci/budgets ./.ci/budgets/programs/...)

# Like the tools, the linter has a module of its own.
$(GOLANGCI_LINT): .ci/lint/go.mod .ci/lint/go.sum
	$(GO) -C .ci/lint build -o ../../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

lint-workflows: ## check the workflows
	@$(TOOL) actionlint

vet-systems: ## compile everything, tests too, for systems that this is not
	@for os in darwin windows; do CGO_ENABLED=0 GOOS=$$os $(GO) vet ./... || exit 1; done

vulncheck: ## ask the Go vulnerability database about what is called; wants the network
	@for module in $(MODULES); do (cd $$module && $(TOOL) govulncheck ./...) || exit 1; done

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

budgets: ## hold what compiling, programs and calls cost against .ci/budgets/limits.yaml; counts instructions with perf or valgrind
	@$(GO) run ./.ci/budgets

budgets-test: ## worsen the code in every way that a budget is to notice, and see that it does; takes minutes
	@$(GO) test -timeout 30m ./.ci/budgets

cover: ## print how much of the hand-written code the tests cover
	@mkdir -p .cover && $(GO) test -coverpkg=./xapi/...,./openapi/... -coverprofile=.cover/profile ./... >/dev/null && \
	$(GO) tool cover -func=.cover/profile | tail -n 1

fuzz: ## run every fuzz target for FUZZTIME
	@failed=; for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package || failed="$$failed $$target"; \
		done; \
	done; [ -z "$$failed" ] || { echo "failed:$$failed" >&2; exit 1; }

mutation: ## change code and see whether tests notice, against .ci/mutation/floors.yaml: PACKAGE=one of them
	@$(GO) run ./.ci/mutation -workers $$(nproc) $(PACKAGE)

mutation-floors: ## fail where a floor is lower than at BASE; wants git
	@$(GO) run ./.ci/mutation -since $(or $(BASE),HEAD)

apidiff: ## like semver since the last release, and fail where xapi.Version was not raised for it; wants git and a tag
	@$(GO) run ./.ci/release api

compat: ## compile the last release's examples against this tree; wants git and a tag
	@last=$$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null) || { echo "no release yet: nothing to compare with"; exit 0; }; \
	tree=$$(mktemp -d) && trap 'rm -rf "$$tree"' EXIT && git archive HEAD | tar -x -C "$$tree" && \
	find "$$tree/xapi" -name 'example*_test.go' -delete && \
	git archive "$$last" $$(git ls-tree -r --name-only "$$last" | grep -E '^xapi/.*example[^/]*_test\.go$$') | tar -x -C "$$tree" && \
	$(GO) -C "$$tree" vet ./xapi/... && echo "the examples of $$last compile"

# The comparison has a module of its own, so that what it needs never reaches a user of the library.
semver: ## say which part of the version the exported Go API asks for since BASE (the last tag); wants git
	@base=$(BASE); [ -n "$$base" ] || base=$$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null) || { echo "no release yet: give BASE"; exit 0; }; \
	tree=$$(mktemp -d) && trap 'rm -rf "$$tree"' EXIT && git archive "$$base" | tar -x -C "$$tree" && \
	$(GO) -C .ci/semver run . "$$tree" "$(CURDIR)"

dist: ## build xapi for the usual systems, with what is in each and checksums, and with notes where VERSION is given
	@rm -rf dist && mkdir dist && for target in linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64; do \
		os=$${target%/*}; arch=$${target#*/}; suffix=$$([ $$os = windows ] && echo .exe || true); program=dist/xapi_$${os}_$$arch; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(GO) build -trimpath -ldflags '-s -w' -o $$program$$suffix ./xapi/cmd/xapi && \
		$(TOOL) cyclonedx-gomod bin -json -std -version '$(or $(VERSION),unreleased)' -output $$program.cdx.json $$program$$suffix || exit 1; \
	done && cd dist && sha256sum xapi_* > checksums.txt
	@[ -z "$(VERSION)" ] || $(GO) run ./.ci/release notes $(VERSION) > dist/NOTES.md

release: ## write VERSION to where it stands; CONTRIBUTING tells what comes next
	@$(GO) run ./.ci/release cut $(VERSION)

release-check: ## fail with everything that keeps VERSION from going out; wants git
	@$(GO) run ./.ci/release check $(VERSION)

ci: test generate-check lint lint-workflows race contract budgets ## everything that a change must pass

clean: ## remove what the targets built
	rm -rf bin dist .cover

include openapi/spec.mk
