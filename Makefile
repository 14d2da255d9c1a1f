PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif

# Two test processes, one thread each: two cores are enough, and more threads than cores make torch many times slower.
THREADS := OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
WORKERS ?= 2

.PHONY: demo test test-all test-rounding check format clean

demo: .venv/stamp  ## an agent adapts to a layout and opponents that it never trained on
	$(BIN)/python -m simulator demo

test-all: export EVERYTHING := 1
test-all: test  ## the slow tests too, as before a change lands

test: .venv/stamp  ## the tests
	$(BIN)/python -m simulator worlds --compile --quiet --worlds tests/tiny
	$(BIN)/python -m simulator worlds tag --compile --every-size --quiet
	$(THREADS) $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

test-rounding: .venv/stamp  ## those that could hang on how a processor rounds
	$(BIN)/python -m simulator worlds --compile --quiet --worlds tests/tiny
	$(THREADS) $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m rounding $(ARGS)

check: .venv/stamp  ## lint, format, types, import rule
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/stamp  ## rewrite the sources in the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## remove what the other targets made
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

.venv/stamp: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@
