# Needs Python >= 3.11 with pip, and make; everything else is installed into .venv from the hashed lock.
#   make demo [ARGS='--days 5 --no-serve']   the main job, on the embedded database
#   make test [ARGS='tests/domain -k quote']  the tests
PYTHON ?= python3
ARGS ?=
JOBS ?= logical
BROWSER := tests/interfaces/web/test_in_a_browser.py
BIN := .venv/bin
PY := $(BIN)/python

.PHONY: demo test check format docs bench screenshots lock clean
.DELETE_ON_ERROR:

demo: .venv/.installed-run
	@$(BIN)/guicheng demo $(ARGS)

# Browsers have the cores to themselves, after everything else.
test: .venv/.installed-dev
ifeq ($(strip $(ARGS)),)
	@$(PY) -m pytest -n $(JOBS) --ignore $(BROWSER)
	@$(PY) -m pytest $(BROWSER)
else
	@$(PY) -m pytest -n $(JOBS) $(ARGS)
endif

check: .venv/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(PY) -m interfaces.docs --check

format: .venv/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: .venv/.installed-dev
	$(PY) -m interfaces.docs

bench: .venv/.installed-run
	@$(BIN)/guicheng bench $(ARGS)

# Of a server that runs: make screenshots ARGS='http://127.0.0.1:8000 E0005 PASSWORD'. Needs Chromium.
screenshots: .venv/.installed-dev
	@$(PY) -m tests.interfaces.screenshots $(ARGS)

# Resolve again, keeping what is pinned unless ARGS='--upgrade' or ARGS='--upgrade-package NAME'.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command 'make lock' $(ARGS)
lock: $(PY)
	@$(BIN)/uv --version >/dev/null 2>&1 || $(PY) -m pip install --quiet uv
	$(COMPILE) pyproject.toml --group dev -o requirements/dev.txt
	$(COMPILE) pyproject.toml -c requirements/dev.txt -o requirements/run.txt
	$(COMPILE) --group bootstrap -c requirements/dev.txt -o requirements/bootstrap.txt

clean:
	rm -rf .venv

# A venv without pip is made where Python was packaged without ensurepip; then the outer pip installs into it.
$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Guicheng needs Python 3.11 or newer; name one: make PYTHON=python3.12 …' >&2; \
	  echo '规程需要 Python 3.11 或更新版本，可这样指定: make PYTHON=python3.12 …' >&2; exit 1; }
	@$(PYTHON) -m venv .venv 2>/dev/null || $(PYTHON) -m venv --clear --without-pip .venv

# uv reads no pip configuration, so a mirror that pip is set to is handed on; where uv cannot get through, pip itself
# installs the same hashed lock.
.venv/.installed-%: requirements/%.txt requirements/bootstrap.txt pyproject.toml | $(PY)
	@set -e; \
	pip="$(PY) -m pip"; $$pip --version >/dev/null 2>&1 || pip="$(PYTHON) -m pip --python $(PY)"; \
	echo 'Installing the locked dependencies into .venv … 正在安装锁定的依赖 …'; \
	$$pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt; \
	mirror=$$($$pip config list 2>/dev/null | sed -n "s/^[^.]*\.index.url='\(.*\)'$$/\1/p" | tail -n 1); \
	if [ -n "$$mirror" ] && [ -z "$$UV_DEFAULT_INDEX$$UV_INDEX_URL" ]; then export UV_DEFAULT_INDEX="$$mirror"; fi; \
	export VIRTUAL_ENV="$(CURDIR)/.venv" UV_LINK_MODE="$${UV_LINK_MODE:-copy}"; \
	$(BIN)/uv pip install --quiet --require-hashes -r requirements/$*.txt \
	  || $$pip install --disable-pip-version-check --require-hashes -r requirements/$*.txt; \
	$(BIN)/uv pip install --quiet --offline --no-deps --no-build-isolation --editable . \
	  || $$pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
