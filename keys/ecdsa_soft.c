// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* ecdsa_soft.c - points on P-256 and P-384 with mbedTLS (FIPS 186-5, section 6.4.2). */
#include "ecdsa_soft.h"

#include <mbedtls/bignum.h>
#include <mbedtls/ecp.h>
#include <string.h>

#define POINT_MAX (1 + 2 * ECDSA_BYTES_MAX)

struct work {
	mbedtls_ecp_group group;
	mbedtls_ecp_point q, sum;
	mbedtls_mpi e, r, s, u1, u2;
};

static void work_init(struct work *w)
{
	mbedtls_ecp_group_init(&w->group);
	mbedtls_ecp_point_init(&w->q);
	mbedtls_ecp_point_init(&w->sum);
	mbedtls_mpi_init(&w->e);
	mbedtls_mpi_init(&w->r);
	mbedtls_mpi_init(&w->s);
	mbedtls_mpi_init(&w->u1);
	mbedtls_mpi_init(&w->u2);
}

static void work_free(struct work *w)
{
	mbedtls_mpi_free(&w->u2);
	mbedtls_mpi_free(&w->u1);
	mbedtls_mpi_free(&w->s);
	mbedtls_mpi_free(&w->r);
	mbedtls_mpi_free(&w->e);
	mbedtls_ecp_point_free(&w->sum);
	mbedtls_ecp_point_free(&w->q);
	mbedtls_ecp_group_free(&w->group);
}

/* mbedTLS's "0 is success" in our words; it fails here only for want of memory. */
static enum status done(int mbedtls_result)
{
	return mbedtls_result == 0 ? OK : ERR_ENGINE_SELFTEST;
}

static enum status load_key(struct work *w, const struct ecdsa_public *key)
{
	mbedtls_ecp_group_id id = MBEDTLS_ECP_DP_SECP256R1;
	uint8_t point[POINT_MAX] = { 0x04 }; /* uncompressed */

	if (key->curve == ECDSA_P384)
		id = MBEDTLS_ECP_DP_SECP384R1;
	TRY(done(mbedtls_ecp_group_load(&w->group, id)));
	memcpy(point + 1, key->x, key->size);
	memcpy(point + 1 + key->size, key->y, key->size);
	TRY(done(mbedtls_ecp_point_read_binary(&w->group, &w->q, point, 1 + 2 * key->size)));
	if (mbedtls_ecp_check_pubkey(&w->group, &w->q) != 0)
		return ERR_UNKNOWN_KEY;
	return OK;
}

/* A number of the signature, in [1, n-1]. */
static enum status load_scalar(const struct work *w, mbedtls_mpi *number, const uint8_t *at,
			       size_t size)
{
	TRY(done(mbedtls_mpi_read_binary(number, at, size)));
	if (mbedtls_mpi_cmp_int(number, 1) < 0 || mbedtls_mpi_cmp_mpi(number, &w->group.N) >= 0)
		return ERR_BAD_SIGNATURE;
	return OK;
}

/* u1 = e / s, u2 = r / s (mod n); s becomes its inverse. */
static enum status scale(struct work *w)
{
	const mbedtls_mpi *n = &w->group.N;

	TRY(done(mbedtls_mpi_inv_mod(&w->s, &w->s, n)));
	TRY(done(mbedtls_mpi_mul_mpi(&w->u1, &w->e, &w->s)));
	TRY(done(mbedtls_mpi_mod_mpi(&w->u1, &w->u1, n)));
	TRY(done(mbedtls_mpi_mul_mpi(&w->u2, &w->r, &w->s)));
	return done(mbedtls_mpi_mod_mpi(&w->u2, &w->u2, n));
}

/* The sum's x, reduced by the order. */
static enum status write_x(struct work *w, uint8_t *x, size_t size)
{
	uint8_t point[POINT_MAX];
	size_t written;

	if (mbedtls_ecp_is_zero(&w->sum))
		return ERR_BAD_SIGNATURE;
	TRY(done(mbedtls_ecp_point_write_binary(&w->group, &w->sum, MBEDTLS_ECP_PF_UNCOMPRESSED,
						&written, point, sizeof(point))));
	TRY(done(mbedtls_mpi_read_binary(&w->e, point + 1, size)));
	TRY(done(mbedtls_mpi_mod_mpi(&w->e, &w->e, &w->group.N)));
	return done(mbedtls_mpi_write_binary(&w->e, x, size));
}

static enum status recover(struct work *w, const struct ecdsa_public *key, struct span hash,
			   const uint8_t *r, const uint8_t *s, uint8_t *x)
{
	TRY(load_key(w, key));
	TRY(load_scalar(w, &w->r, r, key->size));
	TRY(load_scalar(w, &w->s, s, key->size));
	TRY(done(mbedtls_mpi_read_binary(&w->e, hash.at, hash.size)));
	TRY(scale(w));
	TRY(done(mbedtls_ecp_muladd(&w->group, &w->sum, &w->u1, &w->group.G, &w->u2, &w->q)));
	return write_x(w, x, key->size);
}

enum status ecdsa_soft_recover(const struct ecdsa_public *key, struct span hash, const uint8_t *r,
			       const uint8_t *s, uint8_t *x)
{
	struct work w;
	enum status result;

	work_init(&w);
	result = recover(&w, key, hash, r, s, x);
	work_free(&w);
	return result;
}
