/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* fit_private.h - what the files of this floor share about coverage; nobody else includes it. */
#ifndef HOLDFAST_FIT_PRIVATE_H
#define HOLDFAST_FIT_PRIVATE_H

#include "fit_regions.h"
#include "fit_verify.h"

/*
 * What fit_verify() makes. No other file of the project may see inside: only fit_verify.c writes
 * one, fit_config.c reads it.
 */
struct fit_config {
	const struct fit *fit;
	struct fit_coverage coverage;
	uint32_t strings_size; /* so many bytes of the strings block are covered */
	const struct key *key;
	struct revocation revocation;
};

/* True if the node's name begins with prefix ("hash", "signature"). */
bool fit_has_prefix(const struct fit *fit, unsigned node, const char *prefix);

/*
 * True if the bytes of the property of node and the bytes of its name lie in what config's
 * signature covers.
 */
bool fit_is_covered(const struct fit_config *config, unsigned node,
		    const struct fit_property *property);

#endif
