// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* signature.c - algorithm names of FIT signatures, and one signature with one key. */
#include "signature.h"

#include <string.h>

#include "config.h"
#include "hardened.h"
#include "keyring.h"
#include "proof.h"

static const struct {
	const char *name;
	enum key_type type;
	unsigned bits;
} schemes[] = {
	{ "rsa2048", KEY_RSA, 2048 },   { "rsa3072", KEY_RSA, 3072 },
	{ "rsa4096", KEY_RSA, 4096 },   { "ecdsa256", KEY_ECDSA, 256 },
	{ "ecdsa384", KEY_ECDSA, 384 },
};

#define SCHEMES (sizeof(schemes) / sizeof(schemes[0]))

/* What the two sides of a comparison are before there is anything: unequal. */
#define WANT_NOTHING 0xa5
#define GOT_NOTHING 0x5a

static bool is_built_in(enum key_type type)
{
	return type == KEY_RSA || IS_ENABLED(CONFIG_ECDSA);
}

enum status signature_by_name(const char *name, size_t size, struct signature_algorithm *algorithm)
{
	const char *comma = size != 0 ? memchr(name, ',', size) : NULL;
	size_t head;

	if (!comma)
		return ERR_ALGO_DENIED;
	head = (size_t)(comma - name);
	TRY(digest_by_name(name, head, &algorithm->digest));
	for (size_t i = 0; i < SCHEMES; i++) {
		if (!is_built_in(schemes[i].type) || strlen(schemes[i].name) != size - head - 1 ||
		    memcmp(schemes[i].name, comma + 1, size - head - 1) != 0)
			continue;
		algorithm->type = schemes[i].type;
		algorithm->bits = schemes[i].bits;
		return OK;
	}
	return ERR_ALGO_DENIED;
}

void signature_name(const struct signature_algorithm *algorithm, char out[32])
{
	const char *digest = digest_name(algorithm->digest);
	size_t length = strlen(digest);

	memcpy(out, digest, length);
	out[length++] = ',';
	out[length] = '\0';
	for (size_t i = 0; i < SCHEMES; i++)
		if (schemes[i].type == algorithm->type && schemes[i].bits == algorithm->bits)
			memcpy(out + length, schemes[i].name, strlen(schemes[i].name) + 1);
}

/* Both sides of the comparison; size is their length. */
static enum status recover(const struct key *key, const uint8_t *digest, enum rsa_padding padding,
			   struct span signature, uint8_t *want, uint8_t *got, size_t *size)
{
	const struct signature_algorithm *algorithm = &key->algorithm;

	if (algorithm->type == KEY_ECDSA && IS_ENABLED(CONFIG_ECDSA)) {
		*size = key->ecdsa.size;
		if (*size * 8 != algorithm->bits)
			return ERR_ALGO_DENIED;
		return ecdsa_recover(&key->ecdsa, algorithm->digest, digest, signature, want, got);
	}
	*size = key->rsa.size;
	/* Pinned, also if the caller forgot. */
	if (algorithm->type != KEY_RSA || *size * 8 != algorithm->bits ||
	    (key->padding != 0 && padding != key->padding))
		return ERR_ALGO_DENIED;
	return rsa_recover(&key->rsa, padding, algorithm->digest, digest, signature, want, got);
}

enum status signature_check(const struct key *key, const uint8_t *digest, enum rsa_padding padding,
			    struct span signature, struct proof *proof)
{
	uint8_t want[SIGNATURE_SIZE_MAX];
	uint8_t got[SIGNATURE_SIZE_MAX];
	size_t size = 0;

	/* Neither may be what an earlier signature left on the stack. */
	memset(want, WANT_NOTHING, sizeof(want));
	memset(got, GOT_NOTHING, sizeof(got));
	TRY(recover(key, digest, padding, signature, want, got, &size));
	if (proof)
		TRY(proof_add(proof, want, got, size));
	return bytes_equal(want, got, size, ERR_BAD_SIGNATURE);
}
