# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# Tests. make unit builds and runs the unit tests; make check runs everything (tests/check/run.py).

# tests/unit/<floor>/test_<name>.c is a program of its own. Its own definitions replace those of the core
# at link time (it comes first), so a test needs no #ifdef in what it tests.
unit-sources := $(sort $(wildcard tests/unit/*/test_*.c))
unit-programs := $(unit-sources:%.c=$(H)/san/%)

.PHONY: unit unit-programs
unit-programs: $(unit-programs)

unit: $(unit-programs)
	$(Q)$(PYTHON) tests/check/unit.py $(unit-programs)

# Other .c files of the same folder are helpers of all its programs.
unit-helpers = $(patsubst %.c,$(H)/san/%.o,$(filter-out $(1)test_%,$(wildcard $(1)*.c)))
unit-libs := -lcmocka -lcrypto

.SECONDARY: $(unit-programs:%=%.o)
$(foreach p,$(unit-sources),$(eval $(p:%.c=$(H)/san/%): $(call unit-helpers,$(dir $(p)))))
$(unit-programs): %: %.o $(H)/san/libholdfast.a
	$(call say,LD,$@)
	$(Q)$(HOSTCC) $(san-options) -Wl,--allow-multiple-definition -o $@ $(filter %.o,$^) $(filter %.a,$^) $(unit-libs)

-include $(unit-programs:%=%.d)

# The tools with sanitizers, for their tests.
.PHONY: san-tools
san-tools: $(if $(keys-tool),$(H)/san/holdfast-keys) $(if $(image-tool),$(H)/san/holdfast-image)

# All of it; make check STAGES="unit qemu" runs some. The stages call make again for the other configurations and
# the other compiler.
export CHECK_OVERRIDES := $(MAKEOVERRIDES)
.PHONY: check
check: $(deps-stamp)
	@$(PYTHON) tests/check/run.py $(STAGES)

# The boots again with QEMU 10, beside the installed 7.2; the counting plugin is for 7.2 only.
.PHONY: check-qemu10
check-qemu10: $(deps-stamp)
	@qemu=$$(platform/external/qemu10.sh) && PATH=$$qemu:$$PATH $(PYTHON) tests/check/run.py $(or $(STAGES),build boards qemu demo)

# Every compile command of ours, for clang-tidy, gcc -fanalyzer and editors. Two files: what is in the loader, and what is
# on the host.
own-host := $(filter-out $(target-core),$(host-core) $(keys-tool) $(image-tool))
with-flags = $(foreach o,$(1),$(call quote,$(strip $(o) $(CFLAGS_$(o)))))
.PHONY: compile-commands
compile-commands: $(B)/obj/.flags $(H)/obj/.flags $(B)/include/autoconf.h $(H)/include/autoconf.h
	$(Q)$(PYTHON) tests/check/compile_commands.py -o $(B)/compile_commands.json --set $(B)/obj $(call with-flags,$(target-core) $(target-board))
	$(Q)$(PYTHON) tests/check/compile_commands.py -o $(H)/compile_commands.json --set $(H)/obj $(call with-flags,$(own-host))

# Formatting, in place: comments wrapped at 100 columns, then clang-format.
.PHONY: format
format:
	$(Q)$(PYTHON) tests/check/wrap.py $$(git ls-files -co --exclude-standard '*.c' '*.h' '*.S')
	$(Q)clang-format -i --style=file $$(git ls-files -co --exclude-standard '*.c' '*.h')

# Sizes: a line a configuration, then by module; for the keys that the loader has, else development keys.
.PHONY: size
size:
	@for config in default minimal; do \
		$(MAKE) --no-print-directory -s O=$(O) CONFIG=$$config TRUST=$(TRUST) KEYS="$(KEYS)" loader >/dev/null; done
	@$(PYTHON) tests/check/size.py $(foreach c,default minimal,$(c)=$(O)/$(BOARD)$(if $(filter-out default,$(c)),-$(c))/holdfast)

# What went into the loader, as CycloneDX and SPDX.
.PHONY: sbom
sbom: $(B)/holdfast.bin
	@$(PYTHON) platform/external/sbom.py --version $(VERSION) --binary $(B)/holdfast.bin -o $(B) \
		$(foreach p,$(external-vars),$(word 1,$(subst :, ,$(p)))=$($(word 2,$(subst :, ,$(p)))))

.PHONY: all-boards
all-boards:
	@for board in $(notdir $(patsubst %/,%,$(dir $(wildcard platform/boards/*/defconfig)))); do \
		$(MAKE) --no-print-directory O=$(O) BOARD=$$board CONFIG=default TRUST=$(TRUST) loader; done

include $(wildcard tests/*/rules.mk)

# All of the tests, then what takes longer: the offload of RSA, two builds of all boards, the fuzzers.
.PHONY: nightly
nightly: check rsa-offload reproducible fuzz
