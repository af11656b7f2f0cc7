# DICOMViewFS: every task of the project. `make` alone lists them.
# Each target sets up what it needs (Tools/setup), and does so quickly when nothing is missing.

PREFIX ?= /usr/local
DESTDIR ?=
# The mount helper belongs where mount(8) looks for it, whatever the prefix is.
SBINDIR ?= /sbin
UNITDIR ?= $(PREFIX)/lib/systemd/system
PROFILEDIR ?= $(PREFIX)/share/dicomviewfs/profiles

# By SwiftPM's own link, so that `sudo make install` needs no Swift.
BIN = .build/release/dicomviewfs
VENV_PYTHON = .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup setup-build setup-test build release demo test unit mount-test acceptance selftest bench \
        install uninstall format lint clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: setup-test ## install everything needed to build and to test

setup-build:
	@Tools/setup build

setup-test:
	@Tools/setup test

build: setup-build ## build for debugging; a warning in our own sources is an error
	@Tools/build -c debug --build-tests

release: setup-build ## build for use
	@Tools/build -c release --product dicomviewfs

demo: release ## make a small archive, mount it, show the three trees
	@"$(BIN)" demo

test: setup-test lint build unit mount-test selftest acceptance ## everything that must hold before a change lands

unit: setup-test ## the tests of each module
	swift test --skip MountTests

mount-test: setup-test ## the tests on a real mount, one at a time
	swift test --filter MountTests --no-parallel

acceptance: setup-test release ## whole archives, judged by independent tools
	@DICOMVIEWFS="$(BIN)" $(VENV_PYTHON) Tests/Acceptance/run $(ACCEPTANCE)

selftest: setup-test ## see each acceptance check fail on a tree that is wrong
	@$(VENV_PYTHON) Tests/Acceptance/selftest

bench: setup-test release ## measure against what the disk itself does, in the same run
	@DICOMVIEWFS="$(BIN)" $(VENV_PYTHON) Benchmarks/run $(BENCH)

install: ## install the program (PREFIX, DESTDIR)
	@test -x "$(BIN)" || { echo "install: build it first, as yourself: make release" >&2; exit 1; }
	install -D -m 755 "$(BIN)" "$(DESTDIR)$(PREFIX)/bin/dicomviewfs"
	@if [ -f docs/dicomviewfs.1 ]; then set -x; \
	    install -D -m 644 docs/dicomviewfs.1 "$(DESTDIR)$(PREFIX)/share/man/man1/dicomviewfs.1"; fi
	install -d "$(DESTDIR)$(SBINDIR)"
	ln -sfn "$(PREFIX)/bin/dicomviewfs" "$(DESTDIR)$(SBINDIR)/mount.fuse.dicomviewfs"
	install -d "$(DESTDIR)$(UNITDIR)"
	@for unit in Mounts/*.service; do set -x; \
	    sed "s|/usr/local/bin/|$(PREFIX)/bin/|g" "$$unit" >"$(DESTDIR)$(UNITDIR)/$${unit##*/}"; done
	@for profile in Mounts/profiles/*; do [ -f "$$profile" ] || continue; set -x; \
	    install -D -m 644 "$$profile" "$(DESTDIR)$(PROFILEDIR)/$${profile##*/}"; done

uninstall: ## remove what install put there
	rm -f "$(DESTDIR)$(PREFIX)/bin/dicomviewfs" "$(DESTDIR)$(PREFIX)/share/man/man1/dicomviewfs.1" \
	    "$(DESTDIR)$(SBINDIR)/mount.fuse.dicomviewfs"
	@for unit in Mounts/*.service; do rm -f "$(DESTDIR)$(UNITDIR)/$${unit##*/}"; done
	rm -rf "$(DESTDIR)$(PREFIX)/share/dicomviewfs"

format: ## format our Swift sources in place
	swift format --in-place --recursive Sources Tests Package.swift

lint: ## style, generated tables, scripts
	swift format lint --strict --recursive Sources Tests Package.swift
	@if [ -x Tools/generate-tables ]; then Tools/generate-tables --check; fi
	@for script in Tools/* .ci/run; do \
	    if head -n 1 "$$script" | grep -q bash; then bash -n "$$script" || exit 1; fi; done

clean: ## remove what was built (the Python environment stays: delete .venv yourself)
	swift package clean
