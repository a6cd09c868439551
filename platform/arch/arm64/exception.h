/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * exception.h - what is said when the processor stops us.
 */
#ifndef HOLDFAST_EXCEPTION_H
#define HOLDFAST_EXCEPTION_H

#include <stdint.h>

/* As vectors.S saves it. */
struct exception_frame {
	uint64_t x[31];
	uint64_t sp;
	uint64_t pc;
	uint64_t spsr;
	uint64_t esr;
	uint64_t far;
};

_Static_assert(sizeof(struct exception_frame) == 288, "vectors.S writes struct exception_frame");

/*
 * Print reason and registers, then plat_fail(). vector is the entry's number in the table, 0 to 15.
 */
_Noreturn void exception_report(const struct exception_frame *frame, unsigned vector);

#endif
