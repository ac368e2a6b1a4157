# Two commands set everything up on a fresh machine with python3, make and git: `make run` and `make test`.

SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

.PHONY: help setup run test test-again test-fast fuzz check types lint format lock bench load year week quarter messages screenshots clean

help: ## say what each target does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "OpenMember needs Python 3.11 or newer. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/runtime: .venv/python requirements.lock pyproject.toml
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: .venv/runtime requirements-dev.lock
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

setup: .venv/runtime ## install what is locked, build the pages' assets and message catalogues
	@$(BIN)/python scripts/build_assets.py
	@$(BIN)/python scripts/messages.py compile

run: setup ## start everything with the demo, on http://localhost:8000
	$(BIN)/openmember serve --demo

test: setup .venv/dev ## install a browser if there is none, then run every test
	@$(BIN)/python scripts/find_chromium.py --install
	$(BIN)/pytest -n 2 --dist loadgroup

test-again: setup .venv/dev ## the tests that failed last, once more and one after another
	$(BIN)/pytest --last-failed --last-failed-no-failures none

test-fast: setup .venv/dev ## the tests that need no browser and kill nothing
	$(BIN)/pytest -m "not journey and not fault" -n 2

fuzz: setup .venv/dev ## ask the API for long whatever its own document allows (FUZZ=500 examples an operation)
	OPENMEMBER_FUZZ_EXAMPLES=$(or $(FUZZ),300) $(BIN)/pytest -q src/openmember/api/tests/test_fuzz.py

check: lint types ## format, lint, types, import contracts, migrations, messages

types: .venv/dev setup
	$(BIN)/mypy

lint: .venv/dev setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/python scripts/messages.py check
	$(BIN)/python manage.py makemigrations --check --dry-run

format: .venv/dev ## put every file into shape
	$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

lock: ## resolve the dependencies anew (needs uv)
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra dev --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements-dev.lock

bench: setup .venv/dev ## measure, and print figures and ratios
	$(BIN)/openmember bench

load: setup .venv/dev ## a hundred payments a second for five minutes through the HTTP server, then the proof of the books
	$(BIN)/openmember bench load --accounts 100000 --seconds 300 --rounds 1

year: setup .venv/dev ## live through a year of 5,000 members, proving the books every night
	DJANGO_SETTINGS_MODULE=openmember.config.settings.testing PYTHONPATH=src:. $(BIN)/python -m tests.year

week: setup .venv/dev ## 50,000 contacts through 40 representatives whose programs are killed, and the proof that nothing is lost
	DJANGO_SETTINGS_MODULE=openmember.config.settings.testing PYTHONPATH=src:. $(BIN)/python -m tests.week

quarter: setup .venv/dev ## 20,000 disputes worked by programs that are killed, and every date counted again
	DJANGO_SETTINGS_MODULE=openmember.config.settings.testing PYTHONPATH=src:. $(BIN)/python -m tests.quarter

messages: .venv/dev ## collect strings into the catalogues
	$(BIN)/python scripts/messages.py extract

screenshots: setup .venv/dev ## take the pictures in docs/screenshots
	$(BIN)/python scripts/screenshots.py

clean: ## remove what was built; the data stays
	rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis src/openmember/ui/static/ui/dist
