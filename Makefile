# `make run` and `make test` are all a newcomer needs: each sets up what it uses.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT := out
UV := $(shell command -v uv 2>/dev/null)

.PHONY: run test test-all check bench docs validation format clean env dev

env: $(VENV)/.run
dev: $(VENV)/.dev

$(VENV)/.venv:
ifdef UV
	uv venv --quiet --allow-existing --python $(PYTHON) $(VENV)
else
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --upgrade pip
endif
	@touch $@

$(VENV)/.run: $(VENV)/.venv pyproject.toml constraints.txt
ifdef UV
	uv pip install --quiet --python $(BIN)/python -c constraints.txt -e .
else
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
endif
	@touch $@

$(VENV)/.dev: $(VENV)/.run
ifdef UV
	uv pip install --quiet --python $(BIN)/python -c constraints.txt -e . --group dev
else
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e . --group dev
endif
	@touch $@

run: $(VENV)/.run
	@mkdir -p $(OUT)
	$(BIN)/feebly limit sn-cooling --model lmu-ltau --star fischer18-1s --mass-mev 1:300:60 \
		-o $(OUT)/lmu-ltau-cooling.json -o $(OUT)/lmu-ltau-cooling.csv \
		-o $(OUT)/lmu-ltau-cooling.pdf -o $(OUT)/lmu-ltau-cooling.png

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadgroup

test-all: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not benchmark" --timeout 3600

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/unit/test_layers.py

bench: $(VENV)/.dev
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 NUMBA_NUM_THREADS=1 \
		$(BIN)/python -m pytest tests/benchmarks -m benchmark --benchmark-columns=median,min,max,rounds

docs: $(VENV)/.dev
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "open docs/_build/html/index.html"

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) $(OUT) docs/_build .pytest_cache .mypy_cache .ruff_cache
