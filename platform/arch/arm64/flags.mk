# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# How AArch64 code is compiled. No floating-point registers, return addresses signed and branch targets marked
# where the CPU knows them.
#
# The small code model reaches everything relative to the PC by itself, so the image is position independent
# without -fpie and its GOT.

# A frame must be smaller than the guard page below the stack, or it could step over it.
frame-limit := $(if $(LLVM),-Wframe-larger-than=3968,-Werror=frame-larger-than=3968)

arch-flags := -march=armv8-a -mgeneral-regs-only -mbranch-protection=standard -fno-pic -fno-pie -mcmodel=small \
	-mno-outline-atomics $(frame-limit)
early-flags := -mstrict-align
early := $(addprefix platform/arch/arm64/,exception.o)
