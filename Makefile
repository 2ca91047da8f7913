# Everything anybody does here. Each target makes the environment it needs; it is made again only
# when a lock file changed. Nothing below needs a database, Docker or root.
.DELETE_ON_ERROR:
.ONESHELL:
.SHELLFLAGS := -eu -c
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
# What tests need from npm: rules of accessibility, Microsoft's renderer of cards and its manifests.
NPM := tests/browser tests/adaptive tests/manifest
NODE_MODULES := $(NPM:%=%/node_modules/.stamp)
# Python 3.11 first: the version that the locks were compiled with.
FIND_PYTHON := for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	if command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo $$p; break; fi; done
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --resolver=backtracking \
	--annotation-style=line --newline=lf
GROUP := import sys, tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"][sys.argv[1]], sep="\n")

.PHONY: help up test check format lock bench soak clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

up: .venv/runtime.stamp ## Bring the product up: database, web, worker (stop with Ctrl-C)
	@exec $(BIN)/resolutionflow up

test: .venv/dev.stamp $(NODE_MODULES) ## Run all tests
	@$(BIN)/python -m pytest

check: .venv/dev.stamp $(NODE_MODULES) ## What CI runs: format, lint, types, who may import whom, tests
	@$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

format: .venv/dev.stamp ## Format the code
	@$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

soak: .venv/dev.stamp ## Kill everything 300 times, the web process 200 times: what was lost?
	@$(BIN)/python -m tests.soak --rounds 300
	$(BIN)/python -m tests.soak.web --rounds 200

bench: .venv/bench.stamp ## Every benchmark, quickly; for one: .venv/bin/resolutionflow bench NAME
	@for name in turns engine history start search click slack discord; do $(BIN)/resolutionflow bench $$name --quick; done

lock: .venv/dev.stamp ## Compile the lock files anew from pyproject.toml (Python 3.11)
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "Compile the locks with Python 3.11.")'
	$(COMPILE) --all-build-deps --output-file requirements.lock pyproject.toml
	$(BIN)/python -c '$(GROUP)' dev | $(COMPILE) --constraint requirements.lock --output-file tests/requirements.lock -
	$(BIN)/python -c '$(GROUP)' bench | $(COMPILE) --constraint requirements.lock --output-file bot/bench/requirements.lock -

clean: ## Remove the environment and what tools left; data stays
	@rm -rf .venv $(NPM:%=%/node_modules) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/bin/python:
	@python=$$($(FIND_PYTHON))
	if [ -z "$$python" ]; then
		echo "ResolutionFlow needs Python 3.11 or newer, and none was found. On Debian or Ubuntu: apt-get install python3 python3-venv" >&2
		exit 1
	fi
	echo "Making the environment with $$($$python --version) …" >&2
	rm -rf .venv
	if ! $$python -m venv .venv; then
		rm -rf .venv
		echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv" >&2
		exit 1
	fi

.venv/runtime.stamp: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing what it needs …" >&2
	$(INSTALL) -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

.venv/dev.stamp: tests/requirements.lock .venv/runtime.stamp
	@echo "Installing what the tests need …" >&2
	$(INSTALL) -r tests/requirements.lock
	touch $@

# Without npm the other tests still run; those that need it fail, and say what to install.
$(NODE_MODULES): %/node_modules/.stamp: %/package.json %/package-lock.json
	@if ! command -v npm >/dev/null 2>&1; then
		echo "npm is missing, so tests will fail. On Debian or Ubuntu: apt-get install chromium nodejs npm" >&2
		exit 0
	fi
	echo "Installing what $* needs …" >&2
	npm ci --loglevel=error --no-fund --no-audit --prefix $*
	touch $@

.venv/bench.stamp: bot/bench/requirements.lock .venv/runtime.stamp
	@echo "Installing the peers to measure against …" >&2
	$(INSTALL) -r bot/bench/requirements.lock
	touch $@
