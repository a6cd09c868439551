/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * u_boot.h - what U-Boot's lib/sha256.c, lib/sha512.c and lib/rsa/rsa-mod-exp.c need from its
 * headers (which take a configured tree), and what they offer. Nothing of U-Boot is here but names.
 */
#ifndef HOLDFAST_BENCH_U_BOOT_H
#define HOLDFAST_BENCH_U_BOOT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
typedef unsigned int uint;
typedef uint64_t fdt64_t;

#define EINVAL 22
#define EBADF 9
#define EFAULT 14
#define ENOMEM 12
#define RSA_MIN_KEY_BITS 2048
#define RSA_MAX_KEY_BITS 4096
#define SHA256_DER_LEN 19
#define SHA384_DER_LEN 19
#define SHA512_DER_LEN 19
#define SHA384_SUM_LEN 48
#define SHA512_SUM_LEN 64
#define SHA512_BLOCK_SIZE 128
#define debug(...) ((void)0)
#define fdt32_to_cpu(x) __builtin_bswap32(x)
#define cpu_to_fdt32(x) __builtin_bswap32(x)
#define fdt64_to_cpu(x) __builtin_bswap64(x)
#define cpu_to_be64(x) __builtin_bswap64(x)
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#define likely(x) (x)
#define unlikely(x) (x)
#define fallthrough __attribute__((fallthrough))
#define __weak __attribute__((weak))

struct rsa_public_key {
	uint len;
	uint32_t n0inv;
	uint32_t *modulus;
	uint32_t *rr;
	uint64_t exponent;
};

struct key_prop {
	const void *rr;
	const void *modulus;
	const void *public_exponent;
	uint32_t n0inv;
	int num_bits;
	uint32_t exp_len;
};

typedef struct {
	uint32_t total[2];
	uint32_t state[8];
	uint8_t buffer[64];
} sha256_context;

typedef struct {
	uint64_t state[8];
	uint64_t count[2];
	uint8_t buf[128];
} sha512_context;

/* As U-Boot's. */
int rsa_mod_exp_sw(const uint8_t *sig, uint32_t sig_len, struct key_prop *prop, uint8_t *out);
void sha256_starts(sha256_context *context);
void sha256_update(sha256_context *context, const uint8_t *input, uint32_t length);
void sha256_finish(sha256_context *context, uint8_t digest[32]);
void sha512_starts(sha512_context *context);
void sha512_update(sha512_context *context, const uint8_t *input, uint32_t length);
void sha512_finish(sha512_context *context, uint8_t digest[64]);

#endif
