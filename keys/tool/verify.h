/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * verify.h - the parts of holdfast-keys verify.
 */
#ifndef HOLDFAST_KEYS_VERIFY_H
#define HOLDFAST_KEYS_VERIFY_H

#include "fit_check.h"

/*
 * Check every block of a root, and of its hash tree, that lie in data (data blocks first): what the
 * kernel does block by block. ERR_VERITY_IO: a block lies outside. ERR_VERITY_ROOT: a block is not
 * what the root hash proves, at= numbers it.
 */
enum status verity_check_all(const struct verity *verity, struct span data) MUST_CHECK;

/*
 * What verify found, for people or as JSON (schema holdfast.verify). floor is what was asked for.
 */
struct verdict {
	const char *fit;
	bool by_default; /* the configuration is the FIT's default */
	uint32_t index;
	uint32_t floor;
	bool deep;
	bool release; /* judged as by a release build */
	const struct keyring *keyring;
	bool root_unread;  /* the root's partition was not given */
	bool files_unread; /* and the configuration names files in it: no rules of a board */
	const char *board; /* whose rules were applied as well; NULL: none */
	struct fit_check *check;
	const char *provenance; /* the envelope that was checked as well; NULL: none */
	json_t *statement;      /* what is signed in it */
};
enum exit_code verdict_print(const struct verdict *verdict);

/* With --json, the refusal as a document as well. Returns code. */
enum exit_code verdict_refused(const char *fit, enum status why, enum exit_code code);

#endif
