// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* sha256_arm.c - see sha256_arm.h. */
#include "sha256_arm.h"

#include "sha2.h"

/* sha256_arm_blocks.S. blocks may be 0; data at any address. */
void sha256_arm_blocks(uint32_t state[8], const uint8_t *data, size_t blocks);

static bool arm_probe(enum digest_algorithm algorithm)
{
	return algorithm == DIGEST_SHA256;
}

static void arm_blocks(enum digest_algorithm algorithm, void *words, const uint8_t *data,
		       size_t count)
{
	(void)algorithm;
	sha256_arm_blocks(words, data, count);
}

static enum status arm_begin(void *state, enum digest_algorithm algorithm)
{
	return sha2_begin(state, algorithm, arm_blocks);
}

const struct digest_engine digest_engine_sha256_arm = {
	.name = "armv7-asm",
	.anywhere = true,
	.probe = arm_probe,
	.begin = arm_begin,
	.update = sha2_update,
	.finish = sha2_finish,
};
