/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sha2_cpu.h - what SHA-2 instructions the processor has, and their registers.
 */
#ifndef HOLDFAST_SHA2_CPU_H
#define HOLDFAST_SHA2_CPU_H

#include <stdint.h>

/* Whether there are processors with instructions for SHA-512. */
#define SHA2_CPU_LONG 1

/* 0: none; 1: SHA-256; 2: also SHA-512. ID_AA64ISAR0_EL1.SHA2, bits 12 to 15. */
static inline unsigned sha2_cpu(void)
{
	uint64_t isar0;

	__asm__("mrs %0, ID_AA64ISAR0_EL1" : "=r"(isar0));
	return isar0 >> 12 & 0xf;
}

/* The vector registers are always on (start.S). */
static inline void sha2_cpu_open(void)
{
}

static inline void sha2_cpu_close(void)
{
}

#endif
