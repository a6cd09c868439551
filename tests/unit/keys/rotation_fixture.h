/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * rotation_fixture.h - keys, trust sets and a rotation between them, by letters. For one program
 * each.
 */
#ifndef HOLDFAST_TESTS_ROTATION_FIXTURE_H
#define HOLDFAST_TESTS_ROTATION_FIXTURE_H

#include "../unit.h"

#include "rotation.h"

#define KEYS 5
#define RINGS 3 /* fleet[0], to, fleet[1] */

static uint8_t numbers[KEYS][RSA_BYTES_MAX];
static struct key all[KEYS];
static struct key keys[RINGS][KEYS];
static struct keyring rings[RINGS];
static struct rotation rotation;
static struct rotation_set bridge;

/* What trust_say.c is linked with; no sentence is asked for here. */
char *text_of(const char *format, ...);
char *text_of(const char *format, ...)
{
	fail_msg("%s", format);
	return NULL;
}

/* KEYS different keys; those of the set `same` have the private half of the first. */
static inline void make_keys(unsigned same)
{
	for (unsigned i = 0; i < KEYS; i++) {
		numbers[i][0] = 0x80;
		numbers[i][255] = (same >> i & 1) != 0 ? 1 : (uint8_t)(2 * i + 1);
		all[i] = (struct key){
			.name = (const char *[]){ "a", "b", "c", "d", "e" }[i],
			.role = ROLE_RELEASE,
			.algorithm = { DIGEST_SHA256, KEY_RSA, 2048 },
			.rsa = { .modulus = numbers[i], .size = 256, .exponent = 65537 + 2 * i }
		};
		memset(all[i].id, (int)i + 1, KEY_ID_SIZE);
	}
}

/* kinds: two bits a key: 0 or 3 not in the set, 1 required, 2 optional. */
static inline void make_ring(unsigned which, unsigned kinds, enum required_mode mode,
			     uint32_t threshold)
{
	unsigned count = 0;

	for (unsigned i = 0; i < KEYS; i++) {
		unsigned kind = kinds >> 2 * i & 3;

		if (kind == 0 || kind == 3)
			continue;
		keys[which][count] = all[i];
		keys[which][count++].required = kind == 1;
	}
	rings[which] = (struct keyring){ keys[which], count, mode, threshold };
}

/* Required keys by letter, then optional ones behind a '+'. */
static inline void ring_of(unsigned which, const char *names, enum required_mode mode,
			   uint32_t threshold)
{
	unsigned kinds = 0;
	unsigned kind = 1;

	for (; *names != '\0'; names++) {
		if (*names == '+')
			kind = 2;
		else
			kinds |= kind << 2 * (*names - 'a');
	}
	make_ring(which, kinds, mode, threshold);
}

static inline enum rotation_no_bridge begin(unsigned fleet_count, bool with_bridge, bool together)
{
	enum rotation_no_bridge why;

	rotation = (struct rotation){ .fleet = { &rings[0], &rings[2] },
				      .fleet_count = fleet_count,
				      .to = &rings[1],
				      .together = together };
	assert_true(rotation_signers(&rotation));
	why = rotation_bridge(&rotation, &bridge);
	if (with_bridge && why == BRIDGE_MADE)
		rotation.bridge = &bridge.keyring;
	return why;
}

/* The signers by letter. */
static inline uint64_t by(const char *names)
{
	uint64_t signers = 0;

	for (unsigned i = 0; i < rotation.signer_count; i++)
		if (strchr(names, rotation.signers[i].key->name[0]) != NULL)
			signers |= 1ull << i;
	return signers;
}

#endif
