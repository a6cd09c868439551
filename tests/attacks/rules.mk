# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# The cases, the programs that boot the whole core on the host with sanitizers, and the test build for the board.

A := $(O)/attacks

# A kernel for tests (tests/qemu/stub).
stub-sources := tests/qemu/stub/start.S tests/qemu/stub/stub.c
$(A)/stub.bin: $(stub-sources) tests/qemu/stub/stub.ld
	@mkdir -p $(@D)
	$(call say,STUB,$@)
	$(Q)$(CROSS_COMPILE)gcc -std=c11 -Os -ffreestanding -fno-builtin -fno-stack-protector -mgeneral-regs-only \
		-mstrict-align -mcmodel=tiny -fno-pic -fno-asynchronous-unwind-tables $(WARNINGS) -nostdlib -static \
		-Wl,--build-id=none -T tests/qemu/stub/stub.ld -o $(A)/stub.elf $(stub-sources)
	$(Q)$(CROSS_COMPILE)objcopy -O binary $(A)/stub.elf $@

$(A)/index.json: $(wildcard tests/attacks/*.py) $(A)/stub.bin
	$(call say,ATTACKS,$@)
	$(Q)$(PYTHON) -B tests/attacks/table.py make $(A) --stub $(A)/stub.bin

$(A)/corpus.disk: $(A)/index.json
	$(Q)$(PYTHON) -B tests/attacks/table.py corpus $(A) $@

$(A)/stage.dtb: tests/attacks/stage.dts
	@mkdir -p $(@D)
	$(Q)dtc -q -I dts -O dtb -o $@ $<

# On the host. Their own keyring comes first.
attack-programs := $(addprefix $(H)/san/tests/attacks/,host_main sweep media)

$(attack-programs): %: %.o $(H)/san/tests/attacks/case.o $(H)/san/libholdfast.a
	$(call say,LD,$@)
	$(Q)$(HOSTCC) $(san-options) -Wl,--allow-multiple-definition -o $@ $^ -lcrypto

$(H)/san/tests/attacks/%.o: private san-flags += -Itests/attacks

.PHONY: attack-programs
attack-programs: $(attack-programs) $(A)/index.json $(A)/stage.dtb

# On the board: the loader's sources, another main, every trust set of the cases. Compiled apart, without link-time
# optimisation, because the linker's --wrap does not reach calls that were optimised away.
C := $(A)/board
corpus-wraps := boot_main plat_media plat_enter plat_fail keyring_built_in
corpus-flags = $(filter-out -flto%,$(target-flags)) -mstrict-align -I$(C)
corpus-objects := $(addprefix $(C)/obj/,$(target-core) $(target-board) $(target-external) \
	tests/attacks/corpus_main.o tests/attacks/corpus_jump.o)
comma := ,

$(eval $(call object-rules,$(C)/obj,CC,corpus-flags,$(B)/include/autoconf.h))

$(C)/keyrings.c: $(A)/index.json $(H)/holdfast-keys tests/attacks/keyrings.py
	@mkdir -p $(@D)
	$(Q)$(PYTHON) -B tests/attacks/keyrings.py $(A) $(H)/holdfast-keys $(C)

$(C)/keyrings.o: $(C)/keyrings.c $(C)/obj/.flags
	$(Q)$(CC) $(corpus-flags) -MMD -MP -c -o $@ $<

$(C)/corpus.elf: $(corpus-objects) $(C)/keyrings.o $(B)/link.ld
	$(call say,LD,$@)
	$(Q)$(CC) $(arch-flags) $(link-with) -nostdlib $(link-flags) -Wl,--gc-sections,--build-id=none \
		$(addprefix -Wl$(comma)--wrap=,$(corpus-wraps)) -Wl,-z,noexecstack -T $(B)/link.ld -o $@ $(filter %.o,$^)

$(C)/corpus.bin: $(C)/corpus.elf
	$(Q)$(OBJCOPY) -O binary $< $@
	$(Q)$(PYTHON) platform/arch/common/pack_relocations.py $< $@

$(C)/obj/tests/attacks/corpus_main.o: private WARNINGS += -Wno-reserved-identifier

.PHONY: attack-board
attack-board: $(C)/corpus.bin $(A)/corpus.disk

# Everything that attacks, with its own count.
.PHONY: attacks
attacks:
	$(Q)$(PYTHON) -m pytest -q -p no:cacheprovider tests/attacks

-include $(attack-programs:%=%.d) $(H)/san/tests/attacks/case.d $(corpus-objects:%.o=%.d) $(C)/keyrings.d
