# Everything that people do with this repository. `make help` lists it.

PYTHON ?= python3
PORT ?= 8000
FILE ?= examples/flights.csv
VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# A file may have any name: it reaches the program as it was given, past make and shell.
override FILE := $(value FILE)
override PORT := $(value PORT)
export FILE PORT
MAKEFLAGS += --no-print-directory
export PIP_DISABLE_PIP_VERSION_CHECK := 1

KERNEL_SOURCES := $(shell find rust/kernel rust/python rust/tables rust/text rust/Cargo.toml rust/Cargo.lock \
	-not -path '*/target/*' -type f 2>/dev/null)

##@ Use

.PHONY: help
help: ## Show this list.
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: setup ## Start the service, profile FILE (the example by default), serve until Ctrl-C.
	@exec $(BIN)/agensium serve --port="$$PORT" --submit="$$FILE"

.PHONY: setup
setup: $(VENV)/.installed ## Set up what running needs.

##@ Work on it

.PHONY: test
test: test-setup check test-kernel test-fuzz ## Set up what tests need, check and test everything.
	@$(BIN)/python -m pytest

.PHONY: test-kernel
test-kernel: test-setup
	@cargo test --quiet --locked --manifest-path rust/Cargo.toml --workspace

.PHONY: test-fuzz
test-fuzz: test-setup
	@scripts/fuzz --check

.PHONY: test-setup
test-setup: $(VENV)/.tested
	@scripts/test-setup

.PHONY: check
check: test-setup ## Check style, types, layers, budgets, migrations, containers.
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache > .lint-imports.log || { cat .lint-imports.log; exit 1; }
	@rm -f .lint-imports.log
	@$(BIN)/python scripts/check_budgets.py
	@cargo fmt --manifest-path rust/Cargo.toml --all --check
	@cargo clippy --quiet --locked --manifest-path rust/Cargo.toml --workspace --all-targets -- -D warnings
	@scripts/check-compose
	@echo "checks passed"

.PHONY: format
format: test-setup ## Format the code.
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .
	@cargo fmt --manifest-path rust/Cargo.toml --all

.PHONY: chaos
chaos: test-setup ## Break everything while tasks run, and count what was lost (half an hour).
	@$(BIN)/python -m tests.chaos --seed="$${SEED:-1}" --record

.PHONY: bench-upload
bench-upload: test-setup ## Measure ten uploads of 100 MB at once.
	@$(BIN)/python benchmarks/upload.py

.PHONY: bench-service
bench-service: test-setup ## Measure tickets, pick-up, throughput and uploads beside a bare app.
	@$(BIN)/python benchmarks/service.py
	@$(BIN)/python benchmarks/upload.py

.PHONY: bench
bench: test-setup ## Measure profiling beside others; writes docs/benchmarks.md (an hour).
	@$(BIN)/python benchmarks/profiling.py

.PHONY: bench-reading
bench-reading: test-setup ## Score the reading of messy files beside others; writes docs/reading.md.
	@$(BIN)/python benchmarks/reading.py

.PHONY: bench-reports
bench-reports: test-setup ## Measure reports beside those of other tools; writes docs/report.md.
	@$(BIN)/python benchmarks/reports.py

.PHONY: bench-peers
bench-peers: test-setup ## The same, with ydata-profiling, DataProfiler and whylogs, which are slow.
	@$(BIN)/python benchmarks/profiling.py --peers

.PHONY: fuzz
fuzz: test-setup ## Feed random files to the readers for a minute.
	@scripts/fuzz

.PHONY: screenshots
screenshots: test-setup ## Take the pictures of the docs.
	@$(BIN)/python scripts/screenshots.py

.PHONY: lock
lock: ## Lock the dependencies anew (needs uv).
	@for set in "run:--group build" "test:--group build --group dev"; do \
		uv pip compile --quiet --universal --generate-hashes --upgrade --no-emit-index-url \
			--no-emit-find-links --no-annotate --no-header --python-version 3.11 \
			pyproject.toml --extra server $${set#*:} -o requirements/$${set%%:*}.txt; done
	@uv pip compile --quiet --universal --generate-hashes --upgrade --no-emit-index-url \
		--no-emit-find-links --no-annotate --no-header --python-version 3.11 \
		requirements/bench.in -o requirements/bench.txt

.PHONY: clean
clean: ## Remove what was built and installed; data stays.
	@rm -rf $(VENV) rust/target dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find src -name '*.so' -delete

$(VENV)/.tools:
	@PYTHON="$(PYTHON)" scripts/check-tools
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.packages: requirements/run.txt | $(VENV)/.tools
	@echo "installing packages …"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt
	@touch $@

# The kernel is built for this processor, and again where another one runs it; images and wheels are
# built for any. In bash alone: whether tools are missing is only known later.
.PHONY: processor
$(VENV)/.processor: processor | $(VENV)/.packages
	@found=$$HOSTTYPE; \
	if [[ -r /proc/cpuinfo ]]; then \
		while read -r line; do if [[ $$line == flags* ]]; then found+=$$line; break; fi; done < /proc/cpuinfo; \
	fi; \
	if [[ ! -e $@ || $$(<$@) != "$$found" ]]; then echo "$$found" > $@; fi

$(VENV)/.installed: $(VENV)/.packages $(VENV)/.processor pyproject.toml $(KERNEL_SOURCES)
	@PYTHON="$(BIN)/python" scripts/check-tools
	@echo "building the kernel …"
	@RUSTFLAGS="$${RUSTFLAGS--C target-cpu=native}" \
		PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --no-index --editable .
	@# As pip does with what it installs: not everybody lets Python write bytecode later.
	@$(BIN)/python -m compileall -q src
	@touch $@

$(VENV)/.tested: requirements/test.txt $(VENV)/.installed
	@echo "installing what tests need …"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/test.txt
	@touch $@
