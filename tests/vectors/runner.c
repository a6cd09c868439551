// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * runner.c - public test vectors through the verification core; one vector a line on standard
 * input.
 *
 * 	digest ALGORITHM MESSAGE DIGEST
 * 	monte ALGORITHM SEED DIGEST                 1,000 steps of the NIST Monte Carlo chain
 * 	rsa NAME PADDING MODULUS EXPONENT MESSAGE SIGNATURE RESULT
 * 	ecdsa NAME X Y MESSAGE SIGNATURE RESULT
 * 	random SEED COUNT                           engine in use against software, random splits
 * 	modexp SEED COUNT                           RSA engine against software, random keys
 *
 * Bytes are in hexadecimal, "-" for none; NAME is a FIT algorithm; RESULT is valid, invalid or
 * acceptable (either verdict is right). Built for the host, arm64 and arm (run by qemu-aarch64 and
 * qemu-arm); runner_engines says which engines there are. Ends with one line of counts; exit 0 if
 * nothing went wrong.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "keyring.h"
#include "modexp.h"
#include "quarantine.h"
#include "runner.h"
#include "signature.h"
#include "soft_arena.h"

#define LINE_MAX_SIZE (1u << 20)
#define FIELDS_MAX 8
#define RANDOM_MAX 5000

const struct keyring keyring_table;

static struct {
	unsigned digests, modexps, wrong;
	unsigned valid, refused;
	unsigned invalid, accepted;
	unsigned acceptable;
} counted;

static char line[LINE_MAX_SIZE];
static uint8_t bytes[FIELDS_MAX][LINE_MAX_SIZE / 2];

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "runner: %s\n", what);
	exit(2);
}

/* The field's bytes, in a buffer of its own. */
static struct span hex(char *const *fields, unsigned i)
{
	const char *text = fields[i];
	size_t size = strcmp(text, "-") == 0 ? 0 : strlen(text) / 2;

	for (size_t at = 0; at < size; at++) {
		unsigned value;

		if (sscanf(text + 2 * at, "%2x", &value) != 1)
			die("not hexadecimal");
		bytes[i][at] = (uint8_t)value;
	}
	return (struct span){ bytes[i], size };
}

static enum digest_algorithm algorithm_of(const char *name)
{
	enum digest_algorithm algorithm;

	if (digest_by_name(name, strlen(name), &algorithm) != OK)
		die("unknown digest");
	return algorithm;
}

/* In pieces of 1, 2, 3, ... bytes, so that blocks are cut in every way. */
static enum status digest_in_pieces(enum digest_algorithm algorithm, struct span data, uint8_t *out)
{
	struct digest digest;
	size_t piece = 1;

	TRY(digest_begin(&digest, algorithm));
	for (size_t at = 0; at < data.size; at += piece++) {
		size_t size = data.size - at < piece ? data.size - at : piece;

		TRY(digest_update(&digest, data.at + at, size));
	}
	return digest_finish(&digest, out);
}

static void count_digest(int is_right)
{
	counted.digests++;
	counted.wrong += !is_right;
}

static void run_digest(char *const *fields)
{
	enum digest_algorithm algorithm = algorithm_of(fields[1]);
	struct span message = hex(fields, 2);
	struct span expected = hex(fields, 3);
	uint8_t out[DIGEST_SIZE_MAX];

	if (expected.size != digest_size(algorithm))
		die("digest of the wrong size");
	count_digest(digest_of(algorithm, message, out) == OK &&
		     memcmp(out, expected.at, expected.size) == 0);
	count_digest(digest_in_pieces(algorithm, message, out) == OK &&
		     memcmp(out, expected.at, expected.size) == 0);
}

static void run_monte(char *const *fields)
{
	enum digest_algorithm algorithm = algorithm_of(fields[1]);
	struct span seed = hex(fields, 2);
	struct span expected = hex(fields, 3);
	size_t size = digest_size(algorithm);
	uint8_t window[3 * DIGEST_SIZE_MAX];
	uint8_t out[DIGEST_SIZE_MAX];

	for (unsigned i = 0; i < 3; i++)
		memcpy(window + i * size, seed.at, size);
	for (unsigned i = 0; i < 1000; i++) {
		if (digest_of(algorithm, (struct span){ window, 3 * size }, out) != OK)
			die("digest failed");
		memmove(window, window + size, 2 * size);
		memcpy(window + 2 * size, out, size);
	}
	count_digest(memcmp(out, expected.at, size) == 0);
}

static void count_verdict(const char *result, enum status verdict)
{
	if (strcmp(result, "acceptable") == 0) {
		counted.acceptable++;
	} else if (strcmp(result, "valid") == 0) {
		counted.valid++;
		counted.refused += verdict != OK;
	} else {
		counted.invalid++;
		counted.accepted += verdict == OK;
	}
}

static void check(struct key *key, char *const *fields, unsigned message, enum rsa_padding padding)
{
	uint8_t digest[DIGEST_SIZE_MAX];
	enum status verdict;

	if (digest_of(key->algorithm.digest, hex(fields, message), digest) != OK)
		die("digest failed");
	verdict = signature_check(key, digest, padding, hex(fields, message + 1), NULL);
	count_verdict(fields[message + 2], verdict);
	if (soft_arena_in_use() != 0)
		die("memory leaks");
}

