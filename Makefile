# `make help` lists what there is. Everything installs what it needs; nothing outside the checkout and the
# user's cache is written.
STACK ?= dev
LIKE ?= dev
GROUP ?= deployers
MINUTES ?= 60
SEED ?= 1
# Not from the environment, where some systems have the machine's name in it.
ifneq ($(origin NAME),command line)
NAME := my_function
endif
PYTHON ?= python3
# What a person gives reaches commands through the environment, as it is: text in a recipe would be run by the
# shell, and `$(…)` in a variable by make.
override STACK := $(value STACK)
override LIKE := $(value LIKE)
override GROUP := $(value GROUP)
override NAME := $(value NAME)
override ARGS := $(value ARGS)
override EMIT := $(value EMIT)
override MINUTES := $(value MINUTES)
override SEED := $(value SEED)
export STACK LIKE GROUP NAME ARGS EMIT MINUTES SEED
VENV := .venv
PY := $(VENV)/bin/python
PYTEST := $(PY) -m pytest
# Every package and its hash are in the locks that `make lock` writes, so that nothing unpinned is installed.
PIP := $(VENV)/bin/pip install --quiet --disable-pip-version-check
COMPILE := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-strip-extras --custom-compile-command 'make lock'
# Kept in the user's cache as the engine is, and built by Go from the module proxy. Without shellcheck and pyflakes,
# which it would run where they happen to be installed: what passes here passes everywhere.
ACTIONLINT_VERSION := v1.7.12
ACTIONLINT := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/oci-ai-functions/actionlint/$(ACTIONLINT_VERSION)/actionlint
LINTED := __main__.py benchmarks component_package components engine examples function_src oci_sandbox policy_pack sandbox tests

.DEFAULT_GOAL := help
# Command lines hold a stack's name as a word of its own, and ARGS split into words, nothing of them run.
SANDBOX := $(PY) -m sandbox

.PHONY: help up preview refresh outputs down repair emit logs deployer-policy stack function requirements environment test test-fast lint imports workflows coverage format docs \
	bench fuzz mutants soak soak-events soak-kills lock clean

help: ## this table
	@printf '%-16s %s\n' target 'what it does'
	@printf '%-16s %s\n' ------ ------------
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\n%s\n' 'Those of a stack take STACK=dev (default), STACK=prod or a stack of your own, and ARGS="…": arguments'
	@printf '%s\n' 'for pulumi (up, preview, refresh, outputs, down), or for the command itself (emit, logs).'

