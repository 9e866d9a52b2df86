# The two commands of the README, and what they are made of.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint install lock

run: install            ## set up, index the sample knowledge, start the app on http://localhost:8000
	@$(BIN)/kb seed
	@$(BIN)/kb reindex || test $$? -eq 1  # 1: some file needs an editor; the rest is live
	@$(BIN)/kb serve

test: install           ## everything: lint, units, integration, browser
	@$(MAKE) --no-print-directory lint
	$(BIN)/pytest --ignore=tests/e2e
	$(BIN)/pytest tests/e2e

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

install:
	@$(PYTHON) deploy/install.py

lock: install           ## resolve pyproject.toml again into requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --override deploy/overrides.txt \
	  --generate-hashes --no-annotate --no-header --no-emit-package llama-cpp-python -o requirements.lock -q
