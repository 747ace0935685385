# Each target sets up what it needs in .venv, with the versions of constraints.txt.
#   make demo    see what gnnlab does; pictures and run folders in demo/
#   make test    the test suite
#   make lint    ruff, mypy, import-linter
#   make bench   speed against peers, pairs in one run
#   make bench-accuracy   accuracy against what is published; GCNII takes the better part of an hour
#   make bench-forecast   forecasts of Beijing's PM2.5, all models by one protocol; hours (QUICK=--quick: minutes)

PYTHON ?= python3
BIN = .venv/bin
RESULTS = benchmarks/forecasting/results

.PHONY: demo test lint bench bench-accuracy bench-forecast clean

demo: .venv/installed
	$(BIN)/gnnlab demo --out demo

test: .venv/installed
	$(BIN)/pytest

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/installed
	$(BIN)/python benchmarks/speed/startup.py
	$(BIN)/python benchmarks/speed/gcn.py
	$(BIN)/python benchmarks/speed/hops.py
	$(BIN)/python benchmarks/speed/chains.py
	$(BIN)/python benchmarks/speed/trees.py
	$(BIN)/python benchmarks/speed/cells.py
	$(BIN)/python benchmarks/speed/windows.py
	$(BIN)/python benchmarks/speed/simulated_city.py

bench-accuracy: .venv/installed
	$(BIN)/python benchmarks/accuracy/run.py

bench-forecast: .venv/installed
	$(BIN)/python benchmarks/forecasting/run.py $(QUICK)
	$(if $(QUICK),,$(BIN)/python benchmarks/forecasting/site_graph.py --cities 3 --kinds distance,correlation,site --json $(RESULTS)/site-graph.40.json)
	$(if $(QUICK),,$(BIN)/python benchmarks/forecasting/growth.py --json $(RESULTS)/growth.json --plot docs/forecast-growth.png)
	$(BIN)/python benchmarks/forecasting/tables.py

clean:
	rm -rf .venv demo dist

.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gnnlab needs Python 3.11 or later, got " + sys.version.split()[0] + "; say which: make PYTHON=python3.12 ...")'
	@echo "Installing gnnlab and what it needs (torch among it) into .venv: a few minutes."
	@$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