up: $(VENV)/.sandbox-ready ## deploy a stack on the sandbox, guarded by the policy pack
	@$(PY) -m components "$$STACK"
	@$(VENV)/bin/oci-iam check-config policy_pack/config/*.json
	@$(SANDBOX) up --stack="$$STACK" -- --words "$$ARGS"

preview: $(VENV)/.sandbox-ready ## show what a deploy would change, judge it, and say what access is new (ARGS=--diff for every detail)
	@$(PY) -m components "$$STACK"
	@$(VENV)/bin/oci-iam check-config policy_pack/config/*.json
	@$(SANDBOX) preview --stack="$$STACK" -- --words "$$ARGS"

refresh: $(VENV)/.sandbox-ready ## compare a stack's state with what exists on the sandbox, and adopt it
	@$(SANDBOX) refresh --stack="$$STACK" -- --words "$$ARGS"

outputs: $(VENV)/.sandbox-ready ## show a stack's outputs (ARGS=--json for programs)
	@$(SANDBOX) outputs --stack="$$STACK" -- --words "$$ARGS"

down: $(VENV)/.sandbox-ready ## destroy a stack on the sandbox, objects in its buckets included
	@$(SANDBOX) down --stack="$$STACK" -- --words "$$ARGS"

repair: $(VENV)/.sandbox-ready ## bring state and store of a stack together, also where the store was lost
	@$(SANDBOX) repair --stack="$$STACK" --cwd .

emit: $(VENV)/.sandbox-ready ## send an AI event through the deployed rule into the function (ARGS="--sample transcribed")
	@$(SANDBOX) emit --stack="$$STACK" --words "$$EMIT $$ARGS"

logs: $(VENV)/.sandbox-ready ## show what the functions printed when they ran (ARGS="--last 3")
	@$(SANDBOX) logs --stack="$$STACK" --words "$$ARGS"

deployer-policy: $(VENV)/.sandbox-ready ## write the statements that GROUP=deployers needs to deploy a stack (ARGS="--state export.json")
	@$(PY) -m components "$$STACK"
	@$(SANDBOX) deployer-policy --stack="$$STACK" --group="$$GROUP" --words "$$ARGS"

stack: $(VENV)/.sandbox-ready ## write the file of a new stack, STACK=qa, from that of another (LIKE=dev)
	@$(SANDBOX) stack --like "$$LIKE" -- "$$STACK"

function: $(VENV)/.sandbox-ready ## write a function of your own, NAME=my_function, with its tests
	@$(SANDBOX) function -- "$$NAME"

# First, since the environment for it takes a minute.
own-function:
	@test -f "$$NAME"/requirements.in || { printf '%s: no such file; expected NAME=, the folder of a function of your own\n' \
		"$$NAME/requirements.in" >&2; exit 2; }

requirements: own-function $(VENV)/.dev-ready ## pin the packages of your function's requirements.in with their hashes, NAME=my_function
	@$(subst make lock,make requirements,$(COMPILE:3.11=3.12)) $(LOCK) "$$NAME"/requirements.in -o "$$NAME"/requirements.txt

environment: $(VENV)/.dev-ready ## the environment with OCI's SDK, pytest and the linters, which the targets below make too
	@:

test: $(VENV)/.dev-ready ## all tests, the real engine's included (at most 15 minutes on 2 cores)
	@$(PY) -m engine.ensure > /dev/null
	@$(PYTEST) -n 2 --dist loadfile --no-loadscope-reorder

test-fast: $(VENV)/.dev-ready ## the tests without the engine and the slow ones (under a minute)
	@$(PYTEST) -n 2 --dist worksteal -m 'not engine and not slow'

lint: $(VENV)/.dev-ready imports workflows ## style, types, imports, workflows, stack files, pack configs
	@$(VENV)/bin/ruff check $(LINTED)
	@$(VENV)/bin/ruff format --check $(LINTED)
	@$(VENV)/bin/mypy
	@$(PY) -m components dev prod
	@$(VENV)/bin/oci-iam check-config policy_pack/config/*.json

imports: $(VENV)/.dev-ready ## the import contracts of pyproject.toml
	@PYTHONPATH=function_src $(VENV)/bin/lint-imports --no-logo

workflows: $(VENV)/.dev-ready $(ACTIONLINT) ## the workflows of .github
	@$(ACTIONLINT) -shellcheck= -pyflakes=
	@$(VENV)/bin/zizmor --offline --no-progress --quiet .

coverage: $(VENV)/.dev-ready ## the lines and branches of the judge and the pack that their tests run; fails below the floor
	@$(PYTEST) -q -n 2 -m 'not engine' --cov --cov-report=term:skip-covered tests/oci_iam tests/oci_functions_guard

format: $(VENV)/.dev-ready ## rewrite the code in the project's style
	@$(VENV)/bin/ruff check --fix $(LINTED)
	@$(VENV)/bin/ruff format $(LINTED)

docs: $(VENV)/.dev-ready ## rewrite the pages generated from code
	@$(PY) -m oci_functions_guard.rules_page > docs/rules.md
	@$(PY) -m oci_iam.grammar_page > docs/grammar.md
	@$(PY) -m oci_iam.catalogue_page > docs/catalogue.md
	@$(PY) -m components.config.page > docs/configuration.md
	@$(PY) -m component_package.schema > component_package/schema.json.new
	@mv component_package/schema.json.new component_package/schema.json
	@$(PY) -m components.config.schema > docs/stack.schema.json
	@$(PY) -m tests.oci_functions_guard.manual_page

bench: $(VENV)/.dev-ready ## ratios side by side: judge, sets, provider, state, pack, invocation
	@for name in judge_speed set_growth pack_share provider_overhead state_growth rest_invoke; do $(PY) -m benchmarks.$$name || exit 1; done

fuzz: $(VENV)/.dev-ready ## a bounded run of the statement fuzzer
	@$(PIP) --require-hashes -r requirements/fuzz.txt
	@$(PY) tests/oci_iam/fuzz_statement.py -max_total_time=60

mutants: $(VENV)/.dev-ready ## mutation testing of oci_iam (at most an hour)
	@$(PY) tests/oci_iam/mutants.py

lock: $(VENV)/.dev-ready ## pin the packages of every *.in with their hashes (LOCK=--upgrade for the newest)
	@$(COMPILE) $(LOCK) requirements/dev.in -o requirements/dev.txt
	@$(COMPILE) $(LOCK) -c requirements/dev.txt requirements/sandbox.in -o requirements/sandbox.txt
	@$(COMPILE) $(LOCK) -c requirements/dev.txt requirements/pack.in -o requirements/pack.txt
	@$(COMPILE) $(LOCK) -c requirements/dev.txt requirements/fuzz.in -o requirements/fuzz.txt
	@$(COMPILE) $(LOCK) -c requirements/dev.txt requirements.in -o requirements.txt
	@$(COMPILE) $(LOCK) -c requirements/dev.txt policy_pack/requirements.in -o policy_pack/requirements.txt
	@$(COMPILE:3.11=3.12) $(LOCK) -c requirements/dev.txt function_src/requirements.in -o function_src/requirements.txt
	@$(COMPILE:3.11=3.12) $(LOCK) -c requirements/dev.txt sandbox/function_template/requirements.in -o sandbox/function_template/requirements.txt
	@for folder in examples/*/function; do $(COMPILE:3.11=3.12) $(LOCK) -c requirements/dev.txt $$folder/requirements.in -o $$folder/requirements.txt || exit 1; done

