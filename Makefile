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
test: setup ## Run the fast tests
	$(PYTEST) -n $(WORKERS) -m "not slow" $(ARGS)

.PHONY: test-slow
test-slow: setup build-typescript ## Run the slow tests: packages, kills by the hundred, crowds, an S3 gateway
	go test ./generated/go/...
	$(PYTEST) -n $(WORKERS) -m slow $(ARGS)

.PHONY: test-all
test-all: test test-slow ## Run all tests

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
	gofmt -d generated/go
	go vet ./generated/go/...
	staticcheck ./generated/go/...

.PHONY: lint-typescript
lint-typescript: setup
	prettier --check generated/typescript docs/reference
	tsc -p generated/typescript --noEmit

.PHONY: golden
golden: setup ## Rewrite the expected output of the golden tests; read the diff
	$(PYTEST) tests/golden --update-golden $(ARGS)

.PHONY: bench
bench: setup ## Measure the generator against others
	.venv/bin/python -m tests.bench

.PHONY: build
build: setup build-typescript ## Build the Python distribution and the TypeScript package
	hatchling build

.PHONY: build-typescript
build-typescript: setup
	tsc -p generated/typescript

.PHONY: lock
lock: setup ## Pin the tools anew after a change in pyproject.toml or package.json (UPGRADE=1: newest)
	tools/lock

.PHONY: clean
clean: ## Remove what builds and tools left (not .venv and node_modules)
	rm -rf dist generated/typescript/dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find $(wildcard $(PYTHON_CODE)) -name __pycache__ -type d -prune -exec rm -rf {} +
