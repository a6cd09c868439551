# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# Holdfast. "make help" lists what can be made.
#
# One make, no make in folders: platform/ keys/ fit-images/ boot/ tests/ each have a Makefile with
# lists of objects only (platform/README.md says how), and may have a rules.mk with rules.

VERSION := 0.1.0

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-builtin-variables

# Debian's own Python has the modules that deps installs; another one earlier in PATH does not.
export PATH := /usr/bin:$(PATH)
PYTHON ?= /usr/bin/python3

O ?= build
BOARD ?= virt-arm64
CONFIG ?= default
PREFIX ?= /usr/local
B := $(O)/$(BOARD)$(if $(filter-out default,$(CONFIG)),-$(CONFIG))
H := $(O)/host
# Where the loader is linked. A test that wants one for other keys gives a place of its own (LOADER=) and shares objects.
L := $(or $(LOADER),$(B))

Q := $(if $(filter 1,$(V)),,@)
say = @printf '  %-8s %s\n' '$(1)' '$(2)'

export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
export HOLDFAST_CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/holdfast
export O BOARD CONFIG PYTHON
export LC_ALL := C.UTF-8

# Goals that need no configuration, and goals that make their own throw-away keys.
bare-goals := help clean deps boards
dev-goals := demo check check-qemu10 run size bench bench-engines bench-boards attacks fuzz nightly rsa-offload signed-roots sbom all-boards dev-keys bench-files
host-goals := host-boot san-tools compile-commands format unit-programs tools install menuconfig savedefconfig olddefconfig genconfig dev-keys unit reproducible bench-sign readme

goals := $(or $(MAKECMDGOALS),all)

.PHONY: all
all: loader tools

ifneq ($(filter-out $(bare-goals),$(goals)),)
include platform/external/config.mk
include platform/external/external.mk
include platform/external/lists.mk
include platform/external/build.mk
include platform/external/trust.mk
include $(wildcard platform/rules.mk keys/rules.mk fit-images/rules.mk boot/rules.mk)
include tests/rules.mk
endif

.PHONY: help
help:
	@sed -n 's/^#: \{0,1\}//p' $(firstword $(MAKEFILE_LIST))

#: make demo [FORM=files]    install what is missing, build, boot a signed Linux on QEMU, show refusals; FORM: kernel in the root
#: make check                every test; the last line is the count
#: make [BOARD=b] TRUST=t    the loader build/<board>/holdfast.bin for the keys in a trust set, and the tools
#: make KEYS="[role:]a.pub"  the same for public keys
#: make tools                build/host/holdfast-keys and holdfast-image; make install PREFIX= DESTDIR=
#: make run [BOARD=b]        the demo image on a board, console on the terminal
#: make flash [BOARD=b]      build/<board>/flash.img: first stage (U-Boot SPL, TF-A) and loader; SPL_KEY= ROT_KEY= SLOT_A=FIT,ROOT
#: make boards, all-boards   the boards and how far each got; build every one
#: make size, bench, sbom    bytes and RAM by module; instructions to boot (bench-boards, bench-files); bill of materials
#: make attacks, fuzz        every image that must be refused; the fuzzers, TIME=seconds
#: make check-qemu10         the boots, with QEMU 10 from Debian's backports
#: make nightly              check, RSA by a device (make rsa-offload), make signed-roots, make readme, make reproducible, the fuzzers for longer
#: make menuconfig, savedefconfig, olddefconfig
#: make deps                 install the Debian packages that all this needs (root or sudo)
#: make clean
#:
#: RELEASE=1               a loader that refuses trust sets with test or dev keys
#: CONFIG=default|minimal|full  which defconfig of the board
#: O=dir V=1 LLVM=1 CROSS_COMPILE= SOURCE_DATE_EPOCH= as in Linux
#: MBEDTLS_DIR= LIBFDT_DIR= ZLIB_DIR= ZSTD_DIR= UBOOT_DIR= TFA_DIR= LINUX_DIR=  local sources

# Installs only what is missing, and asks for root only then.
.PHONY: deps
deps:
	@platform/external/deps.sh

.PHONY: boards
boards:
	@$(PYTHON) tests/check/boards.py

.PHONY: clean
clean:
	rm -rf $(O)

.PHONY: FORCE
FORCE:
