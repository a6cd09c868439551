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
configs := default $(patsubst %_defconfig,%,$(notdir $(wildcard platform/boards/$(BOARD)/*_defconfig)))
.PHONY: size
size:
	@for config in $(configs); do \
		$(MAKE) --no-print-directory -s O=$(O) CONFIG=$$config TRUST=$(TRUST) KEYS="$(KEYS)" loader >/dev/null; done
	@$(PYTHON) tests/check/size.py $(foreach c,$(configs),$(c)=$(O)/$(BOARD)$(if $(filter-out default,$(c)),-$(c))/holdfast)

# Bills of materials, CycloneDX 1.6 and SPDX 2.3: $(B)/sbom.*.json of the loader and of the stages before it that were
# built, $(H)/TOOL.*.json of the tools.
sbom-sources := $(foreach p,$(external-vars),--source $(word 1,$(subst :, ,$(p)))=$($(word 2,$(subst :, ,$(p)))))
sbom-stage = $(if $(wildcard $(B)/$(2)),--stage $(1)=$(B)/$(2)=$$(platform/external/fetch.sh $(3))$(4))
sbom-tools = $(if $(pack),$(if $(CONFIG_PACK_LZ4),lz4,zopfli)) $(if $(filter %/board_tree.o,$(target-board)),dtc)
.PHONY: sbom
sbom: $(L)/holdfast.bin $(tools)
	@$(PYTHON) platform/external/sbom.py loader --version $(VERSION) --board $(BOARD) --binary $< --map $(L)/holdfast.map \
		-o $(B)/sbom $(foreach c,$(firstword $(CC)) $(or $(patsubst -fuse-ld=%,ld.%,$(link-with)),$(shell $(CC) -print-prog-name=ld)) $(OBJCOPY) $(PYTHON) $(sbom-tools),--built-with $(c)) \
		$(if $(spl-config),$(call sbom-stage,u-boot-spl,first-stage.bin,u-boot)) \
		$(if $(filter virt-arm64,$(BOARD)),$(call sbom-stage,tf-a,flash.img,tf-a,=mbedtls)) \
		$(sbom-sources) --objects $(target-objects) $(L)/gen/keyring_table.o
	@$(foreach t,$(tools),$(PYTHON) platform/external/sbom.py tool --version $(VERSION) --binary $(t) --compiler "$(HOSTCC)" \
		-o $(t) $(foreach c,$(firstword $(HOSTCC)) $(shell $(HOSTCC) -print-prog-name=ld) $(HOSTAR),--built-with $(c)) $(sbom-sources);)

.PHONY: all-boards
all-boards:
	@for board in $(notdir $(patsubst %/,%,$(dir $(wildcard platform/boards/*/defconfig)))); do \
		$(MAKE) --no-print-directory O=$(O) BOARD=$$board CONFIG=default TRUST=$(TRUST) loader; done

include $(wildcard tests/*/rules.mk)

# All of the tests, then what takes longer: the offload of RSA, two builds of all boards, the fuzzers.
.PHONY: nightly
nightly: check rsa-offload reproducible fuzz
