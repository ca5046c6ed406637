# One command each; every target sets up .venv by itself.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready

.PHONY: setup check test bench demo chaos soak clean
.DEFAULT_GOAL := setup

setup: $(STAMP)

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=…" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "[1/3] creating .venv"; $(PYTHON) -m venv .venv; }
	@echo "[2/3] installing packages (a minute or two on the first run)"
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --progress-bar on -e '.[dev]'
	@echo "[3/3] checking the installation"
	@$(BIN)/python -c 'import cv2' || { echo "OpenCV needs two system libraries: apt-get install libgl1 libglib2.0-0" >&2; exit 1; }
	@$(BIN)/xueliang --version
	@touch $@

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/unit/test_architecture.py
	$(BIN)/xueliang check deploy/site.example.yaml

# Most of the longer tests wait for servers, so three processes fill two cores. A file's tests stay
# together; files keep the order of tests/conftest.py, because by their numbers of tests the longest
# came last, alone.
WORKERS ?= 3
test: setup
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations=15

bench: setup
	$(BIN)/xueliang bench all --results tests/benchmarks/results $(PARTS)

demo: setup
	$(BIN)/xueliang demo

# Needs mosquitto and, for half of the faults, PostgreSQL (DATABASE=sqlite does without).
# make chaos FROM=321 goes on with an interrupted run's 321st fault.
# The last long run's report is kept: CHAOS_REPORT=tests/acceptance/chaos/report.json
FAULTS ?= 1000
CHAOS_REPORT ?= build/chaos-report.json
chaos: setup
	@mkdir -p build
	$(BIN)/python -m tests.acceptance.chaos.run --faults $(FAULTS) $(if $(SEED),--seed $(SEED)) $(if $(FROM),--from $(FROM)) $(if $(DATABASE),--database $(DATABASE)) --report $(CHAOS_REPORT)

# Needs mosquitto and GStreamer's RTSP server. SOAK_OUT=tests/acceptance/soak keeps its report.
MINUTES ?= 12
SOAK_OUT ?= build/soak-report
soak: setup
	$(BIN)/python -m tests.acceptance.soak.run --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)) --out $(SOAK_OUT)

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
