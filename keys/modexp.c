// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * modexp.c - which engine may do the RSA public operation, and what happens when one fails.
 */
#include "modexp.h"

#include <string.h>

#include "hardened.h"

#define ENGINES_MAX 4
#define POISON 0x5a

/* The board's engines in its order, then software. */
static const struct modexp_engine *engines[ENGINES_MAX];
static unsigned engine_count;
static uint32_t struck_off; /* bit i: engines[i] failed */
static uint32_t passed;     /* bit i: engines[i] answered its test */

/*
 * The test: modulus byte i = 197 * i + 239 (made odd), base byte i = 151 * i + 5 (both mod 256),
 * exponent 3. A small exponent costs a sixth of 65537 at each boot, and an engine with 65537 wired
 * in does not pass. The value is Python's pow(base, 3, modulus).
 */
static const uint8_t known[RSA_BYTES_MIN] = {
	0x22, 0x8b, 0x6b, 0xa5, 0xfb, 0x0a, 0xcf, 0xc9, 0xfc, 0xae, 0xee, 0xd9, 0xb4, 0xca, 0x0a,
	0x29, 0x84, 0xc5, 0x47, 0x4e, 0xbc, 0x4d, 0x39, 0x0f, 0x5a, 0x4e, 0x02, 0xa7, 0x0f, 0x5b,
	0x4b, 0x7e, 0xa5, 0xb6, 0x6f, 0x42, 0xed, 0xa2, 0x1a, 0xb2, 0xa3, 0xe2, 0x92, 0xf8, 0xa3,
	0x35, 0x93, 0x47, 0x1d, 0x42, 0xd5, 0x0c, 0x5f, 0xbe, 0x1f, 0xa2, 0x8c, 0xb9, 0xba, 0x02,
	0x56, 0xf6, 0x4a, 0xa0, 0x7f, 0xc9, 0x45, 0xf3, 0x9e, 0xd1, 0xd3, 0xfe, 0x93, 0xf2, 0x87,
	0x02, 0x6c, 0x81, 0x37, 0xeb, 0xaa, 0x23, 0x52, 0xa3, 0x64, 0x2d, 0x0d, 0xee, 0xdd, 0xc0,
	0x63, 0x08, 0x11, 0x41, 0xa1, 0x38, 0x29, 0xeb, 0x0c, 0x75, 0xa7, 0xee, 0x4e, 0x6a, 0x92,
	0x0a, 0xa8, 0x3b, 0x28, 0x42, 0x82, 0x9e, 0x9e, 0xbc, 0xf4, 0x55, 0x32, 0xb9, 0xd2, 0xd6,
	0x6e, 0x8a, 0x11, 0x3e, 0x61, 0x73, 0x6b, 0x62, 0x6a, 0x4a, 0xb0, 0x2d, 0x36, 0x60, 0x71,
	0x63, 0xab, 0xf8, 0xe6, 0xfc, 0xea, 0xbb, 0xc5, 0x4b, 0xe5, 0x22, 0xe1, 0xb7, 0xfa, 0x64,
	0x35, 0xa3, 0x0d, 0xc2, 0xf8, 0x5b, 0xb1, 0x11, 0xbd, 0x3d, 0x97, 0x4a, 0x4a, 0xdf, 0xf6,
	0x9c, 0xa3, 0xf3, 0x01, 0xec, 0xdb, 0xb3, 0x0e, 0x18, 0xec, 0x94, 0xd2, 0x99, 0x64, 0x88,
	0x8c, 0x81, 0xae, 0xdb, 0xf4, 0x7f, 0x7f, 0x7e, 0xae, 0x65, 0x59, 0x17, 0xf7, 0xf7, 0x7a,
	0xc2, 0x0f, 0x30, 0x32, 0x74, 0x62, 0x82, 0xb1, 0xb3, 0x38, 0x60, 0x0b, 0x25, 0x8b, 0xcc,
	0x85, 0x05, 0x4e, 0x32, 0x60, 0xbf, 0x59, 0x73, 0x88, 0xfa, 0x02, 0xb0, 0x75, 0x7d, 0x69,
	0xed, 0xae, 0x7f, 0x5b, 0x16, 0x80, 0x05, 0xba, 0x92, 0xc6, 0x02, 0x32, 0x6c, 0x91, 0xaf,
	0xcb, 0x6c, 0xfd, 0xe0, 0x36, 0x49, 0xae, 0x8d, 0x3b, 0x76, 0x98, 0x28, 0x62, 0x32, 0x8b,
	0x47,
};

