/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fit_fixture.h - a verified configuration for tests of what comes after; signatures are always
 * right here.
 */
#ifndef HOLDFAST_FIT_FIXTURE_H
#define HOLDFAST_FIT_FIXTURE_H

#include "fit_builder.h"
#include "fit_verify.h"

/*
 * Read, open, and verify the configuration "c" of build from a medium with this block size. Signs
 * it first.
 */
const struct fit_config *fixture_config(struct build *build, struct memory_medium *medium,
					uint32_t block_size, struct proof *proof);
/* The same without signing again: for payload and unsigned numbers changed after signing. */
const struct fit_config *fixture_again(const struct build *build, struct memory_medium *medium,
				       uint32_t block_size, struct proof *proof);
/* Both masks are there and equal. */
void fixture_proof_ok(struct proof *proof);
/* Both masks are there and differ: no kernel would be entered. */
void fixture_proof_spoilt(struct proof *proof);

#endif
