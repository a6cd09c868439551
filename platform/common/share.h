/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * share.h - items of work for whoever comes for the next one, and who has done what.
 *
 * One processor posts jobs, one after the other; any number of them take items. All of it is memory
 * and atomic accesses: no register, no waiting.
 */
#ifndef HOLDFAST_SHARE_H
#define HOLDFAST_SHARE_H

#include <stdbool.h>
#include <stdint.h>

#define SHARE_ITEMS_MAX 64

/* All zero: there is no job. */
struct share {
	void (*work)(void *context, unsigned item);
	void *context;
	uint64_t ticket; /* number of the job, 32 bits; its items, 16; the next one to take, 16 */
	uint8_t done[SHARE_ITEMS_MAX];
};

/*
 * A new job: work(context, i) for i below items (at most SHARE_ITEMS_MAX). Only when every item of
 * the one before is done, and by one processor alone. What it wrote before, the others see.
 */
void share_post(struct share *share, void (*work)(void *context, unsigned item), void *context,
		unsigned items);

/* Whether there is an item to take. */
bool share_has_item(const struct share *share);

/* Take an item and do it. False: there is none. */
bool share_take(struct share *share);

/* Whether all items are done; what was written for them is seen then. */
bool share_is_done(const struct share *share);

/* Do those that are not done. Nobody else may take any from here on. */
void share_finish(struct share *share);

#endif
