// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* slot.c - A, then B, then recovery. */
#include "slot.h"

#include <stddef.h>

#include "platform.h"

static const struct slot slots[SLOTS_MAX] = {
	{ "A", "holdfast-a", "root-a", "verity-a" },
	{ "B", "holdfast-b", "root-b", "verity-b" },
	{ "recovery", "holdfast-recovery", NULL, NULL },
};

/* Several KiB, and there is one at a time: the table of the medium that was looked at last. */
static struct gpt gpt;

void slot_order(struct slot_order *order)
{
	order->count = SLOTS_MAX;
	for (unsigned i = 0; i < SLOTS_MAX; i++)
		order->slots[i] = &slots[i];
}

static enum status find_on(const struct medium *medium, const char *name, struct gpt *table,
			   const struct partition **partition)
{
	TRY(gpt_read(medium, table));
	return gpt_find(table, name, partition);
}

enum status media_find(const struct medium *const **from, const char *name, struct gpt *table,
		       const struct partition **partition)
{
	struct refusal worst = { .why = ERR_NO_IMAGE, .hint = "" };

	for (; **from; (*from)++) {
		enum status found = find_on(**from, name, table, partition);

		if (found == OK)
			return OK;
		if (found != ERR_NO_IMAGE) {
			worst = *refusal_last();
			if (worst.why != found)
				worst = (struct refusal){ .why = found, .hint = "" };
		}
	}
	if (worst.why != ERR_NO_IMAGE)
		return refuse(worst.why, worst.at, worst.hint);
	return refuse(ERR_NO_IMAGE, name, "no medium has a partition of this name");
}

enum status slot_find(const struct slot *slot, struct slot_place *place)
{
	const struct medium *const *from = plat_media();

	TRY(media_find(&from, slot->partition, &gpt, &place->partition));
	place->gpt = &gpt;
	return OK;
}
