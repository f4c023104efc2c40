# Rufwerk: `make run` starts everything, `make test` runs all tests. Both set up what is missing.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
TEST_STAMP := $(VENV)/.set-up-for-tests

.PHONY: run setup test check drill prompts format clean

run: setup
	@exec $(BIN)/rufwerk run

setup: $(STAMP)

$(STAMP): uv.lock pyproject.toml tools/bootstrap.py
	@$(PYTHON) tools/bootstrap.py
	@touch $@

$(TEST_STAMP): uv.lock pyproject.toml tools/bootstrap.py tools/system_packages.sh
	@sh tools/system_packages.sh
	@$(PYTHON) tools/bootstrap.py --dev
	@touch $@ $(STAMP)

test: $(TEST_STAMP)
	@$(MAKE) --no-print-directory check
	@$(BIN)/rufwerk prompts build
	@$(BIN)/pytest -m "not drill" --cov --cov-report=

check: $(TEST_STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

drill: $(TEST_STAMP)
	@$(BIN)/pytest -m drill

prompts: setup
	@$(BIN)/rufwerk prompts build

format: $(TEST_STAMP)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean:
	@rm -rf $(VENV) .cache var
