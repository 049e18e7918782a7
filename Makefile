# Everything happens in .venv; nothing but Python 3.11 (or newer) and make is needed to begin.

# The first Python that is new enough and can make virtual environments; `make PYTHON=/path/to/python` overrides it.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)

BIN := .venv/bin
CORE := .venv/.core-installed
DEV := .venv/.dev-installed

# All cores by default, and none idle while another has a queue (the laws stand together); such as `make test PYTEST_ARGS="tests/cli/test_commands.py -x"` for something else.
PYTEST_ARGS ?= -n auto --dist worksteal

# Processes of `make laws`.
JOBS ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

.DEFAULT_GOAL := help
.PHONY: help demo test check public-types bench laws clean

help:
	@echo "make demo    replay the example export: the portfolio, one account explained, what falls due next"
	@echo "make test    run all tests"
	@echo "make check   run the gates: style, types, floors, examples in the documents"
	@echo "make bench   measure against transitions as people write it"
	@echo "make laws    hold every law against 10,000 random profiles and histories (all cores, about an hour on two)"

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "journeykit needs Python 3.11 or newer with venv; none was found on PATH" >&2; exit 2; }
	$(PYTHON) -m venv .venv

# One stamp per kind of install; a changed pyproject.toml installs again.
$(CORE): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(DEV): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $(CORE) $@

demo: $(CORE)
	@$(BIN)/python examples/demo.py

test: $(DEV)
	$(BIN)/python -m pytest -q $(PYTEST_ARGS)

check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(MAKE) --no-print-directory public-types
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/house/test_gates.py tests/house/test_rooms.py tests/house/test_docs.py

# What a user's type checker sees of the installed package: every name in it has a known type. The checker looks where
# the first python on PATH looks.
public-types: $(DEV)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/basedpyright --verifytypes journeykit --ignoreexternal >.venv/public-types.txt \
	  || { grep 'error:' .venv/public-types.txt | grep -v 'partially'; grep 'score' .venv/public-types.txt; exit 1; }
	@grep 'Type completeness score' .venv/public-types.txt

bench: $(DEV)
	$(BIN)/python benchmarks/run.py

laws: $(DEV)
	$(BIN)/python tests/property/explore.py --law all --count $${JOURNEYKIT_LAWS:-10000} --jobs $(JOBS)
	$(BIN)/python tests/property/explore.py --nested --law engine --count $${JOURNEYKIT_LAWS:-10000} --jobs $(JOBS)
	$(BIN)/python tests/property/mutations.py --count $${JOURNEYKIT_MUTATIONS:-20000} --jobs $(JOBS)
	JOURNEYKIT_CONTRACTS=1000 $(BIN)/python -m pytest -q tests/engine/test_terms_over_years.py

clean:
	rm -rf .venv .venv-* build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
