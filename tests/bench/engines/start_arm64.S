/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* start_arm64.S - the program's beginning and end. */
#include "asm.h"

function _start
	mov	x0, sp
	b	engines_main
end_function _start

function engines_exit
	mov	x8, #93
	svc	#0
end_function engines_exit

	.section .rodata, "a"
	.balign	8
	.global	engines_sha256_asm
engines_sha256_asm:
	.quad	0
