// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * main.c - one operation of one engine, so many times: a program for Linux on the loader's
 * processor, without a C library, of the loader's own objects. engines.py counts its instructions.
 *
 * 	engines OPERATION COUNT		0; 1: no such operation here
 *
 * A digest is of 64 KiB, a verification of a signature that is wrong: that shows only at its end.
 * The figures are the difference of two counts, so what happens once does not matter.
 */
#include <string.h>

#include "engines.h"
#include "keyring.h"
#include "modexp_asm.h"
#include "sha2_armv8.h"
#include "u_boot.h"

#define CHUNK 65536

const struct keyring keyring_table = { NULL, 0, REQUIRED_ALL, 0 };
uintptr_t __stack_chk_guard = 0x2f0d0a00;
_Noreturn void __stack_chk_fail(void);
void plat_putc(char c);

_Noreturn void __stack_chk_fail(void)
{
	engines_exit(2);
}

void plat_putc(char c)
{
	(void)c;
}

static uint8_t data[CHUNK];

static int digest(const struct digest_engine *engine, enum digest_algorithm algorithm,
		  unsigned count)
{
	static uint8_t state[DIGEST_STATE_SIZE] __attribute__((aligned(16)));
	uint8_t out[DIGEST_SIZE_MAX];

	if (!engine || !engine->probe(algorithm) || engine->begin(state, algorithm) != OK)
		return 1;
	while (count-- > 0)
		if (engine->update(state, data, sizeof(data)) != OK)
			return 2;
	return engine->finish(state, out) == OK ? 0 : 2;
}

static int check(const struct key *key, struct span signature, unsigned count)
{
	static uint8_t value[DIGEST_SIZE_MAX] = { 1 };

	while (count-- > 0)
		if (signature_check(key, value, RSA_PKCS1, signature, NULL) != ERR_BAD_SIGNATURE)
			return 2;
	return 0;
}

/* R^2 is any number here: it only has to be there, as in the loader's table. */
static int rsa(const struct modexp_engine *engine, unsigned bits, unsigned count)
{
	static uint8_t modulus[RSA_BYTES_MAX], number[RSA_BYTES_MAX];
	const struct modexp_engine *const engines[] = { engine, NULL };
	const struct key key = {
		.algorithm = { DIGEST_SHA256, KEY_RSA, bits },
		.rsa = { modulus, bits / 8, 65537, number },
	};

	for (size_t i = 0; i < bits / 8; i++) {
		modulus[i] = (uint8_t)(197 * i + 239) | 1;
		number[i] = (uint8_t)(151 * i + 5);
	}
	if (modexp_engines_start(engines) != OK)
		return 2;
	return check(&key, (struct span){ number, bits / 8 }, count);
}

/* The curves' own base points as keys (SEC 2, 2.4.2 and 2.5.1). */
static const uint8_t p256[2][32] = {
	{ 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6,
	  0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb,
	  0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96 },
	{ 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb,
	  0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31,
	  0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5 },
};
static const uint8_t p384[2][48] = {
	{ 0xaa, 0x87, 0xca, 0x22, 0xbe, 0x8b, 0x05, 0x37, 0x8e, 0xb1, 0xc7, 0x1e,
	  0xf3, 0x20, 0xad, 0x74, 0x6e, 0x1d, 0x3b, 0x62, 0x8b, 0xa7, 0x9b, 0x98,
	  0x59, 0xf7, 0x41, 0xe0, 0x82, 0x54, 0x2a, 0x38, 0x55, 0x02, 0xf2, 0x5d,
	  0xbf, 0x55, 0x29, 0x6c, 0x3a, 0x54, 0x5e, 0x38, 0x72, 0x76, 0x0a, 0xb7 },
	{ 0x36, 0x17, 0xde, 0x4a, 0x96, 0x26, 0x2c, 0x6f, 0x5d, 0x9e, 0x98, 0xbf,
	  0x92, 0x92, 0xdc, 0x29, 0xf8, 0xf4, 0x1d, 0xbd, 0x28, 0x9a, 0x14, 0x7c,
	  0xe9, 0xda, 0x31, 0x13, 0xb5, 0xf0, 0xb8, 0xc0, 0x0a, 0x60, 0xb1, 0xce,
	  0x1d, 0x7e, 0x81, 0x9d, 0x7a, 0x43, 0x1d, 0x7c, 0x90, 0xea, 0x0e, 0x5f },
};

static int ecdsa(unsigned bits, unsigned count)
{
	static uint8_t number[2 * 48];
	const struct key key = {
		.algorithm = { bits == 256 ? DIGEST_SHA256 : DIGEST_SHA384, KEY_ECDSA, bits },
		.ecdsa = { bits == 256 ? ECDSA_P256 : ECDSA_P384, bits == 256 ? p256[0] : p384[0],
			   bits == 256 ? p256[1] : p384[1], bits / 8 },
	};

	for (size_t i = 0; i < sizeof(number); i++)
		number[i] = (uint8_t)(151 * i + 5);
	return check(&key, (struct span){ number, bits / 4 }, count);
}

static int u_boot_digest(unsigned count, bool long_words)
{
	uint8_t out[64];
	sha256_context context;
	sha512_context context_long;

	sha256_starts(&context);
	sha512_starts(&context_long);
	while (count-- > 0)
		if (long_words)
			sha512_update(&context_long, data, sizeof(data));
		else
			sha256_update(&context, data, sizeof(data));
	sha256_finish(&context, out);
	sha512_finish(&context_long, out);
	return 0;
}

static int u_boot_rsa(unsigned bits, unsigned count)
{
	static uint32_t modulus[RSA_BYTES_MAX / 4], number[RSA_BYTES_MAX / 4],
		out[RSA_BYTES_MAX / 4];
	struct key_prop key = {
		.rr = number, .modulus = modulus, .n0inv = 0x6437f2d1, .num_bits = (int)bits
	};

	memset(modulus, 0xef, sizeof(modulus));
	memset(number, 0x35, sizeof(number));
	while (count-- > 0)
		if (rsa_mod_exp_sw((const uint8_t *)number, bits / 8, &key, (uint8_t *)out) != 0)
			return 2;
	return 0;
}

static int run(const char *name, unsigned count)
{
	if (strcmp(name, "sha256-armv8") == 0)
		return digest(&digest_engine_sha2_armv8, DIGEST_SHA256, count);
	if (strcmp(name, "sha512-armv8") == 0)
		return digest(&digest_engine_sha2_armv8, DIGEST_SHA512, count);
	if (strcmp(name, "sha256-asm") == 0)
		return digest(engines_sha256_asm, DIGEST_SHA256, count);
	if (strcmp(name, "sha256-mbedtls") == 0)
		return digest(&digest_engine_soft, DIGEST_SHA256, count);
	if (strcmp(name, "sha512-mbedtls") == 0)
		return digest(&digest_engine_soft, DIGEST_SHA512, count);
	if (strcmp(name, "sha256-u-boot") == 0)
		return u_boot_digest(count, false);
	if (strcmp(name, "sha512-u-boot") == 0)
		return u_boot_digest(count, true);
	if (strcmp(name, "rsa2048-asm") == 0)
		return rsa(&modexp_engine_asm, 2048, count);
	if (strcmp(name, "rsa4096-asm") == 0)
		return rsa(&modexp_engine_asm, 4096, count);
	if (strcmp(name, "rsa2048-mbedtls") == 0)
		return rsa(&modexp_engine_soft, 2048, count);
	if (strcmp(name, "rsa4096-mbedtls") == 0)
		return rsa(&modexp_engine_soft, 4096, count);
	if (strcmp(name, "rsa2048-u-boot") == 0)
		return u_boot_rsa(2048, count);
	if (strcmp(name, "rsa4096-u-boot") == 0)
		return u_boot_rsa(4096, count);
	if (strcmp(name, "ecdsa256-mbedtls") == 0)
		return ecdsa(256, count);
	if (strcmp(name, "ecdsa384-mbedtls") == 0)
		return ecdsa(384, count);
	return 1;
}

void engines_main(const uintptr_t *stack)
{
	const char *name = (const char *)stack[2];
	const char *count = (const char *)stack[3];

	if (stack[0] != 3)
		engines_exit(2);
	engines_exit(run(name, (unsigned)(count[0] - '0')));
}
