/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * runner.h - what differs between the runner on the host and on arm64.
 */
#ifndef HOLDFAST_RUNNER_H
#define HOLDFAST_RUNNER_H

#include <stdint.h>

#include "digest.h"
#include "modexp.h"

/* The engines to try, best first; NULL ends. */
extern const struct digest_engine *const runner_engines[];
extern const struct modexp_engine *const runner_modexp_engines[];

/* Whether the engines' assembly leaves the registers alone that belong to its caller. */
int runner_registers_kept(void);

/*
 * Compare the first of runner_modexp_engines with software on count random keys and numbers, and
 * its parts with other arithmetic; returns how many differed.
 */
unsigned runner_modexp(uint64_t seed, unsigned long count);

/* xorshift64*: the same numbers on every machine for a state that is not 0 (runner.c). */
uint64_t runner_random(uint64_t *state);

#endif
