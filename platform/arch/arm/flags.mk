# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# How ARMv7 code is compiled: C in Thumb-2, assembly in A32, integer division by instruction (armv7ve: the
# cores with LPAE have it). No floating-point register is ever used.
#
# Position independent by -fpie: with every symbol hidden (hidden.h, also what other files define) addresses
# are relative to the PC and there is no GOT.

# A frame must be smaller than the guard page below the stack, or it could step over it.
frame-limit := $(if $(LLVM),-Wframe-larger-than=3968,-Werror=frame-larger-than=3968)

arch-flags := -march=armv7ve -mfloat-abi=soft -mthumb -fpie -include platform/arch/arm/hidden.h \
	-isystem platform/arch/arm/libc $(frame-limit)
# The canary's address alone comes from a table: before relocation it would be read from anywhere.
early-flags := -mno-unaligned-access -fno-stack-protector
early := $(addprefix platform/arch/arm/,exception.o runtime.o)
