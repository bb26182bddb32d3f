# All targets are thin: after `make setup`, plain .venv/bin/snakemake does the same.
PYTHON ?= python3.11
CORES ?= 2
SNAKEMAKE = .venv/bin/snakemake
RUNG = $(SNAKEMAKE) --cores $(CORES) --configfile demo.yaml ladder.yaml --config
# Modules with examples in docstrings; doctest imports them all.
EXAMPLES = $(shell grep -lr '>>> ' src/minicolumn --include=*.py)
PIP_OPTIONS = --quiet --disable-pip-version-check

.PHONY: help setup demo validation families ladder rivals status recover test test-fast test-newer test-cluster slurm browser readers check docs \
  bench hooks format example schema lock rulegraph screenshot clean distclean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

setup: .venv/.ready .venv-allen/.ready  ## create both environments if missing or outdated

demo: setup  ## run the workflow at demonstration size (synthetic mice, 2 cores)
	@gunzip -c docs/example/report.html.gz > results/example.html
	@echo "It takes some 10 minutes (docs/start.md: time per stage). A finished page to look at: results/example.html"
	@$(SNAKEMAKE) --cores $(CORES) --configfile demo.yaml
	@echo "The report is results/demo/report.html"

validation: setup  ## evaluate mechanism inference on new mice; writes docs/validation.md
	@$(SNAKEMAKE) --cores $(CORES) --configfile validation.yaml -- validation
	cp results/validation/validation/validation.md results/validation/validation/*.svg docs/

families: setup  ## ask of mice of one family of circuits what was learned from another; writes docs/families.md
	@$(SNAKEMAKE) --cores $(CORES) --configfile demo.yaml families.yaml -- families
	cp results/families/families/families.md docs/

ladder: setup  ## compare circuits of growing detail on the same synthetic mice, after `make families`; writes docs/ladder.md
	$(RUNG) run=ladder_mice 'circuits={family: ei}' 'recordings={source: synthetic}' --until write_synthetic_sessions
	$(RUNG) run=ladder_lif_random 'circuits={family: lif_random}'
	$(RUNG) run=ladder_lif_types 'circuits={family: lif_types}'
	$(RUNG) run=ladder_v1_types 'circuits={family: v1_types}' -- all tuned
	.venv/bin/python docs/write_ladder.py results docs/ladder.md

rivals: setup  ## ask which rivals of the mechanisms can be told apart, from new mice; writes docs/rivals.md
	@$(SNAKEMAKE) --cores $(CORES) --configfile rivals.yaml -- rivals
	cp results/rivals/rivals/rivals.md docs/

status:  ## progress of a run: done, running, failed, time left (the last run, or RUN=name)
	@.venv/bin/python -m minicolumn status $${RUN:+"$$RUN"}

recover:  ## resume a run that was killed or has damaged files (the last, or RUN=name)
	@.venv/bin/python -m minicolumn recover $${RUN:+"$$RUN"}

test: setup  ## run all tests except those that need a GPU or a Slurm cluster
	.venv/bin/pytest -n $(CORES) --dist loadscope --no-loadscope-reorder -m "not gpu and not cluster"

test-fast: setup  ## run the unit tests only
	.venv/bin/pytest -n $(CORES) --dist loadscope --no-loadscope-reorder tests/unit -m "not slow and not gpu"

test-newer: .venv-3.13/.ready  ## run the unit tests on a newer Python, with its own lock
	.venv-3.13/bin/pytest -n $(CORES) --dist loadscope --no-loadscope-reorder tests/unit -m "not slow and not gpu"

test-cluster: setup  ## run fault tests on a real one-machine Slurm (root; make slurm)
	.venv/bin/pytest tests/cluster

slurm:  ## install the Debian packages for test-cluster (root)
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	  slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge

browser:  ## install the Debian browser that tests open reports in (root)
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	  chromium fonts-dejavu-core

readers: .venv-readers/.ready  ## install other programs that tests read exports with (libsonata, pyNeuroML ...)

check: setup docs  ## lint (Python and Snakemake), format, types, examples in docstrings, documentation
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/snakefmt --check Snakefile rules workflow
	.venv/bin/python .ci/lint.py
	.venv/bin/basedpyright
	.venv/bin/pytest -q --doctest-modules $(EXAMPLES)

docs: setup  ## build the documentation offline: site/index.html; warnings are errors
	@NO_MKDOCS_2_WARNING=1 .venv/bin/mkdocs build --strict --quiet

hooks: setup  ## run the quick checks before each git commit (pre-commit, all local)
	.venv/bin/pre-commit install

bench: setup .venv-peers/.ready  ## compare the engine with Jaxley, Brian2, BrainPy, NEURON and C++ (10 min)
	.venv/bin/python benchmarks/engine.py

bench-gpu-peers: setup .venv-peers/.ready  ## the same on a CUDA GPU, with peers in JAX at several batches
	.venv/bin/python benchmarks/engine.py --gpu --rounds 3 --sizes 50

bench-%: setup  ## another benchmark: plan, precision, prior, processes, scaling, start-up, training ...
	.venv/bin/python benchmarks/$(subst -,_,$*).py

format: setup  ## format everything
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/snakefmt Snakefile rules workflow

rulegraph: setup  ## draw the stages for README (needs Graphviz)
	$(SNAKEMAKE) --configfile demo.yaml --rulegraph | dot -Tsvg > docs/rulegraph.svg

screenshot: setup  ## take the picture of the report for README (make browser)
	.venv/bin/python docs/screenshot.py results/demo/report.html docs/report.png

example: setup  ## make the small run that the documentation shows (docs/example)
	$(SNAKEMAKE) --cores $(CORES) --configfile demo.yaml docs/example.yaml
	.venv/bin/python docs/keep_example.py results/example docs/example
	.venv/bin/python docs/fill_examples.py docs/python.md docs/tutorials/*.md

schema:  ## write the schema of the configuration, by which editors complete keys
	.venv/bin/python -m minicolumn.config.schema config.yaml > schemas/config.schema.json

lock:  ## refresh envs/*.lock from envs/*.in (needs uv)
	uv pip compile envs/main.in --python-version 3.11 --no-header --no-annotate -q -o envs/main.lock
	uv pip compile envs/main.in --python-version 3.13 --no-header --no-annotate -q -o envs/main-3.13.lock
	uv pip compile envs/peers.in --python-version 3.11 --no-header --no-annotate -q -o envs/peers.lock
	uv pip compile envs/readers.in --python-version 3.11 --no-header --no-annotate -q -o envs/readers.lock
	uv pip compile envs/allen.in --python-version 3.11 --no-header --generate-hashes -q -o envs/allen.lock
	$(PYTHON) envs/conda_twin.py

# Not .snakemake: it records how other runs were made and what is stale.
clean:  ## delete the demonstration's results and all caches
	rm -rf results/demo site .cache .pytest_cache .ruff_cache .hypothesis

distclean: clean  ## delete all environments too
	rm -rf .venv .venv-allen .venv-peers .venv-readers .venv-3.13

# An environment is rebuilt when its lock changes: pynwb keeps pickled types of the hdmf
# version it first used, so an upgrade in place breaks it.
.venv/.ready: envs/main.in envs/main.lock pyproject.toml
	@$(call need_python)
	rm -rf .venv
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install $(PIP_OPTIONS) -c envs/main.lock -r envs/main.in
	.venv/bin/python -m pip install $(PIP_OPTIONS) --no-deps --no-build-isolation -e .
	@touch $@

.venv-allen/.ready: envs/allen.lock pyproject.toml
	@$(call need_python)
	rm -rf .venv-allen
	$(PYTHON) -m venv .venv-allen
	.venv-allen/bin/python -m pip install $(PIP_OPTIONS) --require-hashes -r envs/allen.lock
	.venv-allen/bin/python -m pip install $(PIP_OPTIONS) --no-deps --no-build-isolation -e .
	@touch $@

# The main environment needs no Python 3.11; AllenSDK's does.
.venv-3.13/.ready: envs/main-3.13.lock pyproject.toml
	rm -rf .venv-3.13
	python3.13 -m venv .venv-3.13
	.venv-3.13/bin/python -m pip install $(PIP_OPTIONS) -r envs/main-3.13.lock
	.venv-3.13/bin/python -m pip install $(PIP_OPTIONS) --no-deps --no-build-isolation -e .
	@touch $@

# Only for `make bench` and `make bench-tuned`, which run without it and say so.
.venv-peers/.ready: envs/peers.lock
	@$(call need_python)
	rm -rf .venv-peers
	-$(PYTHON) -m venv .venv-peers \
	  && .venv-peers/bin/python -m pip install $(PIP_OPTIONS) -r envs/peers.lock \
	  && touch $@

# Only for tests that are skipped without it: what other programs find in our files.
.venv-readers/.ready: envs/readers.lock
	@$(call need_python)
	rm -rf .venv-readers
	$(PYTHON) -m venv .venv-readers
	.venv-readers/bin/python -m pip install $(PIP_OPTIONS) -r envs/readers.lock
	@touch $@

define need_python
$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2> /dev/null || { \
  echo "$(PYTHON) is missing or is not Python 3.11, which AllenSDK 2.16 needs. Install it (for" >&2; \
  echo "example 'uv python install 3.11'), or give its path: make setup PYTHON=/path/to/python3.11" >&2; \
  exit 1; }
endef
