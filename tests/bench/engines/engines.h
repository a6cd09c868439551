/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* engines.h - between main.c and start_*.S. */
#ifndef HOLDFAST_ENGINES_H
#define HOLDFAST_ENGINES_H

#include <stdint.h>

struct digest_engine;

/* From start_*.S with the stack as Linux made it: the count of arguments, then their addresses. */
void engines_main(const uintptr_t *stack);

/* SHA-256 in assembly without special instructions; NULL if there is none (start_*.S). */
extern const struct digest_engine *const engines_sha256_asm;

/* End the program. */
_Noreturn void engines_exit(int code);

#endif
