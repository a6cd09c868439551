/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * soft_arena.h - the fixed memory that mbedTLS allocates from; nothing else may.
 *
 * Not a heap for the core: only the keys/ *_soft.c files and mbedTLS itself call these, and when a
 * verification is over everything has been given back. Included by mbedtls_config.h, so standard
 * types only.
 */
#ifndef HOLDFAST_SOFT_ARENA_H
#define HOLDFAST_SOFT_ARENA_H

#include <stddef.h>

/*
 * count * size zeroed bytes at a multiple of 16, or NULL if there is no room (mbedTLS then
 * fails the operation, the core refuses). Give back with soft_arena_free().
 */
void *soft_arena_calloc(size_t count, size_t size);

/* Give back what soft_arena_calloc() returned, once. NULL is fine. */
void soft_arena_free(void *at);

/* The most bytes that were ever in use, of CONFIG_MBEDTLS_ARENA KiB; for make size. */
size_t soft_arena_high_water(void);

/* Bytes in use now; 0 between operations, or something leaks. For tests. */
size_t soft_arena_in_use(void);

#endif
