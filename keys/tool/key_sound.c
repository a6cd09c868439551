/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * key_sound.c - keys that were made elsewhere. Source of the ROCA test: Nemec, Sys, Svenda, Klinec,
 * Matyas: The Return of Coppersmith's Attack, ACM CCS 2017, section 2.
 */
#define _GNU_SOURCE
#include <string.h>

#include <openssl/bn.h>
#include <openssl/err.h>

#include "key_sound.h"

/*
 * The faulty chip's primes are k * M + 65537^a mod M with M the product of the first primes, so its
 * moduli are powers of 65537 modulo each of them. A modulus that is one modulo all of these is not
 * by chance: 2^-28 or less.
 */
static const unsigned char roca_primes[] = { 11, 13, 17,  19,  37,  53,  61,  71, 73,
					     79, 97, 103, 107, 109, 127, 151, 157 };

static bool is_power(unsigned value, unsigned prime)
{
	unsigned power = 1;

	for (unsigned i = 0; i < prime; i++) {
		if (power == value)
			return true;
		power = power * (65537u % prime) % prime;
	}
	return false;
}

static bool is_roca(const struct rsa_public *rsa)
{
	BIGNUM *n = BN_bin2bn(rsa->modulus, (int)rsa->size, NULL);
	bool all = n != NULL;

	for (size_t i = 0; all && i < sizeof(roca_primes); i++)
		all = is_power((unsigned)BN_mod_word(n, roca_primes[i]), roca_primes[i]);
	BN_free(n);
	return all;
}

static enum exit_code check_rsa(const struct key_file *file, const char *where)
{
	const struct rsa_public *rsa = &file->key.rsa;

	refusal_clear();
	if (is_roca(rsa))
		return refused_because(ERR_ALGO_DENIED, "rsa",
				       "a faulty chip made it (CVE-2017-15361): make another key");
	if (rsa->size == 256)
		note("%s: 2048 bits are accepted, but not for what must hold beyond 2030: "
		     "prefer rsa3072",
		     where);
	if (rsa->exponent < 65537)
		note("%s: the exponent is %u; 65537 is usual", where, (unsigned)rsa->exponent);
	return EXIT_DONE;
}

enum exit_code key_sound(const struct key_file *file, const char *where)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, file->pkey, NULL);
	int good = 0;

	if (context != NULL && file->is_private)
		good = EVP_PKEY_check(context);
	else if (context != NULL)
		good = EVP_PKEY_public_check(context);
	EVP_PKEY_CTX_free(context);
	ERR_clear_error();
	if (good != 1) {
		complain("key %s: its numbers do not belong together: make or export it again",
			 where);
		return EXIT_KEY;
	}
	return file->key.algorithm.type == KEY_RSA ? check_rsa(file, where) : EXIT_DONE;
}
