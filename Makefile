# `make demo` and `make test` do all their own set-up on a machine with Python 3.11 and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CLIENT_VERSION := 2.1.330
CACHE := $(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME),$(HOME)/.cache)/scrimp
CLIENT := $(CACHE)/client-$(CLIENT_VERSION)
export SCRIMP_TEST_CLIENT ?= $(CLIENT)/node_modules/.bin/claude

.PHONY: help python demo test check unit cover client bench-hooks bench-compact bench-client bench-ab bench-ledger bench-budget bench-cache bench-batching bench-html bench-server bench-turns lock handshake prices clean

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(VENV)/.ready: pyproject.toml | python
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

python: # a newer pip would search for minutes before it said so
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "scrimp needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1): make PYTHON=python3.12 …"; exit 2; }

demo: python ## a recorded session through the real hooks, no key, no client, nothing installed
	@$(PYTHON) -m scrimp demo

test: check unit ## everything CI runs

check: $(VENV)/.ready ## ruff and pyright
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

unit: $(VENV)/.ready client ## pytest, with the real client where it is installed
	$(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal

cover: $(VENV)/.ready client ## the same with coverage, a third slower
	$(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal --cov --cov-report=term:skip-covered

client: ## the pinned Claude Code, into a cache folder, where npm is there
	@if [ -x "$(CLIENT)/node_modules/.bin/claude" ]; then :; \
	elif command -v npm >/dev/null 2>&1; then \
	  mkdir -p "$(CLIENT)" && npm install --silent --no-audit --no-fund --prefix "$(CLIENT)" @anthropic-ai/claude-code@$(CLIENT_VERSION) \
	  || echo "client not installed: npm failed; the client tests will be skipped"; \
	else echo "client not installed: no npm; the client tests will be skipped"; fi

bench-hooks: $(VENV)/.ready ## what each hook and the trap cost, beside a bare Python
	$(BIN)/python benchmarks/hooks.py

bench-compact: $(VENV)/.ready ## time and memory on large inputs; every recorded case beside rivals and the client alone
	$(BIN)/python benchmarks/compact.py
	$(BIN)/python benchmarks/compact_cases.py

bench-client: $(VENV)/.ready client ## what the model is sent of each kind of command, plain and with scrimp
	$(BIN)/python benchmarks/in_client.py

bench-ab: $(VENV)/.ready client ## plain client against scrimp: dollars, requests, facts missed, seconds
	$(BIN)/python benchmarks/ab.py

bench-ledger: $(VENV)/.ready ## what a report over 200 MB of transcripts costs, beside ccusage and tokscale
	$(BIN)/python benchmarks/ledger.py

bench-budget: $(VENV)/.ready client ## how far runs go beyond a limit, whether they answer, what the gate costs a turn
	$(BIN)/python benchmarks/budget.py

bench-cache: $(VENV)/.ready ## planted breaks of the prompt cache: precision and recall of their causes
	$(BIN)/python benchmarks/cache_breaks.py

bench-turns: $(VENV)/.ready client ## one task with native tools and with lists: turns, facts delivered, dollars
	$(BIN)/python benchmarks/turns.py
	$(BIN)/python benchmarks/turns.py --context 80000

bench-batching: $(VENV)/.ready client ## serial reads: precision and recall, what a word on them costs and saves
	$(BIN)/python benchmarks/batching.py

bench-html: $(VENV)/.ready ## HTML to Markdown beside trafilatura and markdownify: what each keeps
	$(BIN)/python benchmarks/html_pages.py

bench-server: $(VENV)/.ready ## the MCP server: its start, reads, fetches and tokens beside their bounds
	$(BIN)/python benchmarks/server.py

lock: $(VENV)/.ready ## the exact libraries of the plugin's server, from pyproject.toml
	$(BIN)/python scripts/lock_server.py

handshake: $(VENV)/.ready ## what the MCP server answers first, before it is loaded, from the server itself
	$(BIN)/python scripts/record_handshake.py

prices: $(VENV)/.ready ## our price table against genai-prices: where they differ, and why
	$(BIN)/python scripts/compare_prices.py

clean: ## what make made, except the client
	rm -rf $(VENV) .pytest_cache .ruff_cache dist build
