/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * start_arm.S - the program's beginning and end; and for Linux, where it may not ask the processor,
 * what sha2_cpu.S offers.
 */
#include "asm.h"

function _start
	mov	r0, sp
	blx	engines_main
end_function _start

function engines_exit
	mov	r7, #1
	svc	#0
end_function engines_exit

function sha2_cpu
	mov	r0, #1
	bx	lr
end_function sha2_cpu

function sha2_cpu_open
	bx	lr
end_function sha2_cpu_open

function sha2_cpu_close
	bx	lr
end_function sha2_cpu_close

	.section .rodata, "a"
	.balign	4
	.global	engines_sha256_asm
engines_sha256_asm:
	.word	digest_engine_sha256_arm
