/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * mbedtls_config.h - the little of mbedTLS that keys/ uses (MBEDTLS_CONFIG_FILE).
 *
 * Sources to link: bignum bignum_core constant_time sha256; with CONFIG_SHA512 sha512; with
 * CONFIG_ECDSA ecp ecp_curves. No PSA, no ASN.1, no entropy, no platform layer: memory and wiping
 * come from soft_arena.c.
 */
#ifndef HOLDFAST_MBEDTLS_CONFIG_H
#define HOLDFAST_MBEDTLS_CONFIG_H

#include "soft_arena.h"

#define MBEDTLS_HAVE_ASM
#define MBEDTLS_NO_UDBL_DIVISION

#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_CALLOC_MACRO soft_arena_calloc
#define MBEDTLS_PLATFORM_FREE_MACRO soft_arena_free
#define MBEDTLS_PLATFORM_ZEROIZE_ALT

#define MBEDTLS_SHA256_C
#ifdef CONFIG_SHA512
#define MBEDTLS_SHA384_C
#define MBEDTLS_SHA512_C
#endif

#define MBEDTLS_BIGNUM_C
#define MBEDTLS_MPI_MAX_SIZE 512  /* RSA-4096 */
#define MBEDTLS_MPI_WINDOW_SIZE 1 /* public exponents have few bits */

#ifdef CONFIG_ECDSA
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_DP_SECP384R1_ENABLED
#define MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_ECP_WINDOW_SIZE 4
#define MBEDTLS_ECP_FIXED_POINT_OPTIM 0 /* tables of several KiB for 3 M instructions */
#endif

#endif
