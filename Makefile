# Rufwerk: `make run` starts everything, `make test` runs all tests. Both set up what is missing.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
TEST_STAMP := $(VENV)/.set-up-for-tests
# More than cores: tests of calls wait in real time where the others reckon.
TESTERS ?= 4
# What `check` runs, and covers whole.
PURE_TESTS := tests/domain tests/ivr/test_keypad.py tests/ivr/test_speech.py \
	tests/ivr/test_speech_examples.py tests/ivr/test_speech_oracle.py tests/ivr/test_speech_week.py

.PHONY: run setup test check drill prompts screenshots report-pictures format clean

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
	@$(BIN)/pytest -n $(TESTERS) --dist loadfile -m "not drill" $(PURE_TESTS:%=--ignore=%) \
		--cov --cov-append --cov-report=
	@$(BIN)/coverage report --skip-covered --fail-under=90

check: $(TEST_STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -q -m "not drill" $(PURE_TESTS) \
		--cov=domain --cov=ivr.keypad --cov=ivr.speech --cov-branch --cov-fail-under=100

drill: $(TEST_STAMP)
	@$(BIN)/pytest -m drill

prompts: setup
	@$(BIN)/rufwerk prompts build

screenshots: $(TEST_STAMP)
	@$(BIN)/python -m tools.screenshots

report-pictures: $(TEST_STAMP)
	@$(BIN)/python -m tools.report_pictures

format: $(TEST_STAMP)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean:
	@rm -rf $(VENV) .cache
