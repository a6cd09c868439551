// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * rsa.c - the block that a right RSA signature must recover to.
 *
 * RFC 8017: EMSA-PKCS1-v1_5 (9.2), EMSA-PSS (9.1), MGF1 (B.2.1). All keys have a whole number of
 * bytes with the top bit set, so emLen is the key's size and emBits is 8 * size - 1.
 */
#include "rsa.h"

#include <string.h>

#include "config.h"
#include "hardened.h"

/* DER DigestInfo up to the digest, with the NULL parameters; only two bytes differ. */
#define DIGEST_INFO_SIZE 19
#define DIGEST_INFO_TOTAL 1    /* length of everything after it */
#define DIGEST_INFO_OID_END 14 /* last number of the OID 2.16.840.1.101.3.4.2.x */
#define DIGEST_INFO_DIGEST 18  /* length of the digest */

static const uint8_t digest_info[DIGEST_INFO_SIZE] = {
	0x30, 0,    0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
	0x65, 0x03, 0x04, 0x02, 0,    0x05, 0x00, 0x04, 0,
};

static uint8_t oid_end(enum digest_algorithm algorithm)
{
	switch (algorithm) {
	case DIGEST_SHA256:
		return 1;
	case DIGEST_SHA384:
		return 2;
	case DIGEST_SHA512:
		return 3;
	}
	return 0;
}

static enum status check_key(const struct rsa_public *key)
{
	if (key->size != 256 && key->size != 384 && key->size != 512)
		return ERR_ALGO_DENIED;
	if ((key->modulus[0] & 0x80) == 0 || (key->modulus[key->size - 1] & 1) == 0)
		return ERR_ALGO_DENIED;
	if (key->exponent < 3 || (key->exponent & 1) == 0)
		return ERR_ALGO_DENIED;
	return OK;
}

/* 00 01 FF .. FF 00 DigestInfo digest */
static void build_pkcs1(uint8_t *block, size_t size, enum digest_algorithm algorithm,
			const uint8_t *digest)
{
	size_t length = digest_size(algorithm);
	uint8_t *info = block + size - length - DIGEST_INFO_SIZE;

	memset(block, 0xff, size);
	block[0] = 0x00;
	block[1] = 0x01;
	info[-1] = 0x00;
	memcpy(info, digest_info, DIGEST_INFO_SIZE);
	info[DIGEST_INFO_TOTAL] = (uint8_t)(DIGEST_INFO_SIZE - 2 + length);
	info[DIGEST_INFO_OID_END] = oid_end(algorithm);
	info[DIGEST_INFO_DIGEST] = (uint8_t)length;
	memcpy(info + DIGEST_INFO_SIZE, digest, length);
}

/* data ^= MGF1(seed); the seed is one digest long. */
static enum status mask(uint8_t *data, size_t size, enum digest_algorithm algorithm,
			const uint8_t *seed)
{
	size_t length = digest_size(algorithm);
	uint8_t input[DIGEST_SIZE_MAX + 4];
	uint8_t block[DIGEST_SIZE_MAX];

	memcpy(input, seed, length);
	for (uint32_t counter = 0; size > 0; counter++) {
		size_t step = size < length ? size : length;

		store_be32(input + length, counter);
		TRY(digest_of(algorithm, (struct span){ input, length + 4 }, block));
		for (size_t i = 0; i < step; i++)
			data[i] ^= block[i];
		data += step;
		size -= step;
	}
	return OK;
}

/* H = digest(eight zeros, message digest, salt) */
static enum status salted(enum digest_algorithm algorithm, const uint8_t *digest, struct span salt,
			  uint8_t out[DIGEST_SIZE_MAX])
{
	static const uint8_t zeros[8];
	struct digest running;

	TRY(digest_begin(&running, algorithm));
	TRY(digest_update(&running, zeros, sizeof(zeros)));
	TRY(digest_update(&running, digest, digest_size(algorithm)));
	TRY(digest_update(&running, salt.at, salt.size));
	return digest_finish(&running, out);
}

/*
 * The salt in the recovered block, of any length: what follows 00 .. 00 01 once the mask is off.
 * data has room for the masked part and keeps the salt.
 */
static enum status find_salt(uint8_t *data, size_t size, enum digest_algorithm algorithm,
			     const uint8_t *seed, struct span *salt)
{
	size_t at = 0;

	TRY(mask(data, size, algorithm, seed));
	data[0] &= 0x7f; /* emBits: the top bit carries nothing */
	while (at < size && data[at] == 0)
		at++;
	if (at == size || data[at] != 1)
		return ERR_BAD_SIGNATURE;
	*salt = (struct span){ data + at + 1, size - at - 1 };
	return OK;
}

/* masked(00 .. 00 01 salt), H, BC: everything but the salt from our own digest. */
static enum status build_pss(uint8_t *block, size_t size, enum digest_algorithm algorithm,
			     const uint8_t *digest, const uint8_t *got)
{
	size_t length = digest_size(algorithm);
	size_t masked = size - length - 1;
	uint8_t recovered[RSA_BYTES_MAX];
	uint8_t hash[DIGEST_SIZE_MAX];
	struct span salt;

	memcpy(recovered, got, masked);
	TRY(find_salt(recovered, masked, algorithm, got + masked, &salt));
	TRY(salted(algorithm, digest, salt, hash));
	memset(block, 0, size);
	memcpy(block + masked - salt.size, salt.at, salt.size);
	block[masked - salt.size - 1] = 0x01;
	TRY(mask(block, masked, algorithm, hash));
	block[0] &= 0x7f;
	memcpy(block + masked, hash, length);
	block[size - 1] = 0xbc;
	return OK;
}

enum status rsa_recover(const struct rsa_public *key, enum rsa_padding padding,
			enum digest_algorithm algorithm, const uint8_t *digest,
			struct span signature, uint8_t *want, uint8_t *got)
{
	bool is_pss = padding == RSA_PSS && IS_ENABLED(CONFIG_RSA_PSS);

	TRY(check_key(key));
	if (padding != RSA_PKCS1 && !is_pss)
		return ERR_ALGO_DENIED;
	/* Exactly as long as the modulus, and below it: s + n would recover to the same block. */
	if (signature.size != key->size || memcmp(signature.at, key->modulus, key->size) >= 0)
		return ERR_BAD_SIGNATURE;
	TRY(modexp(key, signature.at, got));
	if (is_pss)
		return build_pss(want, key->size, algorithm, digest, got);
	build_pkcs1(want, key->size, algorithm, digest);
	return OK;
}
