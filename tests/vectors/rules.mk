# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# The vector runner: for the host, and as static programs for qemu-aarch64 and qemu-arm (there with the SHA
# instructions of Armv8 and RSA in assembly, from the loader's own sources).

vectors-objects := $(filter-out keys/tool/% keys/trust_dtb.o keys/key_id.o keys/digest_blocks.o,$(filter keys/%.o,$(host-core))) \
	platform/common/status.o platform/common/hardened.o $(filter external/mbedtls/%,$(host-external)) \
	tests/vectors/runner.o
vectors-asm := tests/vectors/rsa_asm.o $(addprefix platform/arch/common/,sha2.o sha2_armv8.o modexp_asm.o)
vectors-arm64 := $(vectors-objects) $(vectors-asm) tests/vectors/engines_arm64.o \
	$(addprefix platform/arch/arm64/,sha256_armv8.o sha512_armv8.o montgomery.o)
vectors-arm := $(vectors-objects) $(vectors-asm) tests/vectors/engines_arm.o tests/vectors/keeps_arm.o \
	$(addprefix platform/arch/arm/,sha256_armv8.o sha256_arm.o sha256_arm_blocks.o sha256_constants.o montgomery.o)
vectors-host := $(vectors-objects) tests/vectors/engines_host.o

# With a C library, whatever compiler the loader itself is built with.
VECTORS_CC-arm64 := $(cross-arm64)-gcc
VECTORS_CC-arm := $(cross-arm)-gcc -mthumb
# $(1) architecture
define vectors-runner
vectors-flags-$(1) := $$(common-flags) -include $$(H)/include/autoconf.h -D_GNU_SOURCE= -O2 -Iplatform/arch/$(1) \
	-Iplatform/arch/common -DCONFIG_RSA_ASM=1
$$(eval $$(call object-rules,$$(O)/vectors/$(1),VECTORS_CC-$(1),vectors-flags-$(1),$$(H)/include/autoconf.h))

$$(O)/vectors/runner-$(1): $$(vectors-$(1):%=$$(O)/vectors/$(1)/%)
	$$(call say,LD,$$@)
	$$(Q)$$(VECTORS_CC-$(1)) -static -Wl,-z,noexecstack -o $$@ $$^

-include $$(patsubst %.o,%.d,$$(vectors-$(1):%=$$(O)/vectors/$(1)/%))
endef
$(foreach arch,arm64 arm,$(eval $(call vectors-runner,$(arch))))

$(O)/vectors/runner-host: $(vectors-host:%=$(H)/obj/%)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(HOSTCC) -o $@ $^

# For a board: the loader's own objects but those of the upper floors, and another boot_main().
vectors-board := $(addprefix $(B)/obj/,$(filter platform/% keys/%,$(target-core)) $(target-board) \
	$(filter external/%,$(target-external)) tests/vectors/board_main.o tests/vectors/board_records.o)

$(B)/vectors/vectors.elf: $(vectors-board) $(B)/link.ld
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(target-flags) $(link-with) -nostdlib $(link-flags) -Wl,--gc-sections,--build-id=none,--fatal-warnings \
		-Wl,-z,noexecstack -T $(B)/link.ld -o $@ $(filter %.o,$^)

$(B)/vectors/vectors.bin: $(B)/vectors/vectors.elf
	$(Q)$(OBJCOPY) -O binary $< $@
	$(Q)$(PYTHON) platform/arch/common/pack_relocations.py $< $@

.PHONY: vectors-board
vectors-board: $(B)/vectors/vectors.bin

.PHONY: vectors-programs
vectors-programs: $(O)/vectors/runner-host $(O)/vectors/runner-arm64 $(O)/vectors/runner-arm

-include $(patsubst %.o,%.d,$(vectors-host:%=$(H)/obj/%))
-include $(patsubst %.o,%.d,$(filter $(B)/obj/tests/%,$(vectors-board)))
