/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fit_check.h - a FIT through the loader's own objects, payload included.
 */
#ifndef HOLDFAST_KEYS_FIT_CHECK_H
#define HOLDFAST_KEYS_FIT_CHECK_H

#include "fit_file.h"
#include "fit_verify.h"
#include "keyring.h"
#include "verity.h"

/* What was found out about one configuration; config is good until the next fit_verify(). */
struct fit_check {
	const struct fit_config *config;
	bool has_root;
	struct verity root;
	struct span root_data; /* the root's bytes, if they are in the FIT or were given */
	json_t *images;        /* an array: slot, name, size, hashes; the caller's reference */
	json_t *files;         /* of the root; slot, path, size (null: not read); the same */
};

/*
 * Add the images that the configuration names to check->images. With a proof each is loaded into
 * memory as the loader does (but a dm-verity root); NULL: they are only described. The bill of
 * materials (holdfast,sbom) is held against its hash in any case. The errors of fit_load().
 */
enum status fit_check_images(const struct fit_file *file, struct fit_check *check,
			     struct proof *proof) MUST_CHECK;

/*
 * Verify a configuration and all payload that it names, apart from what depends on a board. Of a
 * dm-verity root in the FIT the top hash block is checked, and the files that the configuration
 * names in it are read; of one in a partition nothing is. The errors of fit_verify(), fit_load(),
 * verity_of(), verity_check_top(), fit_check_mounted().
 */
enum status fit_check(const struct fit_file *file, unsigned configuration,
		      const struct keyring *keyring, struct fit_check *check) MUST_CHECK;

/*
 * Check the configuration of the FIT in input. file is scratch. EXIT_REFUSED with an HF-REFUSE
 * line, and a word on standard error that this was about to be written.
 */
enum exit_code fit_check_signed(const struct input *input, const struct keyring *keyring,
				const char *configuration, struct fit_file *file);

#endif
