# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# make bench: guest instructions from reset to the kernel's first, beside U-Boot, and of each engine. U-Boot is built
# once and kept outside.

BENCH := $(O)/bench

# Only qemu-plugin.h is taken from QEMU's source (plugin API 1: QEMU 7.2).
$(BENCH)/count.so: tests/bench/count.c
	@mkdir -p $(@D)
	$(call say,PLUGIN,$@)
	$(Q)source=$$(platform/external/fetch.sh qemu) && \
		$(HOSTCC) -std=gnu11 -O2 -Wall -Wextra -Wshadow -Werror -shared -fPIC -I$$source/include/qemu -o $@ $<

# The engines as a program for Linux: the board's own objects, and three files of U-Boot as its default configuration
# compiles them (for size). Its headers would need a configured tree: empty ones of the same names, and engines/u_boot.h.
BE := $(B)/bench
u-boot-headers := $(addprefix $(BE)/include/,fdtdec.h log.h compiler.h asm/types.h asm/byteorder.h asm/unaligned.h \
	linux/errno.h linux/compiler_attributes.h u-boot/rsa.h u-boot/rsa-mod-exp.h u-boot/schedule.h u-boot/sha256.h \
	u-boot/sha512.h)
$(u-boot-headers):
	@mkdir -p $(@D)
	@touch $@

u-boot-flags := -std=gnu11 -Os -w -ffreestanding -ffunction-sections $(filter -march=% -mfloat-abi=% -mthumb \
	-mgeneral-regs-only,$(arch-flags)) $(if $(CONFIG_ARM),-isystem platform/arch/arm/libc)
u-boot-objects := $(addprefix $(BE)/u-boot/,sha256.o sha512.o rsa/rsa-mod-exp.o)
$(u-boot-objects): $(BE)/u-boot/%.o: tests/bench/engines/u_boot.h $(u-boot-headers) $(O)/external/u-boot.dir
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) $(u-boot-flags) -include tests/bench/engines/u_boot.h -I$(BE)/include -c -o $@ $(UBOOT_DIR)/lib/$*.c

bench-objects := $(addprefix $(B)/obj/,$(filter platform/common/% keys/%,$(target-core)) platform/common/string.o \
	$(filter platform/arch/$(arch)/runtime.o %/sha2.o %/sha2_armv8.o %/sha256_arm.o %/sha256_arm_blocks.o %/sha256_constants.o %/modexp_asm.o %/montgomery.o %/sha256_armv8.o %/sha512_armv8.o, \
	$(target-board)) $(filter external/mbedtls/%,$(target-external)) \
	$(addprefix tests/bench/engines/,main.o start_$(arch).o))
$(BE)/engines: $(bench-objects) $(u-boot-objects)
	$(call say,LD,$@)
	$(Q)$(CC) $(target-flags) -fno-pie -no-pie -nostdlib -static -Wl,--gc-sections,--build-id=none,-z,noexecstack -o $@ $^

# Without link-time optimisation: compilers call the canary by themselves.
$(B)/obj/tests/bench/engines/main.o: private target-flags := $(filter-out -flto%,$(target-flags))

.PHONY: bench-program bench-engines
bench-program: $(BE)/engines

# On both architectures, whatever BOARD is.
bench-engines: $(BENCH)/count.so
	$(Q)for board in virt-arm64 virt-arm; do \
		$(MAKE) --no-print-directory O=$(O) BOARD=$$board TRUST=$(O)/dev-keys/trust.dtb dev-keys bench-program; done
	$(Q)$(PYTHON) -B tests/bench/engines.py --plugin $(BENCH)/count.so --work $(BENCH) \
		arm64=$(O)/virt-arm64/bench/engines arm=$(O)/virt-arm/bench/engines

-include $(patsubst %.o,%.d,$(filter $(B)/obj/tests/bench/%,$(bench-objects)))

# Each board's figures, of the shipped configuration.
.PHONY: bench-boards
bench-boards: $(BENCH)/count.so $(H)/holdfast-keys $(H)/holdfast-image
	$(Q)$(MAKE) --no-print-directory O=$(O) TRUST=$(O)/dev-keys/trust.dtb dev-keys all-boards
	$(Q)$(PYTHON) -B tests/bench/per_board.py --plugin $(BENCH)/count.so --out $(O) $(if $(TOP),--top $(TOP))

# Kernel and initrd from a dm-verity root with 1, 2 and 4 processors, and as images.
.PHONY: bench-files
bench-files: $(BENCH)/count.so $(H)/holdfast-keys $(H)/holdfast-image
	$(Q)$(MAKE) --no-print-directory O=$(O) BOARD=virt-arm64 CONFIG=full TRUST=$(O)/dev-keys/trust.dtb dev-keys loader
	$(Q)$(PYTHON) -B tests/bench/files.py --plugin $(BENCH)/count.so --work $(BENCH)/files --out $(O) $(if $(TOP),--top $(TOP))

# What signing takes on this machine.
.PHONY: bench-sign
bench-sign: $(H)/holdfast-keys
	$(Q)$(PYTHON) -B tests/bench/sign.py --host $(H)

.PHONY: bench-plugin bench
bench-plugin: $(BENCH)/count.so

bench: bench-engines $(BENCH)/count.so $(H)/holdfast-keys
	$(Q)kernel=$$(tests/bench/debian-kernel.sh); others=(); \
	for variant in tuned min2 ce; do \
		directory=$$(tests/bench/u-boot/build.sh $$variant); others+=(--u-boot "$$variant=$$directory"); done; \
	$(PYTHON) -B tests/bench/bench.py --plugin $(BENCH)/count.so --work $(BENCH) --host $(H) --loads \
		--kernel "$$kernel" "$${others[@]}"
