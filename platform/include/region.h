/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * region.h - who owns which part of RAM; the one gate for addresses from outside.
 *
 * Payloads may only go where region_claim() says so: inside a window (RAM that the
 * kernel will own), not over a reservation (the loader, the earlier tree, firmware)
 * and not over anything already claimed. There is one map, set up by the platform,
 * used by the core.
 */
#ifndef HOLDFAST_REGION_H
#define HOLDFAST_REGION_H

#include <stdint.h>

#include "status.h"

#define REGION_MAX 64

struct region {
	uint64_t base;
	uint64_t size;
	const char *owner; /* constant string: "loader", "kernel", ... */
};

struct region_map {
	struct region windows[REGION_MAX];
	unsigned window_count;
	struct region taken[REGION_MAX]; /* reservations and claims */
	unsigned taken_count;
	unsigned reserved_count; /* the first so many of taken are reservations */
};

/* Make the map empty. */
void region_init(struct region_map *map);

/* Add a bank of RAM. ERR_INTERNAL: size 0, wraps, overlaps another window, or the table is full. */
enum status region_add_window(struct region_map *map, uint64_t base, uint64_t size) MUST_CHECK;

/*
 * Mark a range that nobody may claim. It may lie outside the windows and may overlap
 * other reservations. Only before the first claim. ERR_INTERNAL: wraps, table full, or too late.
 */
enum status region_reserve(struct region_map *map, uint64_t base, uint64_t size,
			   const char *owner) MUST_CHECK;

/*
 * Claim [base, base + size) for owner (a constant string).
 * ERR_BAD_LOAD: size 0, wraps, or not inside one window. ERR_OVERLAP: touches a reservation
 * or a claim (refuse() has been told which). ERR_INTERNAL: table full.
 */
enum status region_claim(struct region_map *map, uint64_t base, uint64_t size,
			 const char *owner) MUST_CHECK;

/*
 * Find and claim size bytes at a multiple of align (a power of two), the lowest place
 * in [lowest, highest) that is free; region_claim_high() takes the highest place.
 * ERR_TOO_BIG: no such place.
 */
enum status region_claim_low(struct region_map *map, uint64_t size, uint64_t align, uint64_t lowest,
			     uint64_t highest, const char *owner, uint64_t *base) MUST_CHECK;
enum status region_claim_high(struct region_map *map, uint64_t size, uint64_t align,
			      uint64_t lowest, uint64_t highest, const char *owner,
			      uint64_t *base) MUST_CHECK;

/*
 * Give the claim that starts at base the new size. ERR_INTERNAL: no such claim, or it would grow.
 */
enum status region_shrink(struct region_map *map, uint64_t base, uint64_t size) MUST_CHECK;

/* End the claim that starts at base; nothing happens if there is none. Reservations stay. */
void region_release(struct region_map *map, uint64_t base);

/* End all claims (a slot was refused). Reservations and windows stay. */
void region_release_all(struct region_map *map);

#endif
