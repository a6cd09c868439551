// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * engine.c - digests by OpenSSL: tens of megabytes are hashed again and again, under sanitizers.
 *
 * Their known answers are asked for like those of any engine.
 */
#define OPENSSL_API_COMPAT 0x10100000L /* states that may be copied */
#include <openssl/sha.h>

#include "image.h"

static enum digest_algorithm *kind(void *state)
{
	return (enum digest_algorithm *)(void *)((uint8_t *)state + sizeof(SHA512_CTX));
}

_Static_assert(sizeof(SHA512_CTX) + sizeof(enum digest_algorithm) <= DIGEST_STATE_SIZE,
	       "no room for the state");

static bool fast_probe(enum digest_algorithm algorithm)
{
	return algorithm != DIGEST_SHA384;
}

static enum status result(int right)
{
	return right ? OK : ERR_ENGINE_SELFTEST;
}

static enum status fast_begin(void *state, enum digest_algorithm algorithm)
{
	*kind(state) = algorithm;
	return result(algorithm == DIGEST_SHA256 ? SHA256_Init(state) : SHA512_Init(state));
}

static enum status fast_update(void *state, const uint8_t *data, size_t size)
{
	return result(*kind(state) == DIGEST_SHA256 ? SHA256_Update(state, data, size)
						    : SHA512_Update(state, data, size));
}

static enum status fast_finish(void *state, uint8_t *digest)
{
	return result(*kind(state) == DIGEST_SHA256 ? SHA256_Final(digest, state)
						    : SHA512_Final(digest, state));
}

void start_engine(void)
{
	static const struct digest_engine fast = {
		.name = "openssl",
		.probe = fast_probe,
		.begin = fast_begin,
		.update = fast_update,
		.finish = fast_finish,
	};
	static const struct digest_engine *const engines[] = { &fast, NULL };

	if (digest_engines_start(engines) != OK)
		die("no engine");
}
