# Keeping the contract; openapi/README.md tells how. The Makefile includes this file.

specsync = $(GO) run ./openapi/specsync

.PHONY: spec-build spec-verify spec-sync spec-diff spec-check

spec-build: ## put openapi/parts together into openapi/openapi.yaml and its lock
	$(specsync) build

spec-verify: ## fail where the contract was edited by hand or its lock is stale
	$(specsync) verify

# Take over a published spec. FROM: file or address, by default the live one. SCOPE: vendored (default) or all.
spec-sync: ## take over a published spec: FROM=file or URL, SCOPE=vendored|all
	$(specsync) sync $(if $(FROM),--from '$(FROM)') $(if $(SCOPE),--scope '$(SCOPE)')

# Tell what changed from BASE to HEAD, files or addresses. FORMAT: json or markdown. FAIL_ON: wire, go or any.
spec-diff: ## say what changed from BASE to HEAD: FORMAT=json|markdown, FAIL_ON=wire|go|any
	$(specsync) diff $(if $(FORMAT),--$(FORMAT)) $(if $(FAIL_ON),--fail-on '$(FAIL_ON)') '$(or $(BASE),openapi/openapi.yaml)' '$(or $(HEAD),https://api.x.com/2/openapi.json)'

# Compare the vendored spec with the live one, or FROM. The program's own exit status tells the class: see the README.
spec-check: ## compare the vendored spec with the live one, or FROM
	$(GO) build -o bin/specsync ./openapi/specsync
	bin/specsync check $(if $(FROM),--from '$(FROM)')
