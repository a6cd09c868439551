/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A kernel for tests: the header of an arm64 Image, and a program that says in which state it was
 * entered (Linux Documentation/arch/arm64/booting.rst), then switches the machine off.
 */
	.section .head, "ax"
	.globl _start
_start:
	ccmp	x18, #0, #0xd, pl	/* "MZ": what tests/bench/count.c stops at */
	b	entry
	.quad	0			/* text_offset */
	.quad	_image_size
	.quad	2			/* little-endian, 4 KiB pages */
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0

entry:
	mov	x19, x0
	mov	x20, x1
	orr	x20, x20, x2
	orr	x20, x20, x3
	mrs	x21, CurrentEL
	lsr	x21, x21, #2
	mrs	x22, DAIF
	cmp	x21, #2
	b.eq	1f
	mrs	x23, SCTLR_EL1
	b	2f
1:	mrs	x23, SCTLR_EL2
2:	adrp	x9, _stack
	add	sp, x9, #0
	adrp	x9, _bss
	add	x9, x9, :lo12:_bss
	adrp	x10, _bss_end
	add	x10, x10, :lo12:_bss_end
3:	cmp	x9, x10
	b.hs	4f
	str	xzr, [x9], #8
	b	3b
4:	mov	x0, x19
	mov	x1, x20
	mov	x2, x21
	mov	x3, x22
	mov	x4, x23
	adr	x5, _start
	bl	stub_main
	cmp	x21, #2
	mov	w0, #8			/* PSCI SYSTEM_OFF 0x84000008 */
	movk	w0, #0x8400, lsl #16
	b.eq	5f
	hvc	#0
	b	6f
5:	smc	#0
6:	wfi
	b	6b
