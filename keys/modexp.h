/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * modexp.h - the raw RSA public operation, over whichever engine earned it.
 *
 * An engine computes base^exponent mod modulus and nothing else: padding and comparison
 * stay in rsa.c, in software. A device's own verdict on a signature is never used.
 */
#ifndef HOLDFAST_MODEXP_H
#define HOLDFAST_MODEXP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

#define RSA_BYTES_MAX 512 /* 4096 bits */
#define RSA_BYTES_MIN 256 /* 2048 bits */

struct rsa_public {
	const uint8_t *modulus; /* big-endian, size bytes, top bit set */
	size_t size;            /* bytes: 256, 384 or 512 */
	uint64_t exponent;      /* odd, > 1 */
	/*
	 * 2^(16 * size) mod modulus, big-endian, size bytes: spares engines with Montgomery's
	 * multiplication its computation. NULL: not known. A wrong one makes results wrong, so
	 * whoever fills it in has checked it.
	 */
	const uint8_t *r_squared;
};

/*
 * modexp: out (key->size bytes, big-endian) = in^exponent mod modulus; in is key->size bytes and <
 * modulus (the caller checked). OK; ERR_UNSUPPORTED (not this key: the next one may); or anything
 * else: failed, struck off (quarantine.h), redone by the next one, in the end by software.
 */
struct modexp_engine {
	const char *name; /* as in the banner: "arm64-asm", "mbedtls" */
	bool (*probe)(void);
	enum status (*modexp)(const struct rsa_public *key, const uint8_t *in, uint8_t *out);
};

/* The mbedTLS engine (modexp_soft.c). */
extern const struct modexp_engine modexp_engine_soft;

/* As digest_engines_start(), for modexp engines (plat_modexp_engines()). */
enum status modexp_engines_start(const struct modexp_engine *const *engines) MUST_CHECK;

/* The name of the engine in use, "none" before modexp_engines_start(). */
const char *modexp_engine_name(void);

/*
 * The operation on the best engine left. ERR_ENGINE_SELFTEST if none answered; out is poisoned
 * first.
 */
enum status modexp(const struct rsa_public *key, const uint8_t *in, uint8_t *out) MUST_CHECK;

#endif
