// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * mbedTLS fails inside the last engine there is, at each of its hash calls and at each allocation
 * of its numbers: nothing wrong is accepted then, and what is right is accepted or refused with a
 * reason. The class of CVE-2025-49600, where a failed hash went unnoticed.
 */
#include "../unit.h"

#include <mbedtls/sha256.h>
#include <mbedtls/sha512.h>

#include "digest.h"
#include "signature.h"
#include "signer.h"
#include "soft_arena.h"

static struct {
	unsigned at, calls;
} hashes, allocations;

/* mbedTLS's hashes, by OpenSSL; a failing one does nothing. */
static struct {
	const void *context;
	EVP_MD_CTX *running;
} running[4];

static int is_failing(void)
{
	return ++hashes.calls == hashes.at ? -1 : 0;
}

static EVP_MD_CTX *of(const void *context)
{
	size_t i = 0;

	while (i < COUNT(running) - 1 && running[i].context && running[i].context != context)
		i++;
	running[i].context = context;
	if (!running[i].running)
		running[i].running = EVP_MD_CTX_new();
	return running[i].running;
}

int mbedtls_sha256_starts(mbedtls_sha256_context *context, int is224)
{
	assert_int_equal(is224, 0);
	return is_failing() || !EVP_DigestInit(of(context), EVP_sha256()) ? -1 : 0;
}

int mbedtls_sha256_update(mbedtls_sha256_context *context, const unsigned char *data, size_t size)
{
	return is_failing() || !EVP_DigestUpdate(of(context), data, size) ? -1 : 0;
}

int mbedtls_sha256_finish(mbedtls_sha256_context *context, unsigned char *output)
{
	return is_failing() || !EVP_DigestFinal_ex(of(context), output, NULL) ? -1 : 0;
}

int mbedtls_sha512_starts(mbedtls_sha512_context *context, int is384)
{
	const EVP_MD *md = is384 ? EVP_sha384() : EVP_sha512();

	return is_failing() || !EVP_DigestInit(of(context), md) ? -1 : 0;
}

int mbedtls_sha512_update(mbedtls_sha512_context *context, const unsigned char *data, size_t size)
{
	return is_failing() || !EVP_DigestUpdate(of(context), data, size) ? -1 : 0;
}

int mbedtls_sha512_finish(mbedtls_sha512_context *context, unsigned char *output)
{
	return is_failing() || !EVP_DigestFinal_ex(of(context), output, NULL) ? -1 : 0;
}

void *soft_arena_calloc(size_t count, size_t size)
{
	return ++allocations.calls == allocations.at ? NULL : calloc(count, size);
}

void soft_arena_free(void *at)
{
	free(at);
}

static uint8_t message[300];

static void start(void)
{
	memset(&hashes, 0, sizeof(hashes));
	memset(&allocations, 0, sizeof(allocations));
	start_engines();
	memset(&hashes, 0, sizeof(hashes));
	memset(&allocations, 0, sizeof(allocations));
}

static enum status streamed(enum digest_algorithm algorithm, uint8_t *out)
{
	struct digest digest;

	TRY(digest_begin(&digest, algorithm));
	for (size_t i = 0; i < sizeof(message); i += 100)
		TRY(digest_update(&digest, message + i, 100));
	return digest_finish(&digest, out);
}

/* A digest whose computation failed anywhere is none, whatever was in the buffer before. */
static void every_hash_call(void **state)
{
	(void)state;
	for (enum digest_algorithm a = DIGEST_SHA256; a <= DIGEST_SHA512; a++) {
		for (unsigned at = 1; at <= 5; at++) {
			uint8_t right[DIGEST_SIZE_MAX], out[DIGEST_SIZE_MAX];

			start();
			assert_status(streamed(a, right), OK);
			assert_int_equal(hashes.calls, 5);
			memcpy(out, right, sizeof(out));
			start();
			hashes.at = at;
			assert_status(streamed(a, out), ERR_ENGINE_SELFTEST);
			if (at == 5)
				assert_memory_not_equal(out, right, digest_size(a));
			start();
			hashes.at = at <= 3 ? at : 3;
			assert_status(digest_of(a, (struct span){ message, 300 }, out),
				      ERR_ENGINE_SELFTEST);
		}
	}
}

struct made {
	struct signer signer;
	uint8_t digest[DIGEST_SIZE_MAX];
	uint8_t signature[RSA_BYTES_MAX];
	size_t size;
	enum rsa_padding padding;
};

static enum status check(const struct made *made, bool flipped)
{
	uint8_t signature[RSA_BYTES_MAX];

	memcpy(signature, made->signature, made->size);
	if (flipped)
		signature[made->size / 2] ^= 4;
	return signature_check(&made->signer.key, made->digest, made->padding,
			       (struct span){ signature, made->size }, NULL);
}

/* The nth call of one kind fails, for every n there is, or for about a hundred of them. */
static void fail_each(const struct made *made, unsigned *at, const unsigned *calls, uint64_t *seed)
{
	unsigned count;

	start();
	assert_status(check(made, true), ERR_BAD_SIGNATURE);
	start();
	assert_status(check(made, false), OK);
	count = *calls;
	for (unsigned n = 1; n <= count + 1;
	     n += 1 + (unsigned)random_below(seed, count / 50 + 1)) {
		enum status status;

		start();
		*at = n;
		status = check(made, true);
		assert_true(status != OK);
		start();
		*at = n;
		status = check(made, false);
		assert_true(status == OK || status == ERR_ENGINE_SELFTEST ||
			    status == ERR_UNKNOWN_KEY);
		assert_true(n <= count || status == OK);
	}
}

static void every_signature(void **state)
{
	static struct made made;
	uint64_t seed = random_seed();

	(void)state;
	for (unsigned kind = 0; kind < 4; kind++) {
		start();
		made.padding = kind == 1 ? RSA_PSS : RSA_PKCS1;
		if (kind < 2) {
			signer_rsa(&made.signer, 2048);
			made.size = 256;
			signer_sign(&made.signer, DIGEST_SHA256, made.digest, kind == 1 ? 32 : -1,
				    made.signature);
		} else {
			signer_ecdsa(&made.signer, kind == 2 ? 256 : 384);
			made.size = kind == 2 ? 64 : 96;
			signer_sign_ecdsa(&made.signer, DIGEST_SHA256, made.digest, made.signature);
		}
		fail_each(&made, &hashes.at, &hashes.calls, &seed);
		fail_each(&made, &allocations.at, &allocations.calls, &seed);
		signer_free(&made.signer);
	}
}

static int free_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(running); i++)
		EVP_MD_CTX_free(running[i].running);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_hash_call),
		cmocka_unit_test(every_signature),
	};

	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)(i * 3 + 1);
	return cmocka_run_group_tests(tests, NULL, free_all);
}
