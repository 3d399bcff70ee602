# The single entry. Needs Python 3.11 or newer and make, nothing else.
.DEFAULT_GOAL := help
.PHONY: help setup up test check seed reset bench money fuzz kill samples screens lock messages manage
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PY := .venv/bin/python
TEST_PROCESSES ?= 2
RUNS ?= 2000
FILES ?= 20000
SEED ?= proofline
INSTALL := $(PYTHON) -m embedded.install --quiet
LINTED := accounts benchmarks claims config core demo embedded incentives plans portal proofs tests manage.py

help: ## Lists these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

setup: ## Installs everything into .tools, .venv and node_modules; starts nothing
	@$(PYTHON) -m embedded.install

up: ## Starts the whole product and prints its address and the demo accounts (PORT=8000)
	@$(INSTALL)
	@exec $(PY) -m embedded.supervisor up

test: ## Runs every test, the browser tests included
	@$(INSTALL)
	@exec $(PY) -m pytest -n $(TEST_PROCESSES) --dist worksteal $(ARGS)

check: ## Lint, types, architecture, migrations, and the tests that need no browser
	@$(INSTALL)
	$(PY) -m ruff check $(wildcard $(LINTED))
	$(PY) -m ruff format --check $(wildcard $(LINTED))
	$(PY) -m djlint --lint --quiet $(wildcard templates templates_django)
	$(PY) -m mypy
	$(PY) -m embedded.supervisor run python manage.py makemigrations --check --dry-run
	$(PY) -m pytest -q -n $(TEST_PROCESSES) --dist worksteal -m "not browser and not slow" $(ARGS)

seed: ## Loads the catalogue and the demo company set
	@$(INSTALL)
	@$(PY) -m embedded.supervisor run python -m embedded.prepare --seed-only

reset: ## Empties var/: database, files, mails and logs
	@$(INSTALL)
	@$(PY) -m embedded.supervisor reset

bench: ## Measures against the budgets (ONLY=name for one of them)
	@$(INSTALL)
	@$(PY) -m benchmarks $(if $(ONLY),--only $(ONLY))

money: ## Plays the life of money many times over, 40 steps each (RUNS=2000)
	@$(INSTALL)
	@MONEY_RUNS=$(RUNS) $(PY) -m pytest -q -rP -n auto tests/stateful -k adds_up

kill: ## Kills workers and their children at random while files are checked (FILES=500)
	@$(INSTALL)
	@KILL_FILES=$(if $(filter command%,$(origin FILES)),$(FILES),500) $(PY) -m pytest -q -rP -n 0 tests/worker/test_killed_worker.py
fuzz: ## Breaks good files at random and has each checked in a child process (FILES=20000 SEED=word)
	@$(INSTALL)
	@DJANGO_SETTINGS_MODULE=config.settings_test $(PY) -m tests.fuzz --files $(FILES) --seed $(SEED)

samples: ## Checks every file of a folder through worker and shell, and says how well it is read (SAMPLES=folder)
	@$(INSTALL)
	@test -n "$(SAMPLES)" || { echo "Say which folder: make samples SAMPLES=path/to/folder" >&2; exit 2; }
	@$(PY) -m benchmarks.samples "$(SAMPLES)"; status=$$?; $(PY) -m benchmarks.accuracy "$(SAMPLES)" && exit $$status

screens: ## Writes the screenshots of docs/screens
	@$(INSTALL)
	@WRITE_SCREENS=1 $(PY) -m pytest -q tests/screens

manage: ## Runs a management command (ARGS="makemigrations") with the servers it needs
	@$(INSTALL)
	@$(PY) -m embedded.supervisor run python manage.py $(ARGS)

messages: ## Collects the texts for translation
	@$(INSTALL)
	@mkdir -p locale
	@$(PY) -m babel.messages.frontend -q extract -F babel.cfg -k _g -k gettext_lazy -k ngettext_lazy:1,2 -k pgettext_lazy:1c,2 --no-location --sort-output --project=Proofline -o locale/django.pot .

lock: ## Writes the exact, hashed lists of packages anew
	@$(INSTALL)
	@for name in requirements requirements-dev; do UV_SYSTEM_CERTS=1 UV_PYTHON_DOWNLOADS=never \
	  .tools/bin/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 \
	  $$name.in -o $$name.txt || exit 1; done
	@npm install --package-lock-only --ignore-scripts --include=optional
