# `make` lists what there is. Every target sets up what it needs; nothing has to be installed by hand.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON3 ?= python3
BIN := $(CURDIR)/.venv/bin
SAM := $(CURDIR)/.venvs/sam/bin/sam
PYTEST := $(BIN)/python -m pytest
COVERAGE := $(BIN)/python -m coverage
RINGS := domain mapping protocols flows console contract vendor entrypoints stories storm house fuzz
INNER := domain mapping protocols flows console entrypoints
export SAM_CLI_TELEMETRY := 0
# The layers are byte-compiled by the runtime's own Python, which the set-up has found.
export PATH := $(BIN):$(PATH)

.PHONY: help setup demo test storm chaos coverage fuzz $(addprefix test-,$(RINGS)) check lint types imports template format build deploy lock clean

help: ## list the targets
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-17s %s\n", $$1, $$2}'
	@echo "  make test-RING         one ring of the tests: $(RINGS)"

setup: ## make the environments from the locks (every other target does this by itself)
	@$(PYTHON3) local/setup.py

demo: setup ## play a distributor's day on this laptop; KEEP=1 leaves it running
	@$(BIN)/python -m local demo $(if $(KEEP),--keep)

# The storm takes what the stories leave of the processors: they wait much, and what they wait for has deadlines.
ASIDE := $(if $(shell command -v chrt),chrt --idle 0,nice -n 19)
test: setup ## run every ring of the tests but the cloud's, and the storm beside them
	@mkdir -p .local
	@($(ASIDE) $(BIN)/python -m local storm --schedules 50000 && \
		$(ASIDE) $(BIN)/python -m local storm --mutants) > .local/storm.log 2>&1 & storm=$$!; failed=0; \
	$(PYTEST) tests --numprocesses 2 --dist loadfile --no-loadscope-reorder || failed=$$?; \
	wait $$storm || failed=1; cat .local/storm.log; exit $$failed

storm: setup ## play simulated schedules, and see every deliberate defect caught; SEED=1 SCHEDULES=1000000 for others
	@$(BIN)/python -m local storm --seed $(or $(SEED),0) --schedules $(or $(SCHEDULES),50000)
	@$(BIN)/python -m local storm --mutants

chaos: setup ## play days on the deployed stack with processes killed, nets cut, State restored; SEEDS="1 2 3" for others
	@CHAOS_SEEDS="$(or $(SEEDS),1 2 3)" $(PYTEST) tests/stories/test_chaos.py --log-cli-level INFO --log-disable httpx

$(addprefix test-,$(RINGS)): test-%: setup
	@$(PYTEST) tests/$*

coverage: setup ## run the rings in memory; fail where domain, mapping (100 %) or flows (98 %) are not covered, branches too
	@$(COVERAGE) erase
	@$(COVERAGE) run -m pytest $(addprefix tests/,$(INNER)) --numprocesses 2 --dist loadfile --no-loadscope-reorder
	@$(COVERAGE) combine --quiet
	@$(COVERAGE) report --include 'shared/bridge/domain/*,shared/bridge/mapping/*' --fail-under 100
	@$(COVERAGE) report --include 'shared/bridge/flows/*' --fail-under 98

fuzz: setup ## break whatever is read for SECONDS=600, round after round with fresh seeds, until something breaks us
	@end=$$(($$(date +%s) + $(or $(SECONDS),600))); while [ $$(date +%s) -lt $$end ]; do \
		$(PYTEST) tests/fuzz --numprocesses 2 --hypothesis-profile thorough; done

check: lint types imports template ## lint, types, import rules, template

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup
	@$(BIN)/mypy shared/bridge functions local tests

imports: setup
	@PYTHONPATH=shared $(BIN)/lint-imports --no-cache

template: setup
	@$(SAM) validate --lint --template-file template.yaml

format: setup ## format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

build: setup ## sam build
	@$(SAM) build

deploy: build ## sam deploy to AWS; CONFIG=NAME for a second company
	@$(SAM) deploy --config-env $(or $(CONFIG),default)

LOCK := .venvs/uv/bin/uv pip compile --quiet --universal --python-version 3.12 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links
lock: setup ## make the locks anew from requirements/*.in; UPGRADE=1 takes newer versions
	@$(LOCK) $(if $(UPGRADE),--upgrade) requirements/dev.in --output-file requirements/dev.txt
	@for layer in light heavy; do \
		$(LOCK) requirements/$$layer.in --constraint requirements/dev.txt --output-file layers/$$layer/requirements.txt; done
	@$(LOCK) requirements/runtime.in --constraint requirements/dev.txt --output-file requirements/runtime.txt
	@for tool in emulator sam; do \
		$(LOCK) $(if $(UPGRADE),--upgrade) requirements/$$tool.in --output-file requirements/$$tool.txt; done
	@.venvs/uv/bin/uv pip compile --quiet --universal --python-version 3.8 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url $(if $(UPGRADE),--upgrade) requirements/uv.in --output-file requirements/uv.txt

clean: ## remove what the targets made, the environments too
	@rm -rf .venv .venvs .aws-sam .local .mypy_cache .pytest_cache .ruff_cache .hypothesis
