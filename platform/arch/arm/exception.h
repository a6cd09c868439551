/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * exception.h - what is said when the processor stops us.
 */
#ifndef HOLDFAST_EXCEPTION_H
#define HOLDFAST_EXCEPTION_H

#include <stdint.h>

/* As vectors.S saves it. */
struct exception_frame {
	uint32_t r[13];
	uint32_t sp;
	uint32_t pc; /* the banked return address: behind the instruction, by kind and state */
	uint32_t lr;
	uint32_t psr;
	uint32_t status;  /* DFSR, IFSR or HSR; else 0 */
	uint32_t address; /* DFAR, IFAR, HDFAR or HIFAR; else 0 */
};

_Static_assert(sizeof(struct exception_frame) == 76, "vectors.S writes struct exception_frame");

/*
 * Print reason and registers, then plat_fail(). vector is the entry's number in the table, 0 to 7.
 */
_Noreturn void exception_report(const struct exception_frame *frame, unsigned vector);

#endif
