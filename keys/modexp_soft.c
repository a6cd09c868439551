// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* modexp_soft.c - mbedTLS's big numbers as the modexp engine of last resort. */
#include <mbedtls/bignum.h>

/*
 * Declares mbedtls_mpi_exp_mod_unsafe(), which mbedTLS's own RSA uses for public exponents: its
 * time depends on the exponent, which is no secret here, and it costs a fifth of
 * mbedtls_mpi_exp_mod().
 */
#include "bignum_internal.h"

#include "modexp.h"
#include "span.h"

struct numbers {
	mbedtls_mpi base, exponent, modulus, result;
};

/* Non-zero as soon as one step failed; the sizes bound every number. */
static int compute(struct numbers *n, const struct rsa_public *key, const uint8_t *in, uint8_t *out)
{
	uint8_t exponent[8];

	store_be64(exponent, key->exponent);
	if (mbedtls_mpi_read_binary(&n->base, in, key->size) != 0 ||
	    mbedtls_mpi_read_binary(&n->exponent, exponent, sizeof(exponent)) != 0 ||
	    mbedtls_mpi_read_binary(&n->modulus, key->modulus, key->size) != 0)
		return -1;
	if (mbedtls_mpi_exp_mod_unsafe(&n->result, &n->base, &n->exponent, &n->modulus, NULL) != 0)
		return -1;
	return mbedtls_mpi_write_binary(&n->result, out, key->size);
}

static bool soft_probe(void)
{
	return true;
}

static enum status soft_modexp(const struct rsa_public *key, const uint8_t *in, uint8_t *out)
{
	struct numbers n;
	int failed;

	mbedtls_mpi_init(&n.base);
	mbedtls_mpi_init(&n.exponent);
	mbedtls_mpi_init(&n.modulus);
	mbedtls_mpi_init(&n.result);
	failed = compute(&n, key, in, out);
	mbedtls_mpi_free(&n.base);
	mbedtls_mpi_free(&n.exponent);
	mbedtls_mpi_free(&n.modulus);
	mbedtls_mpi_free(&n.result);
	return failed == 0 ? OK : ERR_ENGINE_SELFTEST;
}

const struct modexp_engine modexp_engine_soft = {
	.name = "mbedtls",
	.probe = soft_probe,
	.modexp = soft_modexp,
};
