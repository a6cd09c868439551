/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * runner.h - what differs between the runner on the host and on arm64.
 */
#ifndef HOLDFAST_RUNNER_H
#define HOLDFAST_RUNNER_H

#include "digest.h"

/* The engines to try, best first; NULL ends. */
extern const struct digest_engine *const runner_engines[];

/* Whether the engines' assembly leaves the registers alone that belong to its caller. */
int runner_registers_kept(void);

#endif
