# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# Compilers, flags, and the rules that make objects and programs: for the target, for the
# host's tools, and for the host's tests (with sanitizers).

# Toolchains. LLVM=1 is clang and lld of the default version, LLVM=-14 a certain one.
arch := $(if $(CONFIG_ARM),arm,arm64)
cross-arm64 := aarch64-linux-gnu
cross-arm := arm-linux-gnueabihf
CROSS_COMPILE ?= $(cross-$(arch))-
ifdef LLVM
llvm-suffix := $(filter -%,$(LLVM))
CC := clang$(llvm-suffix) --target=$(cross-$(arch))
HOSTCC ?= clang$(llvm-suffix)
OBJCOPY := $(or $(shell command -v llvm-objcopy$(llvm-suffix)),$(CROSS_COMPILE)objcopy)
link-with := -fuse-ld=lld
compiler-warnings := -Wno-unused-command-line-argument
else
CC := $(CROSS_COMPILE)gcc
HOSTCC ?= gcc
OBJCOPY := $(CROSS_COMPILE)objcopy
compiler-warnings :=
endif
HOSTAR ?= ar

# Warnings are errors, in our own code.
WARNINGS := -Wall -Wextra -Wshadow -Wundef -Wconversion -Wmissing-prototypes -Wstrict-prototypes -Wvla -Werror \
	$(compiler-warnings)
floors := -Iplatform/include -Iplatform/common -Ikeys -Ifit-images $(addprefix -Ifit-images/,verity files decompress) -Iboot
common-flags := -std=c11 -g $(floors) $(external-includes) -DHOLDFAST_VERSION='"$(VERSION)"' \
	-ffunction-sections -fdata-sections -fno-common \
	-ffile-prefix-map=$(CURDIR)=. -ffile-prefix-map=$(CURDIR)/= -ffile-prefix-map=$(HOLDFAST_CACHE)/=

# The target. platform/arch/<arch>/flags.mk sets arch-flags, link-flags, early-flags (what may not access memory
# unaligned), and frame-limit.
include platform/arch/$(arch)/flags.mk
# Words that hold addresses, also in read-only tables, are relocated by start.S before the MMU protects them (hence
# -z notext). pack_relocations.py makes that table small.
link-flags := -pie -nostartfiles -Wl,--no-dynamic-linker,-Bsymbolic,-z,notext,-z,norelro,-z,max-page-size=4096
# What runs before the MMU is on: unaligned accesses would fault.
early += $(addprefix platform/arch/common/,entry.o home.o report.o) \
	$(addprefix platform/common/,stage_header.o stage_seeds.o stage_tree.o)
$(foreach o,$(early),$(eval $(B)/obj/$(o): CFLAGS_$(o) := $(early-flags)))
target-flags := $(common-flags) -include $(B)/include/autoconf.h -Oz -flto=auto -ffreestanding -fno-builtin-printf \
	-fstack-protector-strong -fno-strict-aliasing -fno-asynchronous-unwind-tables -fno-unwind-tables \
	-fvisibility=hidden $(arch-flags) \
	-Iplatform/arch/$(arch) -Iplatform/arch/common -Iplatform/drivers -Iplatform/boards/$(BOARD)

# The host. Tools are plain; tests have sanitizers and stop at the first finding.
host-flags := $(common-flags) -include $(H)/include/autoconf.h -D_GNU_SOURCE= -Iplatform/host -fstack-protector-strong
tool-flags := $(host-flags) -O2
san-options := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
san-flags := $(host-flags) -O1 $(san-options)

# A file that changes when the flags do; objects depend on it. $(1) where, $(2) text
flags-file = $(1)/.flags
define flags-rule
$(1)/.flags: FORCE
	@mkdir -p $$(@D)
	@printf '%s\n' $$(call quote,$(2)) $$(call quote,$$(external-flags)) >$$@.$$$$$$$$; \
	if cmp -s $$@.$$$$$$$$ $$@; then rm $$@.$$$$$$$$; else mv $$@.$$$$$$$$ $$@; fi
endef
quote = '$(subst ','\'',$(1))'

