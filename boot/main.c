// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* main.c - from the first slot to Linux, or to a refusal. Read it aloud. */
#include "boot.h"

#include "release.h"

/* One slot, from its name to Linux. Returns only to refuse. */
static enum status boot_slot(const struct slot *slot, struct release *release)
{
	TRY(slot_find(slot, &release->place));
	TRY(fit_read(&release->place.partition->extent, release->metadata, &release->fit));
	TRY(fit_open(&release->fit));
	TRY(fit_choose(&release->fit, plat_compatible(), &release->choice));
	TRY(release_verify(release, slot));
	TRY(root_check(release->config, slot, &release->place, &release->map, &release->proof,
		       &release->root));
	TRY(release_load(release));
	TRY(release_describe(release, slot));
	TRY(plat_quiesce());
	plat_lock();
	log_handoff(slot, release_figures(release));
	kernel_enter(&release->kernel);
}

/* Start the engines, then try each slot in order. Returns only the reason why none was entered. */
static enum status boot(void)
{
	struct release *release = release_storage();
	struct slot_order order;
	enum status started = engines_start();

	log_banner(tree_source());
	TRY(started);
	TRY(trust_start());
	TRY(plat_memory(&release->map));
	slot_order(&order);
	for (unsigned i = 0; i < order.count; i++) {
		log_slot(order.slots[i]);
		refusal_clear();
		release_refuse(release, order.slots[i], boot_slot(order.slots[i], release));
	}
	return ERR_NO_SLOT;
}

void boot_main(void)
{
	enum status why = boot();

	log_failed(why);
	plat_fail(why);
}
