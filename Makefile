# Paths are relative and PATH is exported, so a checkout may lie in a folder with spaces in its name.
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/node_modules/.bin:$(PATH)
# Not the default shell: make would start simple commands itself, and some versions then use the PATH from before.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
# The Go that `make setup` found or installed, never one that Go fetches by itself.
export GOTOOLCHAIN := local
# `tests` and `tools` are packages at the top of the checkout.
PYTHON_CODE := generator generated/python src/python docs/examples tests tools
PYTEST := .venv/bin/python -m pytest
# The modules of go.work, and the packages of the npm workspace in the order in which they need each other.
GO_CODE := ./generated/go/... ./src/go/conformance/... ./src/go/resources/... ./src/go/resources/s3/...
TYPESCRIPT_CODE := generated/typescript src/typescript/conformance src/typescript/resources
# One process per core; `make test WORKERS=0` keeps it to one, for a debugger.
WORKERS := auto
# More options for pytest, as in `make test ARGS='-k golden'`.
ARGS :=

.PHONY: help
help: ## Show this list (default)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: ## Install all that is locked into .venv and node_modules; does nothing when nothing changed
	@tools/setup

.PHONY: generate
generate: setup ## Write generated/ and docs/reference from spec/
	.venv/bin/python -m tools.syntax write
	.venv/bin/python -m tools.pages write
	dagstack-idl generate
	.venv/bin/python -m tools.implementations write

.PHONY: check
check: setup ## Check the specs, and that everything generated is up to date
	.venv/bin/python -m tools.syntax check
	.venv/bin/python -m tools.pages check
	dagstack-idl check
	.venv/bin/python -m tools.implementations check

.PHONY: test
test: test-python test-go test-typescript ## Run the fast tests of all languages

.PHONY: test-python
test-python: setup build-typescript ## The same for Python and the toolchain alone
	$(PYTEST) -n $(WORKERS) -m "not slow" $(ARGS)

.PHONY: test-go
test-go: setup ## The same for Go
	go test $(GO_CODE)

.PHONY: test-typescript
test-typescript: setup build-typescript ## The same for TypeScript
	vitest run --root src/typescript/conformance
	vitest run --root src/typescript/resources

.PHONY: test-slow
test-slow: setup build-typescript gateway ## Run the slow tests: packages, kills by the hundred, crowds, an S3 gateway, data races
	go test -race $(GO_CODE)
	vitest run --root src/typescript/resources tests/s3/gateway.test.ts
	$(PYTEST) -n $(WORKERS) -m slow $(ARGS)

.PHONY: gateway
gateway: setup ## Build the S3 gateway that slow tests of all languages run, unless it is there
	.venv/bin/python -m tests.resources.blobs.s3_servers

.PHONY: test-all
test-all: test test-slow ## Run all tests

.PHONY: conformance
conformance: setup build-typescript ## Run every conformance case in every language and write docs/conformance.md
	.venv/bin/python -m tools.conformance

.PHONY: mutants
mutants: setup build-typescript ## Show that the cases catch faults: implementations with one each, in every language
	.venv/bin/python -m tools.conformance.mutants

.PHONY: lint
lint: lint-python lint-go lint-typescript ## Run every linter, type checker and formatter (as a check)

.PHONY: lint-python
lint-python: setup
	ruff check
	ruff format --check
	mypy
	pyright

.PHONY: lint-go
lint-go: setup
	gofmt -d generated/go src/go
	test -z "$$(gofmt -l generated/go src/go)"
	go vet $(GO_CODE)
	staticcheck $(GO_CODE)

.PHONY: lint-typescript
lint-typescript: setup build-typescript
	prettier --check generated/typescript docs/reference src/typescript/*/src src/typescript/*/tests
	prettier --check --config src/typescript/.prettierrc.json tools/eslint
	tsc -p src/typescript/conformance/tsconfig.tests.json
	tsc -p src/typescript/resources/tsconfig.tests.json
	eslint --config tools/eslint/eslint.config.js src/typescript

.PHONY: golden
golden: setup ## Rewrite the expected output of the golden tests; read the diff
	$(PYTEST) tests/golden --update-golden $(ARGS)

.PHONY: bench
bench: setup ## Measure the generator against others
	.venv/bin/python -m tests.bench

.PHONY: build
build: setup build-typescript ## Build the Python distribution and the TypeScript packages
	hatchling build

.PHONY: build-typescript
build-typescript: setup
	for package in $(TYPESCRIPT_CODE); do tsc -p "$$package"; done

.PHONY: lock
lock: setup ## Pin the tools anew after a change in pyproject.toml or package.json (UPGRADE=1: newest)
	tools/lock

.PHONY: clean
clean: ## Remove what builds and tools left (not .venv and node_modules)
	rm -rf dist $(TYPESCRIPT_CODE:=/dist) .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find $(wildcard $(PYTHON_CODE)) -name __pycache__ -type d -prune -exec rm -rf {} +
