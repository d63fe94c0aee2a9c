# The verbs of this repository. Everything they make lies in .venv, .tools and docs/_build.
#
#   make demo [ARGS="--port 9000"]   a working server with sample users and data
#   make test [PYTEST_ARGS="-k x"]   all checks and all tests; what continuous integration runs
#   make unit                        the tests of the rooms that touch nothing outside memory; half a minute
#   make check                       style, types, imports, references
#   make setup                       leaves a ready .venv with the development tools
#   make bench [BENCH=wbxml]         measurements: all, or those named
#   make soak [MINUTES=10]           the laws of the engine with ever new seeds
#   make docs                        the manual, into docs/_build/html

SHELL := /bin/sh
PY := .venv/bin/python
MINUTES ?= 10
UNIT_ONE = $(addprefix tests/, formats domain policy wbxml config bus)
UNIT_TWO = $(addprefix tests/, protocol mapping)
BENCH = $(basename $(notdir $(shell grep -l __main__ bench/*.py)))

.PHONY: help setup demo unit check style types imports references test packages bench soak docs clean
.NOTPARALLEL:

# Tests start many processes; each would compile the sources anew.
unexport PYTHONDONTWRITEBYTECODE

help:
	@sed -n 's/^#   //p' Makefile

setup: .venv/.ready-dev
	@echo "Ready: .venv/bin/outrider"

# One stamp per dependency group, so that the demo does not fetch the development tools.
.venv/.ready-%: pyproject.toml uv.lock scripts/bootstrap.sh
	@scripts/bootstrap.sh $*
	@touch $@

demo: .venv/.ready-run
	@.venv/bin/outrider demo $(ARGS)

check: style types imports references

style: .venv/.ready-dev
	@echo "==> style"
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --quiet --check .

types: .venv/.ready-dev
	@echo "==> types"
	@.venv/bin/mypy --no-error-summary

imports: .venv/.ready-dev
	@echo "==> imports"
	@scripts/quietly.sh .venv/bin/lint-imports

references: .venv/.ready-dev
	@echo "==> references"
	@$(PY) scripts/check_references.py

packages:
	@scripts/packages.sh

test: packages check
	@echo "==> tests"
	@$(PY) -m pytest -n auto --dist worksteal $(PYTEST_ARGS)

# The rooms that do no I/O: no database, no files, no servers. Properties are tried with a tenth of their examples. Two
# processes side by side, which costs less than to hand out so many small tests one by one.
unit: export OUTRIDER_EXAMPLES ?= 0.1
unit: .venv/.ready-dev
	@$(PY) -m pytest -q $(UNIT_ONE) $(PYTEST_ARGS) & one=$$!; \
	$(PY) -m pytest -q $(UNIT_TWO) $(PYTEST_ARGS); two=$$?; \
	wait $$one && exit $$two

bench: .venv/.ready-dev
	@for name in $(BENCH); do echo "==> $$name"; $(PY) -m bench.$$name $(ARGS) || exit 1; done

soak: .venv/.ready-dev
	@scripts/soak.sh $(MINUTES)

docs: .venv/.ready-docs
	@.venv/bin/sphinx-build -q -W --keep-going -b html docs docs/_build/html
	@echo "Written: docs/_build/html/index.html"

clean:
	@rm -rf .venv .tools docs/_build dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