external-libs := mbedtls libfdt zlib zstd-common zstd-decompress
# $(1) directory of objects, $(2) name of the compiler's variable, $(3) name of the flags' variable, $(4) autoconf.h
define object-rules
$(call flags-rule,$(1),$$($(2)) $$($(3)))
$(1)/.flags: external-flags = $$(foreach lib,$$(external-libs),$$(external-flags-$$(lib)))
$(1)/%.o: %.c $(1)/.flags $(4)
	@mkdir -p $$(@D)
	$$(call say,CC,$$@)
	$$(Q)$$($(2)) $$($(3)) $(WARNINGS) $$(CFLAGS_$$*.o) -MD -MP -c -o $$@ $$<
$(1)/%.o: %.S $(1)/.flags $(4)
	@mkdir -p $$(@D)
	$$(call say,AS,$$@)
	$$(Q)$$($(2)) $$($(3)) $$(CFLAGS_$$*.o) -D__ASSEMBLY__ -MD -MP -c -o $$@ $$<
$(foreach lib,$(external-libs),$(call external-rule,$(1),$(2),$(3),$(4),$(lib)))
endef

define external-rule

$(1)/external/$(5)/%.o: $(external-src-$(5))/%.c $(1)/.flags $(4) $(wildcard platform/external/*.h)
	@mkdir -p $$(@D)
	$$(call say,CC,$$@)
	$$(Q)$$($(2)) $$($(3)) $$(external-flags-$(5)) -MD -MP -c -o $$@ $$<
endef

$(eval $(call object-rules,$(B)/obj,CC,target-flags,$(B)/include/autoconf.h))
$(eval $(call object-rules,$(H)/obj,HOSTCC,tool-flags,$(H)/include/autoconf.h))
$(eval $(call object-rules,$(H)/san,HOSTCC,san-flags,$(H)/include/autoconf.h))

# Ordinary objects where everything else is compiled at link time: what the compiler calls by itself, and what
# runs before relocation (clang's link-time code reaches the canary through a table of addresses).
$(addprefix $(B)/obj/,platform/common/string.o $(early)): target-flags := $(filter-out -flto%,$(target-flags))

# The tree of a board whose stage before brings none (board_tree, platform/arch: home.h).
$(B)/obj/platform/boards/%/board_tree.o: platform/boards/%/board.dts $(B)/obj/.flags
	@mkdir -p $(@D)
	$(call say,DTC,$@)
	$(Q)dtc -q -I dts -O dtb -o $(@:.o=.dtb) $<
	$(Q)printf '%s\n' '.section .rodata.board_tree, "a"' '.balign 8' '.global board_tree' 'board_tree:' '.incbin "$(@:.o=.dtb)"' \
		| $(CC) $(target-flags) $(compiler-warnings) -x assembler -c -o $@ -

# The loader, linked in $(L).
target-objects := $(addprefix $(B)/obj/,$(target-core) $(target-board) $(target-external))

.PHONY: loader
loader: $(L)/holdfast.bin

$(L)/gen/keyring_table.o: $(L)/gen/keyring_table.c $(B)/obj/.flags $(B)/include/autoconf.h
	$(call say,CC,$@)
	$(Q)$(CC) $(target-flags) $(WARNINGS) -MD -MP -c -o $@ $<

$(B)/link.ld: platform/arch/common/link.ld $(B)/include/autoconf.h
	$(Q)$(CC) -E -P -x c -undef -include $(B)/include/autoconf.h -o $@ $<

# The trust set first: one that is refused is said before anything is compiled.
$(L)/holdfast.elf: $(L)/gen/keyring_table.c $(target-objects) $(L)/gen/keyring_table.o $(B)/link.ld
	$(call say,LD,$@)
	$(Q)$(CC) $(target-flags) $(link-with) -nostdlib $(link-flags) -Wl,--gc-sections,--build-id=none,--fatal-warnings \
		-Wl,-z,noexecstack,-Map=$(L)/holdfast.map -T $(B)/link.ld -o $@ $(filter %.o,$^)

$(L)/holdfast.raw: $(L)/holdfast.elf
	$(Q)$(OBJCOPY) -O binary $< $@
	$(Q)$(PYTHON) platform/arch/common/pack_relocations.py $< $@

# What goes to flash: the loader behind its unpacker (platform/pack/README.md).
pack := $(if $(CONFIG_PACK_DEFLATE),deflate,$(if $(CONFIG_PACK_LZ4),lz4))
pack-sources := $(addprefix platform/pack/,$(arch).S unpack_$(pack).c branches_$(arch).c)
# What compilers call by themselves; what they do not call is left out.
pack-sources += $(if $(CONFIG_ARM),platform/arch/arm/runtime.S platform/common/string.c)
# No canary and no signed returns: it runs before there are any, once, on its own input.
pack-flags = $(filter-out -flto% $(frame-limit) -f%stack-protector-strong -mbranch-protection=%,$(target-flags)) $(early-flags) -fno-stack-protector $(if $(CONFIG_PACK_LZ4),-O2) -fno-builtin

$(B)/unpack.elf: $(pack-sources) platform/pack/link.ld platform/pack/unpack.h $(board-dir)/board.h $(B)/obj/.flags platform/external/build.mk $(B)/include/autoconf.h
	$(call say,LD,$@)
	$(Q)$(CC) $(pack-flags) $(WARNINGS) $(link-with) -nostdlib -static -Wl,--gc-sections,--build-id=none,-z,noexecstack \
		-T platform/pack/link.ld -o $@ $(pack-sources)

$(B)/unpack.bin: $(B)/unpack.elf
	$(Q)$(OBJCOPY) -O binary $< $@

$(L)/holdfast.bin: $(L)/holdfast.raw $(if $(pack),$(B)/unpack.bin platform/pack/pack.py platform/pack/branches.py)
	$(Q)$(if $(pack),$(PYTHON) -B platform/pack/pack.py $(pack) $(arch) $(B)/unpack.bin $< $@,cp $< $@)
	@printf '  %-8s %s (%s bytes)\n' BIN $@ "$$(stat -c %s $@)"

# The host's core, once plain for the tools and once with sanitizers for the tests.
$(H)/libholdfast.a: $(addprefix $(H)/obj/,$(host-core) $(host-external))
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(HOSTAR) rcsD $@ $^

$(H)/san/libholdfast.a: $(addprefix $(H)/san/,$(host-core) $(host-external))
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(HOSTAR) rcsD $@ $^

# The tools. Their fragments add objects (keys-tool-y, image-tool-y) and libraries (keys-tool-libs, image-tool-libs).
tools := $(if $(keys-tool),$(H)/holdfast-keys) $(if $(image-tool),$(H)/holdfast-image)

.PHONY: tools
tools: $(tools)

$(H)/holdfast-keys: $(addprefix $(H)/obj/,$(keys-tool)) $(H)/libholdfast.a
	$(call say,LD,$@)
	$(Q)$(HOSTCC) -o $@ $^ $(keys-tool-libs)

$(H)/holdfast-image: $(addprefix $(H)/obj/,$(image-tool)) $(H)/libholdfast.a
	$(call say,LD,$@)
	$(Q)$(HOSTCC) -o $@ $^ $(image-tool-libs)

# The same with sanitizers, for the tests of the tools: $(H)/san/holdfast-keys.
$(H)/san/holdfast-keys: $(addprefix $(H)/san/,$(keys-tool)) $(H)/san/libholdfast.a
	$(call say,LD,$@)
	$(Q)$(HOSTCC) $(san-options) -o $@ $^ $(keys-tool-libs)

$(H)/san/holdfast-image: $(addprefix $(H)/san/,$(image-tool)) $(H)/san/libholdfast.a
	$(call say,LD,$@)
	$(Q)$(HOSTCC) $(san-options) -o $@ $^ $(image-tool-libs)

.PHONY: install
install: tools
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions
	install -m 755 $(tools) $(DESTDIR)$(PREFIX)/bin
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/holdfast/schema $(wildcard keys/tool/schema/*.json)
	for page in $(wildcard keys/tool/*.1 keys/tool/man/*.1 fit-images/tool/*.1 fit-images/tool/man/*.1); do \
		install -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man1; done
	for file in $(wildcard keys/tool/*.bash keys/tool/completion/* fit-images/tool/*.bash fit-images/tool/completion/*); do \
		install -m 644 $$file $(DESTDIR)$(PREFIX)/share/bash-completion/completions/$$(basename $$file .bash); done

# Headers found while compiling (-MD, not -MMD: gcc takes headers beside mbedtls_config.h for system ones).
-include $(patsubst %.o,%.d,$(target-objects) $(B)/gen/keyring_table.o \
	$(foreach d,obj san,$(addprefix $(H)/$(d)/,$(host-core) $(host-external) $(keys-tool) $(image-tool))))
