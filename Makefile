# A thin front: meson builds, tools/ and tests/ do the rest. `make` prints this list.
#
#   make setup    install what is missing (apt)
#   make build    build/samdrift
#   make demo     the Follo six, one garage case, the server in the foreground (ONCE=1: stop by itself; PORT=8080)
#   make test     everything: unit, api, layers, lint, demo, fuzz seeds; gcc, and clang with sanitizers
#   make torture  each fault at three moments, KILLS=200 times kill -9 and loss of power, on both databases (SEED=n repeats)
#   make quick    unit tests and checks of the gcc build only
#   make bench    figures and ratios of the server (ARGS="--most 100000": a short run), of forms, then of deposits
#   make fuzz     each fuzz target for SECONDS=60
#   make lint     layer check and house rules
#   make clean    remove what was built
#
# ROOM=name limits fuzz to one room. Exit status 0 only when all went well.

SHELL = /bin/sh
PYTHON = /usr/bin/python3
SECONDS = 60
KILLS = 200
PORT = 8080

.PHONY: help setup build demo test torture quick bench fuzz lint clean

help:
	@sed -n 's/^# \{0,1\}//p' Makefile | sed -n '3,15p'

setup:
	@tools/setup.sh

build/build.ninja:
	meson setup build

build: setup build/build.ninja
	ninja -C build
	@ln -sf src/cli/samdrift build/samdrift

demo: build
	@ONCE="$(ONCE)" PORT="$(PORT)" $(PYTHON) tests/demo.py

test: setup
	@$(PYTHON) tools/run_tests.py

torture: build
	@$(PYTHON) tests/crash/faults.py --times 3
	@$(PYTHON) tests/crash/faults.py --times 3 --postgres
	@$(PYTHON) tests/crash/faults.py --times 3 --bucket
	@$(PYTHON) tests/crash/faults.py --times 3 --power
	@$(PYTHON) tests/crash/torture.py --kills $(KILLS) $(if $(SEED),--seed $(SEED))
	@$(PYTHON) tests/crash/torture.py --kills $(KILLS) $(if $(SEED),--seed $(SEED)) --power
	@$(PYTHON) tests/crash/torture.py --kills $(KILLS) $(if $(SEED),--seed $(SEED)) --cluster

quick: build
	@$(PYTHON) tools/run_tests.py --quick

bench: build
	@meson configure build -Dbench=true
	@ninja -C build --quiet
	@$(PYTHON) bench/bench.py $(ARGS)
	@$(PYTHON) bench/forms.py
	@$(PYTHON) bench/validate.py
	@$(PYTHON) bench/import.py
	@$(PYTHON) bench/export.py

fuzz: setup
	@$(PYTHON) tools/fuzz.py --seconds $(SECONDS) --room "$(ROOM)"

lint:
	@$(PYTHON) tools/layers.py
	@$(PYTHON) tools/lint.py
	@$(PYTHON) tools/test_tools.py

clean:
	rm -rf build build-asan build-tsan build-fuzz demo