static void run_rsa(char *const *fields)
{
	struct key key = { .name = "vector" };
	struct span modulus = hex(fields, 3);
	struct span exponent = hex(fields, 4);

	if (signature_by_name(fields[1], strlen(fields[1]), &key.algorithm) != OK)
		die("unknown signature algorithm");
	key.rsa = (struct rsa_public){ .modulus = modulus.at, .size = modulus.size };
	for (size_t i = 0; i < exponent.size; i++)
		key.rsa.exponent = key.rsa.exponent << 8 | exponent.at[i];
	check(&key, fields, 5, strcmp(fields[2], "pss") == 0 ? RSA_PSS : RSA_PKCS1);
}

static void run_ecdsa(char *const *fields)
{
	struct key key = { .name = "vector" };
	struct span x = hex(fields, 2);
	struct span y = hex(fields, 3);

	if (signature_by_name(fields[1], strlen(fields[1]), &key.algorithm) != OK)
		die("unknown signature algorithm");
	key.ecdsa =
		(struct ecdsa_public){ .curve = key.algorithm.bits == 256 ? ECDSA_P256 : ECDSA_P384,
				       .x = x.at,
				       .y = y.at,
				       .size = x.size };
	check(&key, fields, 4, RSA_PKCS1);
}

uint64_t runner_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dull;
}

static enum status soft_digest(enum digest_algorithm algorithm, struct span data, uint8_t *out)
{
	uint8_t state[DIGEST_STATE_SIZE] __attribute__((aligned(16)));

	TRY(digest_engine_soft.begin(state, algorithm));
	TRY(digest_engine_soft.update(state, data.at, data.size));
	return digest_engine_soft.finish(state, out);
}

static enum status split_digest(enum digest_algorithm algorithm, struct span data, uint64_t *random,
				uint8_t *out)
{
	struct digest digest;

	TRY(digest_begin(&digest, algorithm));
	while (data.size > 0) {
		size_t size = (size_t)(runner_random(random) % 400);

		size = size < data.size ? size : data.size;
		TRY(digest_update(&digest, data.at, size));
		data.at += size;
		data.size -= size;
	}
	return digest_finish(&digest, out);
}

static void run_random(char *const *fields)
{
	uint64_t random = strtoull(fields[1], NULL, 0) | 1;
	unsigned long count = strtoul(fields[2], NULL, 0);

	for (unsigned long i = 0; i < count; i++) {
		enum digest_algorithm algorithm = DIGEST_SHA256 + (enum digest_algorithm)(i % 3);
		size_t misaligned = (size_t)(runner_random(&random) % 16);
		size_t size = (size_t)(runner_random(&random) % RANDOM_MAX);
		struct span data = { bytes[0] + misaligned, size };
		uint8_t want[DIGEST_SIZE_MAX], got[DIGEST_SIZE_MAX];

		for (size_t at = 0; at < data.size; at++)
			bytes[0][misaligned + at] = (uint8_t)(runner_random(&random) >> 32);
		count_digest(soft_digest(algorithm, data, want) == OK &&
			     split_digest(algorithm, data, &random, got) == OK &&
			     memcmp(want, got, digest_size(algorithm)) == 0);
	}
}

static void run_modexp(char *const *fields)
{
	unsigned long count = strtoul(fields[2], NULL, 0);

	if (!runner_modexp_engines[0])
		die("there is no RSA engine to compare");
	counted.wrong += runner_modexp(strtoull(fields[1], NULL, 0), count);
	counted.modexps += (unsigned)count;
}

static void run_line(void)
{
	static const struct {
		const char *name;
		unsigned fields;
		void (*run)(char *const *fields);
	} kinds[] = {
		{ "digest", 4, run_digest }, { "monte", 4, run_monte },
		{ "rsa", 8, run_rsa },       { "ecdsa", 7, run_ecdsa },
		{ "random", 3, run_random }, { "modexp", 3, run_modexp },
	};
	char *fields[FIELDS_MAX];
	unsigned count = 0;

	for (char *word = strtok(line, " \n"); word && count < FIELDS_MAX;
	     word = strtok(NULL, " \n"))
		fields[count++] = word;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (count == kinds[i].fields && strcmp(fields[0], kinds[i].name) == 0) {
			kinds[i].run(fields);
			return;
		}
	}
	die("line not understood");
}

int main(void)
{
	if (digest_engines_start(runner_engines) != OK ||
	    modexp_engines_start(runner_modexp_engines) != OK)
		die("no engine passed its self-test");
	if (!runner_registers_kept())
		die("an engine changes registers of its caller");
	while (fgets(line, sizeof(line), stdin))
		run_line();
	printf("sha256=%s sha512=%s rsa=%s struck-off=%s digests=%u modexps=%u wrong=%u valid=%u "
	       "refused=%u invalid=%u accepted=%u acceptable=%u arena=%zu\n",
	       digest_engine_name(DIGEST_SHA256), digest_engine_name(DIGEST_SHA512),
	       modexp_engine_name(), quarantine(0) ? quarantine(0)->name : "none", counted.digests,
	       counted.modexps, counted.wrong, counted.valid, counted.refused, counted.invalid,
	       counted.accepted, counted.acceptable, soft_arena_high_water());
	return counted.wrong + counted.refused + counted.accepted != 0;
}
