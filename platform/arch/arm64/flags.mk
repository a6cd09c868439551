# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# How AArch64 code is compiled and linked. No floating-point registers, return addresses signed and branch
# targets marked where the CPU knows them.
#
# The small code model reaches everything relative to the PC by itself, so the image is position independent
# without -fpie and its GOT; words that hold addresses, also in read-only tables, are relocated by start.S
# before the MMU protects them (hence -z notext). pack_relocations.py makes that table small.

# A frame must be smaller than the guard page below the stack, or it could step over it.
frame-limit := $(if $(LLVM),-Wframe-larger-than=3968,-Werror=frame-larger-than=3968)

arch-flags := -march=armv8-a -mgeneral-regs-only -mbranch-protection=standard -fno-pic -fno-pie -mcmodel=small \
	-mno-outline-atomics $(frame-limit)
link-flags := -pie -nostartfiles -Wl,--no-dynamic-linker,-Bsymbolic,-z,notext,-z,norelro,-z,max-page-size=4096
linker-script := platform/arch/arm64/link.ld
image-finish = $(PYTHON) platform/arch/arm64/pack_relocations.py $< $@

# What runs before the MMU is on: unaligned accesses would fault.
early := $(addprefix platform/arch/arm64/,entry.o exception.o home.o) $(addprefix platform/common/,stage_seeds.o stage_tree.o)
$(foreach o,$(early),$(eval $(B)/obj/$(o): CFLAGS_$(o) := -mstrict-align))