soak: $(VENV)/.dev-ready ## random changes of a stack under kills and faults (an hour; MINUTES=60 SEED=1)
	@set -f; $(PY) -m tests.end_to_end.soak_changes --minutes="$$MINUTES" --seed="$$SEED" $$ARGS

soak-events: $(VENV)/.dev-ready ## ten thousand events through a served sandbox with kills in the middle (some minutes)
	@set -f; $(PY) -m tests.end_to_end.soak_storm $$ARGS

soak-kills: $(VENV)/.dev-ready ## kill every process at every type of both stacks, and look what the next up makes of it (an hour)
	@set -f; $(PY) -m tests.end_to_end.soak_kills $$ARGS

clean: ## remove the sandbox, the environment and the tools' caches (the engine's cache stays)
	rm -rf .sandbox $(VENV) .coverage .import_linter_cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .mutants
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One environment for everything; a stamp each for what `make up` needs and for what the tests need on top.
$(VENV)/bin/python:
	@echo 'environment  creating $(VENV)'
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	@$(PYTHON) -m venv $(VENV)

$(ACTIONLINT):
	@echo 'actionlint   building $(ACTIONLINT_VERSION) into the user'\''s cache'
	@command -v go > /dev/null || { echo 'lint: actionlint is built with Go, which is not on PATH (https://go.dev/dl/)' >&2; exit 1; }
	@GOBIN='$(@D)' GOFLAGS= go install github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT_VERSION)

$(VENV)/.sandbox-ready: requirements/sandbox.txt policy_pack/pyproject.toml | $(VENV)/bin/python
	@echo 'environment  installing requirements/sandbox.txt'
	@$(PIP) --require-hashes -r requirements/sandbox.txt
	@$(PIP) --no-deps --no-build-isolation -e ./policy_pack
	@touch $@

$(VENV)/.dev-ready: requirements/dev.txt $(VENV)/.sandbox-ready
	@echo 'environment  installing requirements/dev.txt'
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@
