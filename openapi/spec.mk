# Keeping the contract; openapi/README.md tells how. The Makefile includes this file.

specsync = $(or $(GO),go) run ./openapi/specsync

.PHONY: spec-build spec-verify spec-sync spec-diff spec-check spec-impact spec-bench

spec-build: ## put openapi/parts together into openapi.yaml and its lock
	$(specsync) build

spec-verify: ## fail on a hand edit of the contract, a stale lock, an overlay action that matches nothing
	$(specsync) verify

spec-sync: ## take over a published spec: FROM=file or address (the live one), SCOPE=vendored|all
	$(specsync) sync $(if $(FROM),--from '$(FROM)') $(if $(SCOPE),--scope '$(SCOPE)')

spec-diff: ## tell what changed from BASE (the contract) to HEAD (the live spec): DETAILS=1, OPERATION=id, FORMAT=json|markdown, FAIL_ON=wire|any
	$(specsync) diff $(if $(DETAILS),--details) $(if $(OPERATION),--operation '$(OPERATION)') $(if $(FORMAT),--$(FORMAT)) $(if $(FAIL_ON),--fail-on '$(FAIL_ON)') \
		'$(or $(BASE),openapi/openapi.yaml)' '$(or $(HEAD),https://api.x.com/2/openapi.json)'

spec-check: ## compare the contract with the live spec, or FROM; openapi/README.md tells the exit statuses
	$(or $(GO),go) build -o bin/specsync ./openapi/specsync
	bin/specsync check $(if $(FROM),--from '$(FROM)')

spec-impact: ## tell what of PACKAGES (./...) a published spec touches: FROM=file or address (the live one)
	$(specsync) impact $(if $(FROM),--from '$(FROM)') $(or $(PACKAGES),./...)

spec-bench: ## take the contract as X might publish it, by every rule, with TRIES (10000) values of each body and parameter
	$(or $(GO),go) test -count=1 -timeout 2h ./openapi/specsync/internal/mutate -whole -tries $(or $(TRIES),10000)
