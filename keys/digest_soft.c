// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* digest_soft.c - mbedTLS as the digest engine of last resort. */
#include <mbedtls/sha256.h>
#include <mbedtls/sha512.h>

#include "config.h"
#include "digest.h"

struct soft_state {
	enum digest_algorithm algorithm;
	union {
		mbedtls_sha256_context sha256;
#ifdef CONFIG_SHA512
		mbedtls_sha512_context sha512;
#endif
	} of;
};

_Static_assert(sizeof(struct soft_state) <= DIGEST_STATE_SIZE, "DIGEST_STATE_SIZE is too small");

static enum status answer(int mbedtls_result)
{
	return mbedtls_result == 0 ? OK : ERR_ENGINE_SELFTEST;
}

/* SHA-384 and SHA-512, or their absence: two sets of the same three functions. */
#ifdef CONFIG_SHA512
static enum status begin_long(struct soft_state *soft)
{
	mbedtls_sha512_init(&soft->of.sha512);
	return answer(mbedtls_sha512_starts(&soft->of.sha512, soft->algorithm == DIGEST_SHA384));
}

static enum status update_long(struct soft_state *soft, const uint8_t *data, size_t size)
{
	return answer(mbedtls_sha512_update(&soft->of.sha512, data, size));
}

static enum status finish_long(struct soft_state *soft, uint8_t *digest)
{
	/* mbedTLS 3.6 writes 48 bytes for SHA-384, 64 otherwise. */
	return answer(mbedtls_sha512_finish(&soft->of.sha512, digest));
}
#else
static enum status begin_long(struct soft_state *soft)
{
	(void)soft;
	return ERR_UNSUPPORTED;
}

static enum status update_long(struct soft_state *soft, const uint8_t *data, size_t size)
{
	(void)data;
	(void)size;
	return begin_long(soft);
}

static enum status finish_long(struct soft_state *soft, uint8_t *digest)
{
	(void)digest;
	return begin_long(soft);
}
#endif

static bool soft_probe(enum digest_algorithm algorithm)
{
	return algorithm == DIGEST_SHA256 || IS_ENABLED(CONFIG_SHA512);
}

static enum status soft_begin(void *state, enum digest_algorithm algorithm)
{
	struct soft_state *soft = state;

	soft->algorithm = algorithm;
	if (algorithm != DIGEST_SHA256)
		return begin_long(soft);
	mbedtls_sha256_init(&soft->of.sha256);
	return answer(mbedtls_sha256_starts(&soft->of.sha256, 0));
}

static enum status soft_update(void *state, const uint8_t *data, size_t size)
{
	struct soft_state *soft = state;

	if (soft->algorithm != DIGEST_SHA256)
		return update_long(soft, data, size);
	return answer(mbedtls_sha256_update(&soft->of.sha256, data, size));
}

static enum status soft_finish(void *state, uint8_t *digest)
{
	struct soft_state *soft = state;

	if (soft->algorithm != DIGEST_SHA256)
		return finish_long(soft, digest);
	return answer(mbedtls_sha256_finish(&soft->of.sha256, digest));
}

const struct digest_engine digest_engine_soft = {
	.name = "mbedtls",
	.anywhere = true,
	.probe = soft_probe,
	.begin = soft_begin,
	.update = soft_update,
	.finish = soft_finish,
};
