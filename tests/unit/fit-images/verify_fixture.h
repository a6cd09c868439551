/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* verify_fixture.h - keys, keyrings and signed FITs for the tests of verification. */
#ifndef HOLDFAST_VERIFY_FIXTURE_H
#define HOLDFAST_VERIFY_FIXTURE_H

#include "fit_builder.h"

extern struct test_key dev, other; /* rsa2048 */
extern struct test_key second;     /* ecdsa256 */

/* Group set-up and tear-down: the keys, the engines. */
int keys_set_up(void **state);
int keys_tear_down(void **state);

struct keyring ring_of(struct key *keys, unsigned count, enum required_mode mode,
		       uint32_t threshold);
/* What becomes of configuration "c" of build. */
enum status outcome_of(const struct build *build, const struct keyring *keyring);
/* The same with dev as the only key. */
enum status by_dev(const struct build *build);
/* fit_verify() alone with dev as the only key: no property is read and nothing loaded behind it. */
enum status verified_by_dev(const struct build *build);
/* build_plain(), signed by dev. */
void signed_plain(struct build *build);

#endif
