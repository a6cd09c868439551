# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# The other processors of a board: the loader's own objects but those of the upper floors, and another boot_main().
cores-program := $(addprefix $(B)/obj/,$(filter platform/% keys/%,$(target-core)) $(target-board) \
	$(filter external/%,$(target-external)) tests/qemu/cores_main.o)

$(B)/cores/cores.elf: $(cores-program) $(B)/link.ld
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(target-flags) $(link-with) -nostdlib $(link-flags) -Wl,--gc-sections,--build-id=none,--fatal-warnings \
		-Wl,-z,noexecstack -T $(B)/link.ld -o $@ $(filter %.o,$^)

$(B)/cores/cores.bin: $(B)/cores/cores.elf
	$(Q)$(OBJCOPY) -O binary $< $@
	$(Q)$(PYTHON) platform/arch/common/pack_relocations.py $< $@

$(B)/obj/tests/qemu/cores_main.o: CFLAGS_tests/qemu/cores_main.o := -include $(board-dir)/board.h

.PHONY: cores-program
cores-program: $(B)/cores/cores.bin

-include $(patsubst %.o,%.d,$(filter $(B)/obj/tests/%,$(cores-program)))