static bool is_poison(const uint8_t *out, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (out[i] != POISON)
			return false;
	return true;
}

/* One operation by one engine, whose output is only believed to be an output. */
static enum status run(const struct modexp_engine *engine, const struct rsa_public *key,
		       const uint8_t *in, uint8_t *out)
{
	memset(out, POISON, key->size);
	TRY(engine->modexp(key, in, out));
	if (is_poison(out, key->size) || memcmp(out, key->modulus, key->size) >= 0)
		return ERR_ENGINE_SELFTEST;
	return OK;
}

static enum status self_test(const struct modexp_engine *engine)
{
	uint8_t modulus[RSA_BYTES_MIN], in[RSA_BYTES_MIN], out[RSA_BYTES_MIN];
	struct rsa_public key = { .modulus = modulus, .size = sizeof(modulus), .exponent = 3 };

	for (size_t i = 0; i < sizeof(modulus); i++) {
		modulus[i] = (uint8_t)(197 * i + 239);
		in[i] = (uint8_t)(151 * i + 5);
	}
	modulus[sizeof(modulus) - 1] |= 1;
	TRY(run(engine, &key, in, out));
	return bytes_equal(out, known, sizeof(known), ERR_ENGINE_SELFTEST);
}

/* Tested before its first use, once. */
static enum status earn(unsigned i)
{
	if ((passed & 1u << i) != 0)
		return OK;
	TRY(self_test(engines[i]));
	passed |= 1u << i;
	return OK;
}

/* The best engine that is left; ENGINES_MAX if none. */
static unsigned best(void)
{
	unsigned i = 0;

	while (i < engine_count && (struck_off & 1u << i) != 0)
		i++;
	return i < engine_count ? i : ENGINES_MAX;
}

enum status modexp_engines_start(const struct modexp_engine *const *board)
{
	engine_count = 0;
	struck_off = 0;
	passed = 0;
	for (; *board && engine_count < ENGINES_MAX - 1; board++)
		if ((*board)->probe())
			engines[engine_count++] = *board;
	engines[engine_count++] = &modexp_engine_soft;
	/* Only what will be used is tested; the next one when it is needed. */
	while (best() != ENGINES_MAX && earn(best()) != OK)
		struck_off |= 1u << best();
	if (best() == ENGINES_MAX)
		return refuse(ERR_ENGINE_SELFTEST, "modexp",
			      "no engine answers its known-answer test");
	return OK;
}

const char *modexp_engine_name(void)
{
	return best() != ENGINES_MAX ? engines[best()]->name : "none";
}

static enum status ask(unsigned i, const struct rsa_public *key, const uint8_t *in, uint8_t *out)
{
	TRY(earn(i));
	return run(engines[i], key, in, out);
}

enum status modexp(const struct rsa_public *key, const uint8_t *in, uint8_t *out)
{
	for (unsigned i = best(); i < engine_count; i++) {
		enum status done;

		if ((struck_off & 1u << i) != 0)
			continue;
		done = ask(i, key, in, out);
		if (done == OK)
			return OK;
		if (done != ERR_UNSUPPORTED)
			struck_off |= 1u << i;
	}
	memset(out, POISON, key->size);
	return refuse(ERR_ENGINE_SELFTEST, "modexp", "no engine is left");
}
