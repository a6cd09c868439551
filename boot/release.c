// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* release.c - one release: its steps, its figures, its end. */
#include "release.h"

#include <string.h>

#include "config.h"
#include "digest.h"
#include "fit_load.h"
#include "hardened.h"
#include "modexp.h"

static uint8_t metadata[FIT_META_MAX] __attribute__((aligned(MEDIUM_ALIGN)));
static struct release storage;

struct release *release_storage(void)
{
	storage.metadata = metadata;
	return &storage;
}

enum status engines_start(void)
{
	TRY(digest_engines_start(plat_digest_engines()));
	return modexp_engines_start(plat_modexp_engines());
}

enum status trust_start(void)
{
	TRY(keyring_usable(keyring_built_in()));
	return keyring_roles(keyring_built_in(),
			     IS_ENABLED(CONFIG_RELEASE) ? ROLE_RELEASE : ROLE_TEST);
}

static enum status read_index(const struct fit_config *config, uint32_t *index)
{
	enum status found = fit_config_u32(config, "holdfast,rollback-index", index);

	if (found == ERR_ABSENT) {
		*index = 0;
		return OK;
	}
	return found;
}

enum status release_verify(struct release *release, const struct slot *slot)
{
	uint64_t start = plat_now_us();

	TRY(proof_begin(&release->proof));
	TRY(fit_verify(&release->fit, release->choice, keyring_built_in(), &release->proof,
		       &release->config));
	TRY(fit_config_fits(release->config, plat_compatible()));
	TRY(read_index(release->config, &release->index));
	release->figures.verify_us = plat_now_us() - start;
	log_verified(slot, release->config, release->index);
	return OK;
}

/* Mounting is part of loading. */
static void files_figures(const struct root *root, struct handoff *figures)
{
	figures->load_us += root->mount_us;
	figures->hash_us += root->reader.hash_us;
	figures->root_blocks = root->reader.verified;
	figures->hash_blocks = root->reader.hashed;
	figures->repaired = root->reader.repaired;
	figures->file_system = root->files.driver->name;
}

enum status release_load(struct release *release)
{
	uint64_t digest_us = fit_load_digest_us();
	uint64_t start = plat_now_us();

	TRY(kernel_load(release->config, &release->map, &release->proof, &release->root,
			&release->kernel));
	release->figures.load_us = plat_now_us() - start;
	release->figures.hash_us = fit_load_digest_us() - digest_us;
	if (IS_ENABLED(CONFIG_ROOT_FILES) && release->root.files.driver)
		files_figures(&release->root, &release->figures);
	return OK;
}

enum status release_describe(struct release *release, const struct slot *slot)
{
	const struct tree_facts facts = {
		.source = tree_source(),
		.slot = slot,
		.version = log_version(),
		.config = fit_config_name(release->config),
		.key = fit_config_key(release->config)->name,
		.index = release->index,
		.refused = release->refused,
	};

	return kernel_describe(release->config, &facts, &release->root, &release->map,
			       &release->kernel);
}

const struct handoff *release_figures(struct release *release)
{
	release->figures.load = kernel_entry(&release->kernel);
	release->figures.dtb = release->kernel.dtb;
	release->figures.bytes = medium_counted().bytes;
	release->figures.total_us = plat_now_us();
	return &release->figures;
}

/* Both fit: the longest slot name and the longest word are known. */
static void remember(char kept[32], const char *slot, const char *word)
{
	size_t used = 0;

	for (; *slot != '\0' && used < 30; slot++)
		kept[used++] = *slot;
	kept[used++] = ' ';
	for (; *word != '\0' && used < 31; word++)
		kept[used++] = *word;
	kept[used] = '\0';
}

/*
 * "absent" and "unsupported" answer questions inside the loader; as a reason they would be a
 * mistake of ours.
 */
static enum status as_reason(enum status why)
{
	return why == OK || why == ERR_ABSENT || why == ERR_UNSUPPORTED ? ERR_INTERNAL : why;
}

void release_refuse(struct release *release, const struct slot *slot, enum status why)
{
	for (const struct medium *const *medium = plat_media(); *medium; medium++)
		(*medium)->stop(*medium);
	region_release_all(&release->map);
	kernel_forget(&release->kernel);
	wipe(&release->proof, sizeof(release->proof));
	wipe(release->metadata, FIT_META_MAX);
	wipe(&release->fit, sizeof(release->fit));
	wipe(&release->root, sizeof(release->root));
	wipe(&release->figures, sizeof(release->figures));
	release->config = NULL;
	why = as_reason(why);
	log_refused(slot, why);
	remember(release->refused, slot->name, status_word(why));
}
