# Every target does its own set-up; python3 >= 3.11, make and a package index are all it takes.
.DEFAULT_GOAL := help
.PHONY: help bench-peers setup demo seeds chaos chaos-smoke chaos-small plants simulate simulate-slice certificate up
.PHONY: test test-upgrade test-interop test-browser fuzz lint lint-deploy helm format bench sizing docs lock clean

ARGS ?=
BIN := .venv/bin
ORDERS ?= 100
SEEDS ?= 1 2 3 4 5 6 7 8 9 10
PLANTS := late_status_wins double_posting lost_timer ack_before_commit

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  make \1@/' | column -t -s @ 2>/dev/null || true

setup:  ## make .venv with .venv/bin/crossdock
	@.ci/setup

demo: setup  ## run the simulated enterprise to its verdict (ARGS="--orders 200 --seed 1")
	@$(BIN)/crossdock demo --exit $(filter-out --exit,$(ARGS))

seeds: setup  ## the same for many seeds (SEEDS="1 2 3" ORDERS=100)
	@failed=0; for seed in $(SEEDS); do \
	  echo "seed $$seed"; $(BIN)/crossdock demo --exit --orders $(ORDERS) --seed $$seed $(filter-out --exit,$(ARGS)) || failed=1; \
	done; exit $$failed

chaos: setup  ## run a cluster while anything of it is killed, stopped, cut off, failed over (ARGS="--minutes 5 --seed 1")
	@$(BIN)/crossdock chaos $(ARGS)

chaos-smoke: setup  ## the same for a minute
	@$(BIN)/crossdock chaos --minutes 1 $(ARGS)

chaos-small:  ## `seeds` on one machine's engines, while roles and engines are killed (SEEDS="1 2 3" ORDERS=100)
	@$(MAKE) --no-print-directory seeds ARGS="--faults chaos $(ARGS)"

plants: setup  ## plant every known bug: each run must fail
	@passed=0; for bug in $(PLANTS); do \
	  echo "plant $$bug"; $(BIN)/crossdock demo --exit --orders 30 --seed 11 --plant $$bug $(ARGS); \
	  test $$? -eq 1 || passed=1; \
	done; exit $$passed

simulate certificate: SEEDS = 100

simulate: setup  ## play so many seeds on virtual time (SEEDS=1000 ARGS="--orders 3")
	@$(BIN)/crossdock simulate --seeds $(SEEDS) $(ARGS)

simulate-slice: SLICE = 0
simulate-slice: setup  ## play one thousand of the short seeds (SLICE=0 to 9 are ten thousand)
	@$(BIN)/crossdock simulate --short --orders 1 --seed $(SLICE)000 --seeds 1000 $(ARGS)

certificate: setup  ## the same, and sign what was tried (SEEDS=1000)
	@$(BIN)/crossdock certificate write docs/reference/certificate.txt --seeds $(SEEDS) $(ARGS)

up: setup  ## run the hub with embedded engines on ./data
	@$(BIN)/crossdock up --data data $(ARGS)

test: setup  ## run the whole test suite (ARGS="-k waiting")
	@$(BIN)/python -m pytest -n 2 --dist loadscope $(ARGS)

test-upgrade: setup  ## run an earlier release and this one on one database (FROM=COMMIT)
	@YESTERDAY="$(FROM)" $(BIN)/python -m pytest tests/migrations/test_rolling.py $(ARGS)

test-interop: setup  ## run against real brokers and servers, installing what is missing (ARGS="-k kafka")
	@.ci/interop-setup; INTEROP_REQUIRED=1 $(BIN)/python -m pytest -m interop tests/interop $(ARGS)

test-browser: setup  ## open every page in a real browser, installing it (ARGS="--screenshots" to take their pictures anew)
	@.ci/browser-setup; $(BIN)/python -m pytest -m browser tests/browser $(ARGS)

fuzz: setup  ## fuzz parsers and mappings, coverage-guided, installing the engine (ARGS="--seconds 60 --target x12")
	@.ci/fuzz && build/fuzz-venv/bin/python -m tests.fuzz.run $(ARGS)

lint: setup  ## style, format, types, import contracts
	@failed=0; \
	$(BIN)/ruff check --quiet . || failed=1; \
	$(BIN)/ruff format --quiet --check . || failed=1; \
	$(BIN)/mypy || failed=1; \
	$(BIN)/lint-imports --no-logo || failed=1; \
	exit $$failed

lint-deploy:  ## lint container file and chart with what linters there are
	@.ci/lint-deploy

helm:  ## build the chart's linter into build/bin (needs Go; minutes)
	@GOBIN="$(CURDIR)/build/bin" go install helm.sh/helm/v3/cmd/helm@v3.19.0

format: setup  ## rewrite the files in our layout
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: setup  ## measure against the raw durable insert (ARGS="--json FILE")
	@$(BIN)/crossdock bench $(ARGS)

sizing: setup  ## measure what an order takes in the database (ORDERS=2000)
	@$(BIN)/crossdock bench --sizing $(if $(filter 100,$(ORDERS)),2000,$(ORDERS)) $(ARGS)

bench-peers: setup  ## play one trace on the hub and on its peers, installing them; writes docs/reference/peers.md (ARGS="--only dbos")
	@$(BIN)/python -m benchmarks.peers $(ARGS)

docs: setup  ## write the generated pages of docs/reference again
	@$(BIN)/python -m crossdock.cli.reference --write docs/reference
	@$(BIN)/python -m crossdock.cli.client --write clients/python
	@$(BIN)/python -m crossdock.testing.proofs
	@test ! -d ../shared/samples || $(BIN)/python -m crossdock.testing.sample_table

lock: setup  ## pin the dependencies again (needs uv)
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra dev pyproject.toml -o requirements.lock

clean:  ## remove what was built, data included
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache data
