/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * mbedtls_config.h - what we take of mbedTLS: big numbers, two curves, SHA-2, and an
 * allocator over a fixed array. No RSA, no ASN.1, no message digest layer: padding and
 * encodings are checked in keys/, in our own code.
 */
#ifndef HOLDFAST_MBEDTLS_CONFIG_H
#define HOLDFAST_MBEDTLS_CONFIG_H

#define MBEDTLS_BIGNUM_C
#define MBEDTLS_SHA256_C

#ifdef CONFIG_SHA512
#define MBEDTLS_SHA384_C
#define MBEDTLS_SHA512_C
#endif

#ifdef CONFIG_ECDSA
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_DP_SECP384R1_ENABLED
#define MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_ECP_FIXED_POINT_OPTIM 0
#define MBEDTLS_ECP_WINDOW_SIZE 4
#endif

/* Only public numbers are worked on: nothing to blind, and no source of randomness to ask. */
#define MBEDTLS_HAVE_ASM
#define MBEDTLS_MPI_MAX_SIZE 512
#define MBEDTLS_MPI_WINDOW_SIZE 2

/* No heap: calloc and free work on the array given to mbedtls_memory_buffer_alloc_init(). */
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_NO_STD_FUNCTIONS
#define MBEDTLS_MEMORY_BUFFER_ALLOC_C
#define MBEDTLS_MEMORY_ALIGN_MULTIPLE 16
#define MBEDTLS_PLATFORM_STD_EXIT(code) __builtin_trap()

/* Counts the high-water mark of the array on the host (make size); the loader does without. */
#ifndef __aarch64__
#define MBEDTLS_MEMORY_DEBUG
#endif

#endif
