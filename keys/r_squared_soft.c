// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* r_squared_soft.c - R^2 mod modulus by mbedTLS's division. */
#include "r_squared.h"

#include <mbedtls/bignum.h>

struct numbers {
	mbedtls_mpi modulus, power, result;
};

/* Non-zero as soon as one step failed. */
static int compute(struct numbers *n, const struct rsa_public *rsa, uint8_t *out)
{
	if (mbedtls_mpi_read_binary(&n->modulus, rsa->modulus, rsa->size) != 0 ||
	    mbedtls_mpi_lset(&n->power, 1) != 0 ||
	    mbedtls_mpi_shift_l(&n->power, 16 * rsa->size) != 0 ||
	    mbedtls_mpi_mod_mpi(&n->result, &n->power, &n->modulus) != 0)
		return -1;
	return mbedtls_mpi_write_binary(&n->result, out, rsa->size);
}

enum status r_squared(const struct rsa_public *rsa, uint8_t *out)
{
	struct numbers n;
	int failed;

	mbedtls_mpi_init(&n.modulus);
	mbedtls_mpi_init(&n.power);
	mbedtls_mpi_init(&n.result);
	failed = compute(&n, rsa, out);
	mbedtls_mpi_free(&n.modulus);
	mbedtls_mpi_free(&n.power);
	mbedtls_mpi_free(&n.result);
	return failed == 0 ? OK : ERR_ENGINE_SELFTEST;
}
