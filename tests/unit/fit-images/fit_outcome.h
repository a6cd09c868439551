/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fit_outcome.h - what would be booted from a FIT, as one digest; for comparing a FIT with changed
 * copies of it.
 */
#ifndef HOLDFAST_FIT_OUTCOME_H
#define HOLDFAST_FIT_OUTCOME_H

#include <stddef.h>
#include <stdint.h>

#include "keyring.h"
#include "status.h"

/* OUTCOME_SIZE bytes of a SHA-256 over everything that steers a boot. */
#define OUTCOME_SIZE 32

struct fit_outcome {
	enum status status;             /* OK, or the refusal */
	uint8_t decision[OUTCOME_SIZE]; /* valid if OK */
};

/*
 * Run the loader's path over size bytes at fit: read, open, choose (compatible, NULL-terminated;
 * NULL: the configuration `config`), verify, and load every image of every slot. The decision
 * covers the configuration's name, all its properties, and of each image its name, all its
 * properties and its children's, and its loaded bytes, all read through the coverage gate. Engines
 * must have been started.
 */
void fit_outcome(const void *fit, size_t size, const struct keyring *keyring,
		 const char *const *compatible, const char *config, struct fit_outcome *outcome);

#endif
