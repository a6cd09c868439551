// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* region.c - the map of RAM that payloads may use. */
#include "region.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* False for an empty range and for one that reaches or passes the end of the address space. */
static bool is_range(uint64_t base, uint64_t size)
{
	return size != 0 && base <= UINT64_MAX - size;
}

static bool overlaps(const struct region *region, uint64_t base, uint64_t size)
{
	return base < region->base + region->size && region->base < base + size;
}

static const struct region *find_overlap(const struct region *regions, unsigned count,
					 uint64_t base, uint64_t size)
{
	for (unsigned i = 0; i < count; i++)
		if (overlaps(&regions[i], base, size))
			return &regions[i];
	return NULL;
}

/* The claim (not a reservation) that starts at base, or NULL. */
static struct region *find_claim(struct region_map *map, uint64_t base)
{
	for (unsigned i = map->reserved_count; i < map->taken_count; i++)
		if (map->taken[i].base == base)
			return &map->taken[i];
	return NULL;
}

static bool in_one_window(const struct region_map *map, uint64_t base, uint64_t size)
{
	for (unsigned i = 0; i < map->window_count; i++) {
		const struct region *window = &map->windows[i];

		if (base >= window->base && base - window->base <= window->size &&
		    size <= window->size - (base - window->base))
			return true;
	}
	return false;
}

void region_init(struct region_map *map)
{
	memset(map, 0, sizeof(*map));
}

enum status region_add_window(struct region_map *map, uint64_t base, uint64_t size)
{
	if (!is_range(base, size) || map->window_count == REGION_MAX ||
	    find_overlap(map->windows, map->window_count, base, size))
		return ERR_INTERNAL;
	map->windows[map->window_count++] = (struct region){ base, size, "ram" };
	return OK;
}

enum status region_reserve(struct region_map *map, uint64_t base, uint64_t size, const char *owner)
{
	if (!is_range(base, size) || map->taken_count == REGION_MAX ||
	    map->taken_count != map->reserved_count)
		return ERR_INTERNAL;
	map->taken[map->taken_count++] = (struct region){ base, size, owner };
	map->reserved_count++;
	return OK;
}

/* "kernel/loader": who wanted the place, and who has it. */
static enum status refuse_overlap(const char *owner, const struct region *taken)
{
	char at[REFUSAL_TEXT_MAX];
	const char *parts[] = { owner, "/", taken->owner };
	size_t used = 0;

	for (size_t part = 0; part < sizeof(parts) / sizeof(parts[0]); part++)
		for (const char *c = parts[part]; *c != '\0' && used < sizeof(at) - 1; c++)
			at[used++] = *c;
	at[used] = '\0';
	return refuse(ERR_OVERLAP, at, "move the load address of the first away from the second");
}

enum status region_claim(struct region_map *map, uint64_t base, uint64_t size, const char *owner)
{
	const struct region *taken;

	if (!is_range(base, size) || !in_one_window(map, base, size))
		return refuse(ERR_BAD_LOAD, owner, "the load address is outside the board's RAM");
	taken = find_overlap(map->taken, map->taken_count, base, size);
	if (taken)
		return refuse_overlap(owner, taken);
	if (map->taken_count == REGION_MAX)
		return ERR_INTERNAL;
	map->taken[map->taken_count++] = (struct region){ base, size, owner };
	return OK;
}

/* base rounded up to align; false if that passes the end of the address space. */
static bool align_up(uint64_t *base, uint64_t align)
{
	if (*base > UINT64_MAX - (align - 1))
		return false;
	*base = (*base + align - 1) & ~(align - 1);
	return true;
}

/*
 * The lowest free place in [from, to). Each turn passes one taken range, and none is met
 * twice because base only grows: at most taken_count turns.
 */
static bool lowest_in(const struct region_map *map, uint64_t from, uint64_t to, uint64_t size,
		      uint64_t align, uint64_t *base)
{
	const struct region *taken;

	*base = from;
	for (;;) {
		if (!align_up(base, align) || *base > to || size > to - *base)
			return false;
		taken = find_overlap(map->taken, map->taken_count, *base, size);
		if (!taken)
			return true;
		*base = taken->base + taken->size;
	}
}

/* The highest free place in [from, to); as above, downwards. */
static bool highest_in(const struct region_map *map, uint64_t from, uint64_t to, uint64_t size,
		       uint64_t align, uint64_t *base)
{
	const struct region *taken;

	for (;;) {
		if (to < from || size > to - from)
			return false;
		*base = (to - size) & ~(align - 1);
		if (*base < from)
			return false;
		taken = find_overlap(map->taken, map->taken_count, *base, size);
		if (!taken)
			return true;
		to = taken->base;
	}
}

static enum status claim_place(struct region_map *map, uint64_t size, uint64_t align,
			       uint64_t lowest, uint64_t highest, const char *owner, bool high,
			       uint64_t *base)
{
	uint64_t best = 0;
	bool found = false;

	if (size == 0 || align == 0 || (align & (align - 1)) != 0)
		return ERR_INTERNAL;
	for (unsigned i = 0; i < map->window_count; i++) {
		const struct region *window = &map->windows[i];
		uint64_t end = window->base + window->size;
		uint64_t from = window->base > lowest ? window->base : lowest;
		uint64_t to = end < highest ? end : highest;
		uint64_t place = 0;

		if (!(high ? highest_in : lowest_in)(map, from, to, size, align, &place))
			continue;
		if (!found || (high ? place > best : place < best))
			best = place;
		found = true;
	}
	if (!found)
		return refuse(ERR_TOO_BIG, owner, "no free RAM of this size");
	*base = best;
	return region_claim(map, best, size, owner);
}

enum status region_claim_low(struct region_map *map, uint64_t size, uint64_t align, uint64_t lowest,
			     uint64_t highest, const char *owner, uint64_t *base)
{
	return claim_place(map, size, align, lowest, highest, owner, false, base);
}

enum status region_claim_high(struct region_map *map, uint64_t size, uint64_t align,
			      uint64_t lowest, uint64_t highest, const char *owner, uint64_t *base)
{
	return claim_place(map, size, align, lowest, highest, owner, true, base);
}

enum status region_shrink(struct region_map *map, uint64_t base, uint64_t size)
{
	struct region *claim = find_claim(map, base);

	if (!claim || size == 0 || size > claim->size)
		return ERR_INTERNAL;
	claim->size = size;
	return OK;
}

void region_release(struct region_map *map, uint64_t base)
{
	struct region *claim = find_claim(map, base);

	if (claim)
		*claim = map->taken[--map->taken_count];
}

void region_release_all(struct region_map *map)
{
	map->taken_count = map->reserved_count;
}
