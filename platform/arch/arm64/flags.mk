# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# How AArch64 code is compiled and linked. No floating-point registers (Linux's are not ours to
# spill), return addresses signed and branch targets marked where the CPU knows them, no GOT.

arch-flags := -march=armv8-a -mgeneral-regs-only -mbranch-protection=standard -fpie -mno-outline-atomics
link-flags := -static-pie -nostartfiles -Wl,--no-dynamic-linker,-z,text,-z,max-page-size=4096
linker-script := platform/arch/arm64/link.ld
