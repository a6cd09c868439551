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

/* What was found out about one configuration; config is good until the next check. */
struct fit_check {
	const struct fit_config *config;
	bool has_root;
	struct verity root;
	struct span root_data; /* the root's bytes, if they are in the FIT */
	json_t *images;        /* an array: slot, name, size, hashes; the caller's reference */
};

/*
 * Verify a configuration and load every image that it names (but a dm-verity root, of which the top hash block is checked) into
 * memory, as the loader does. The errors of fit_verify(), fit_load(), verity_of(), verity_check_top().
 */
enum status fit_check(const struct fit_file *file, unsigned configuration, const struct keyring *keyring,
		      struct fit_check *check) MUST_CHECK;

/*
 * Check the configuration with that name, or all if it is NULL, of the FIT in input. file is scratch. EXIT_REFUSED
 * with an HF-REFUSE line.
 */
enum exit_code fit_check_signed(const struct input *input, const struct keyring *keyring,
				const char *configuration, struct fit_file *file);

#endif
