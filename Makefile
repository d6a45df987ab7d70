.DEFAULT_GOAL := help
.PHONY: help setup build run test program verify story compare faults soak bench bench-ledger bench-peers conformance lint format golden install clean

# What `make setup` needs to see, and where the program is installed.
PACKAGES := libxlsxwriter-dev libminizip-dev libisal-dev libsqlite3-dev zlib1g-dev pkg-config
# One file, which starts in three quarters of the time (Apple's systems have Swift's library themselves), and without
# frame pointers, which are a fortieth of a run: who profiles it builds it with them.
RELEASE := -c release --omit-frame-pointers $(if $(filter Linux,$(shell uname -s)),--static-swift-stdlib)
PREFIX ?= /usr/local
SEEDS ?= 1-60
LEDGER_SEEDS ?= 1-20
POINTS ?= 60
TIER ?= full
SEED ?= 1
SIZES ?= 500,100000,1000000
LINES ?= 250000,1000000
BAD ?= 0.04
ZPAY := .build/release/zpay
CONFORMANCE ?= ../shared/conformance/check

help: ## Show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1	\2/' | expand -t 22

setup: ## Install the C libraries and readers that are missing (apt or brew); nothing where all is there
	@scripts/setup $(PACKAGES)

build: setup
	@swift build $(RELEASE)

run: build ## Make the sample's sheets: the main job, start to end
	@$(ZPAY) run 2026Q1 -C Samples/2026Q1
	@echo
	@echo "Open Samples/2026Q1/out/2026Q1/summary.xlsx, then a statement in sheets/ beside it."

test: setup ## Pass the tests
	@swift test --parallel

# It is built otherwise than the one that the tests are built with: optimised, and of one piece.
program: build ## Pass the tests of the commands with the program that people get
	@ZPAY_PROGRAM="$(CURDIR)/.build/release/zpay" swift test --filter CommandsTests

verify: build ## Hold the samples to totals that were added up without zpay
	@$(ZPAY) verify 2026Q1 -C Samples/2026Q1 --expected Samples/2026Q1/expected.csv

story: build ## Two quarters with a ledger, command by command, in Samples/out
	@Samples/story $(ZPAY)

conformance: build ## Hold the program to the public cases, where they are there
	@test -x $(CONFORMANCE) && $(CONFORMANCE) $(ZPAY) || echo "no cases at $(CONFORMANCE): name them with CONFORMANCE=…"

compare: build ## Hold the program to a second implementation in Python, on random and damaged workspaces (SEEDS=1-60)
	@python3 Tests/Oracle/compare.py $(ZPAY) --seeds $(SEEDS)
	@python3 Tests/Oracle/damage.py $(ZPAY) $(SEEDS)
	@python3 Tests/Oracle/ledger_compare.py $(ZPAY) --seeds $(LEDGER_SEEDS)

faults: build ## Kill a close, or fail a call of it, at points of every kind (POINTS of each); change what is closed
	@python3 Tests/Faults/close_faults.py $(ZPAY) --points $(POINTS)
	@python3 Tests/Faults/tamper.py $(ZPAY)

soak: build ## Everything that is to break it, class by class (TIER=ci or full, SEED=1, ONLY=class,…)
	@scripts/setup-soak
	@python3 Tests/Soak/soak.py $(ZPAY) --tier $(TIER) --seed $(SEED) $(if $(ONLY),--only "$(ONLY)")

bench: build ## Time a run at several sizes, stage by stage (SIZES=500,100000,1000000 BAD=0.04)
	@python3 Tests/Bench/bench.py $(ZPAY) --sizes $(SIZES) --bad $(BAD)

bench-ledger: build ## Time a close, and runs beside a ledger, by runs without one (LINES=250000,1000000)
	@python3 Tests/Bench/bench_ledger.py $(ZPAY) --lines $(LINES)

bench-peers: build ## Time a run beside other programs from PyPI that do the same job, their results compared first (SIZES=… BAD=…)
	@test -x .build-peers/bin/python3 || python3 -m venv .build-peers
	@.build-peers/bin/pip install --quiet polars jetxl XlsxWriter pandas openpyxl python-calamine
	@python3 Tests/Bench/bench_peers.py $(ZPAY) --venv .build-peers --sizes $(SIZES) --bad $(BAD)

lint: ## Check the format, and that every planted fault still has its place; changes nothing
	@swift format lint --strict --recursive Sources Tests Templates Package.swift
	@python3 Tests/Soak/mutants.py --places

format: ## Format in place
	@swift format --in-place --recursive Sources Tests Templates Package.swift

golden: ## Write the golden files anew; read the diff before you commit it
	-RECORD_GOLDEN=1 swift test --filter Golden
	git --no-pager diff --stat -- '*/Golden/*'

install: build ## Install the program, one file, under PREFIX (default /usr/local)
	@install -d $(DESTDIR)$(PREFIX)/bin
	@install -s -m 755 $(ZPAY) $(DESTDIR)$(PREFIX)/bin/zpay

clean: ## Remove what was built and made
	@swift package clean
	@rm -rf Samples/*/out Samples/out
