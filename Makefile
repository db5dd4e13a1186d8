# Every task of the project; `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
# Where Python may not keep what it compiled, every command compiles Wagtail anew: three seconds each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test lint types bench faults mutants check format catalogs locks node clean

help:  ## List the tasks
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

.venv/runtime: requirements/uv.lock requirements/runtime.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "The hub needs Python 3.11 or newer: PYTHON=python3.11 make ..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.lock
	$(BIN)/uv pip install --quiet --require-hashes -r requirements/runtime.lock
	@touch $@

.venv/dev: .venv/runtime requirements/dev.lock
	$(BIN)/uv pip install --quiet --require-hashes -r requirements/dev.lock
	@touch $@

run: .venv/runtime  ## Install, migrate, load the demo into an empty database, serve site and worker
	$(BIN)/python -m cms.catalogs
	$(MANAGE) migrate --verbosity 0
	$(MANAGE) load_demo --if-empty
	$(MANAGE) serve

test: .venv/dev  ## Install the test tools and run the whole suite (ARGS= goes to pytest)
	$(BIN)/python -m cms.catalogs
	$(BIN)/pytest -n auto $(ARGS)

lint: .venv/dev  ## Style, walls between the rooms, templates, code measures
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint . --lint --quiet
	$(BIN)/pytest -q tests/test_architecture.py

types: .venv/dev  ## mypy --strict
	$(BIN)/mypy .

format: .venv/dev  ## Write the code the way `make lint` wants it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev  ## First page and detail against an empty view, in one run
	$(BIN)/python -m tests.bench

faults: .venv/dev  ## Seed faults into copies of the hub; a test must notice each (ARGS=WORD takes some)
	$(BIN)/python -m tests.faults $(ARGS)

mutants: .venv/dev  ## Change the rules of consent everywhere, and print how many changes a test notices
	$(BIN)/python -m tests.mutants

check: lint types test bench  ## Everything CI runs that needs no other server

catalogs: .venv/runtime  ## Collect new messages into the .po catalogs (needs gettext)
	@command -v xgettext msgmerge msguniq >/dev/null || { echo "make catalogs needs gettext (apt install gettext)"; exit 1; }
	$(MANAGE) makemessages --locale zh_Hant --add-location never --no-wrap --ignore tests --ignore .venv --ignore var
	$(BIN)/python -m cms.catalogs

locks: .venv/runtime  ## Renew the locked requirements
	for part in uv runtime postgres s3 redis sentry dev; do \
	  $(BIN)/uv pip compile --universal --generate-hashes --no-header --quiet --upgrade --python-version 3.11 \
	    requirements/$$part.in -o requirements/$$part.lock || exit 1; done

node:  ## Install the npm package that the tests verify webhooks with (needs npm)
	npm ci --prefix tests/node --ignore-scripts --no-audit --no-fund

clean:  ## Forget the local database, media and mail
	rm -rf var
