# What people and CI call. `make check` is what CI runs, in the same order.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Root installs directly; anybody else through sudo.
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
# The lab needs root; what runs inside it does not.
AS_ME := $(if $(SUDO),sudo --preserve-env --user $(shell id -un),)
BUILD_PACKAGES := libssl-dev libyaml-dev libunbound-dev libidn2-dev ca-certificates
TEST_PACKAGES := nsd ldnsutils unbound openssl python3 iproute2 dns-root-data
SWIFT_TEST := env SWIFT_BACKTRACE=enable=no $(shell command -v swift) test --disable-xctest
# Tests that measure time run one by one; grading is all computing and would starve them.
TIMED := ^(CheckEngineTests|ChecksTests|LiveWireTests)

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */  \1\t/' | expand -t 12

setup:  ## install the Debian packages that the build needs
	@tools/install $(BUILD_PACKAGES)

setup-lab: setup  ## install the Debian packages that the tests and the lab need
	@tools/install $(TEST_PACKAGES)
	@$(SUDO) Tests/Lab/lab install

build: setup  ## build the command, with debugging
	swift build

release: setup  ## build the command for use
	swift build -c release --product mailgrade

test: setup-lab  ## install what tests need, build, run every test, the lab included
	swift build --build-tests
	$(SWIFT_TEST) --skip-build --skip '$(TIMED)|^(GradingTests|LabTests)'
	$(SWIFT_TEST) --skip-build --filter '^GradingTests'
	$(SWIFT_TEST) --no-parallel --skip-build --filter '$(TIMED)'
	$(SUDO) Tests/Lab/lab run $(AS_ME) $(SWIFT_TEST) --skip-build --filter '^LabTests'

lint:  ## check the formatting and the shell scripts
	swift format lint --strict --recursive Package.swift Sources Checks Tests
	for script in tools/install Tests/Lab/lab Tests/Lab/lib/*.sh Tests/Corpus/record tools/bench/judge .ci/run; do bash -n $$script; done

format:  ## format every source file
	swift format --in-place --recursive Package.swift Sources Checks Tests

docs:  ## write the generated pages again
	RECORD_DOCS=1 $(SWIFT_TEST) --filter "DocsAreCurrent|ProfileSchema" || true
	$(SWIFT_TEST) --skip-build --filter "DocsAreCurrent|ProfileSchema"

demo: setup-lab  ## start the lab, grade every domain in it, print the table, stop the lab
	swift build --product mailgrade
	@$(SUDO) Tests/Lab/lab run $(AS_ME) Tests/Lab/demo .build/debug/mailgrade

bench: setup-lab release  ## measure mailgrade and whatever of its peers is installed, 50 ms away from the same servers
	@$(SUDO) Tests/Lab/lab run $(AS_ME) tools/bench/bench .build/release/mailgrade $(BENCH)

corpus:  ## judge the saved evidence of the corpus: whose result a change moves, and why
	@swift build --build-tests --quiet
	@$(SWIFT_TEST) --skip-build --filter 'CorpusTests.table' 2>&1 | grep -vE "^[◇✔✘↳]|^\[|^Build" || true

corpus-table:  ## write down what the corpus comes to now
	swift build --build-tests
	RECORD_CORPUS=1 $(SWIFT_TEST) --skip-build --filter 'CorpusTests'

corpus-record: setup-lab  ## collect the evidence of the corpus again, then write its results down
	swift build --product mailgrade
	$(SUDO) Tests/Lab/lab run $(AS_ME) Tests/Corpus/record .build/debug/mailgrade
	@$(MAKE) corpus-table

bench-judge: release  ## measure reading and judging saved evidence, and judging 100,000 runs again
	@tools/bench/judge .build/release/mailgrade

check: lint test  ## everything that CI runs

.PHONY: help setup setup-lab build release test lint format docs demo bench bench-judge corpus corpus-table corpus-record check
