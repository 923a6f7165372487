# `make help` lists the targets. Everything happens in .venv; no system package is needed.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.musivid-setup
# The first of these that really runs and is 3.11 or 3.12; override with `make setup PYTHON=...`.
PYTHON ?= $(shell for p in python3.11 python3.12 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null \
	&& { echo $$p; break; }; done)

INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
CONSTRAINTS = -c $$($(BIN)/python -c 'import sys; print("constraints/py%d.%d.txt" % sys.version_info[:2])')
BENCHES = $(filter-out bench/gallery.py,$(shell grep -l __main__ bench/*.py))

# `make pocket SHARE=0.01 MINUTES=2 WEIGHTS=/tmp/w MUSIVID_POCKET_CACHE=/tmp/c` rehearses it.
SHARE ?= 1
MINUTES ?= 240
WEIGHTS ?= models/pocket
MUSIVID_POCKET_CACHE ?= .cache/pocket
export MUSIVID_POCKET_CACHE

.DEFAULT_GOAL := help
.PHONY: help setup demo studio test test-slow test-share cov lint format types check bench pocket gallery build release clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP)  ## make .venv with pinned dependencies

$(STAMP): pyproject.toml $(wildcard constraints/*.txt)
	@test -n "$(PYTHON)" || { echo "Python 3.11 or 3.12 is needed; give it as PYTHON=..." >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(INSTALL) -e '.[dev]' $(CONSTRAINTS)
	@touch $@

demo: setup  ## render the example song to out/demo.mp4 and print its path
	@mkdir -p out
	$(BIN)/musivid video examples/song.mp3 --lyrics examples/lyrics.lrc -o out/demo.mp4 --force

studio: setup  ## open the studio in a browser
	$(BIN)/musivid studio --open

test: setup  ## run the tests, but for the slow ones
	$(BIN)/python -m pytest -n 2 -m 'not slow'

test-slow: setup  ## run the slow tests as well
	$(BIN)/python -m pytest -n 2

cov: setup  ## measure which lines the tests run: 97 % at least, but for pocket/
	$(BIN)/python -m pytest -n 2 -m 'not slow' --cov --cov-report=term

test-share: setup  ## run a tenth of the slow tests, another one each day
	$(BIN)/python -m pytest -n 2 -m slow --slow-share 1/10

lint: setup  ## check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: setup  ## mend style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: setup  ## check types
	$(BIN)/mypy

check: lint types test  ## all that CI runs

bench: setup  ## measure all that is claimed of speed, memory, time and resume (takes an hour)
	@for script in $(BENCHES); do echo "== $$script"; $(BIN)/python $$script || exit 1; done

pocket: setup  ## train the pocket models anew (takes hours)
	$(INSTALL) -e '.[dev,pocket]' $(CONSTRAINTS)
	$(BIN)/python -m musivid.pocket --share $(SHARE) --folder $(WEIGHTS)
	$(BIN)/musivid bgm train $(MUSIVID_POCKET_CACHE)/composer-songs \
		-o $(MUSIVID_POCKET_CACHE)/composer.safetensors --max-minutes $(MINUTES)
	$(BIN)/python -m musivid.pocket.train_composer ship --out $(WEIGHTS)/composer.safetensors

gallery: setup  ## paint the pictures of docs/ (takes minutes)
	$(BIN)/python -m bench.gallery

build: setup  ## build wheel and sdist into dist/
	$(BIN)/python -m build

release: setup  ## build wheel and sdist of a clean tree, and try the wheel where nothing else is
	PYTHON=$(abspath $(BIN))/python scripts/release.sh

clean:  ## remove what was built; .venv and out/ stay
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
	find musivid tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
