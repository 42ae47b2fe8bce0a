# Needs only GNU make and Python 3.11 or later with venv and pip. `make help` lists the targets.

PYTHON ?= python3
JOBS ?= 2
CONSTRAINTS ?= constraints/py311.txt
EXTRAS := draw,frames,train,pycid,docs,test
PY := .venv/bin/python

# The name of the stamp says what the environment was made from: which Python and where, then which
# requirements. A finished environment whose requirements changed is brought up to date; anything
# else without a stamp (none, half-made, moved, of another Python) is made anew.
WHERE := $(shell { $(PYTHON) -VV; pwd; } 2>&1 | cksum | cut -d ' ' -f 1)
WHAT := $(shell { echo '$(EXTRAS)'; cat pyproject.toml '$(CONSTRAINTS)'; } | cksum | cut -d ' ' -f 1)
READY := .venv/ready-$(WHERE)-$(WHAT)

.DEFAULT_GOAL := help
.PHONY: help demo test test-all docs lint bench clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

$(READY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is \
	needed, this is %d.%d. Name another: make PYTHON=python3.12 ..." % sys.version_info[:2])'
	@echo 'Setting up .venv (some minutes; torch is large)'
	@ls .venv/ready-$(WHERE)-* >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@rm -f .venv/ready-*
	$(PY) -m pip install --disable-pip-version-check -c $(CONSTRAINTS) -e '.[$(EXTRAS)]'
	$(PY) -m pip install --disable-pip-version-check --no-deps pycid==0.8.2
	@touch $@

demo: $(READY) ## analyse the catalogue, train the fast experiments, write a report
	$(PY) -m cid list --verdicts
	$(PY) -m cid analyze self_fulfilling
	@report=results/demo/report.fast.html; rm -f $$report; status=0; \
	$(PY) -m training_models run --all --fast --jobs $(JOBS) --out results/demo || status=$$?; \
	if [ -f $$report ]; then echo; echo "Open in a browser: $(CURDIR)/$$report"; fi; \
	exit $$status

test: $(READY) ## lint, types, import contracts, doctests, unit tests, examples and docs
	$(PY) -m pytest -n $(JOBS) -m 'not slow'

test-all: $(READY) ## the same and the slow tests
	$(PY) -m pytest -n $(JOBS)

docs: $(READY) ## build the documentation into docs/_build/html
	$(PY) -m sphinx -E -W --keep-going -b html docs docs/_build/html
	@echo "Open $(CURDIR)/docs/_build/html/index.html"

lint: $(READY) ## style, types and import contracts
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	.venv/bin/lint-imports

bench: $(READY) ## measure what the performance claims rest on
	@for script in benchmarks/*.py; do echo "== $$script"; $(PY) "$$script" || exit; done

clean: ## remove the environment and everything generated
	rm -rf .venv build dist results docs/_build docs/generated docs/sg_execution_times.rst
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find cid training_models tests examples benchmarks docs -name __pycache__ -prune -exec rm -r {} +
