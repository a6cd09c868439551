// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* sha2_armv8.c - see sha2_armv8.h. */
#include "sha2_armv8.h"

#include "config.h"
#include "sha2.h"
#include "sha2_cpu.h"

/* sha256_armv8.S, sha512_armv8.S (AArch64 only). blocks may be 0; data at any address. */
void sha256_armv8_blocks(uint32_t state[8], const uint8_t *data, size_t blocks);
void sha512_armv8_blocks(uint64_t state[8], const uint8_t *data, size_t blocks);

static bool armv8_probe(enum digest_algorithm algorithm)
{
	if (algorithm == DIGEST_SHA256)
		return sha2_cpu() >= 1;
	return SHA2_CPU_LONG && IS_ENABLED(CONFIG_SHA512) && sha2_cpu() >= 2;
}

static void armv8_blocks(enum digest_algorithm algorithm, void *words, const uint8_t *data,
			 size_t count)
{
	sha2_cpu_open();
	if (algorithm == DIGEST_SHA256)
		sha256_armv8_blocks(words, data, count);
	else if (SHA2_CPU_LONG && IS_ENABLED(CONFIG_SHA512))
		sha512_armv8_blocks(words, data, count);
	sha2_cpu_close();
}

static enum status armv8_begin(void *state, enum digest_algorithm algorithm)
{
	return sha2_begin(state, algorithm, armv8_blocks);
}

const struct digest_engine digest_engine_sha2_armv8 = {
	.name = "armv8-ce",
	.anywhere = true,
	.probe = armv8_probe,
	.begin = armv8_begin,
	.update = sha2_update,
	.finish = sha2_finish,
};
