/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fit_regions.h - which bytes a configuration's signature covers; one rule for signer and loader.
 *
 * The list of signed nodes is rebuilt from the configuration's own references, never read from the
 * image (`hashed-nodes` is ignored; CVE-2026-46728). Byte for byte U-Boot's rule: see
 * fit-images/README.md and U-Boot boot/image-fit-sig.c.
 */
#ifndef HOLDFAST_FIT_REGIONS_H
#define HOLDFAST_FIT_REGIONS_H

#include "digest.h"
#include "fit.h"

/* How much of a node is covered. */
enum fit_cover {
	COVER_NONE = 0,
	COVER_EDGES = 1 /* begin, name, end */,
	COVER_ALL = 2 /* and its properties */
};

struct fit_coverage {
	unsigned configuration;
	uint8_t cover[FIT_NODES_MAX]; /* enum fit_cover per node */
	unsigned images;              /* how many images are covered */
};

/*
 * The nodes that a signature of this configuration covers: the root, the configuration, every image
 * that a string of one of its properties (but description, compatible, default) names, with its
 * hash*, cipher and dm-verity children.
 * ERR_NO_IMAGE: no image is named. ERR_NO_HASH: an image has no hash node, at= names it.
 * ERR_BAD_FIT: no /images, or more than 256 strings.
 */
enum status fit_coverage(const struct fit *fit, unsigned configuration,
			 struct fit_coverage *coverage) MUST_CHECK;

/*
 * False for the names of properties that no signature covers: data, data-size, data-offset,
 * data-position.
 */
bool fit_name_is_covered(const char *property);

/*
 * The digest of the covered bytes: tokens in order (properties but data, data-size, data-offset,
 * data-position), then the first strings_size bytes of the strings block (0: none). ERR_BAD_FIT:
 * strings_size beyond the block.
 */
enum status fit_coverage_digest(const struct fit *fit, const struct fit_coverage *coverage,
				enum digest_algorithm algorithm, uint32_t strings_size,
				uint8_t out[DIGEST_SIZE_MAX]) MUST_CHECK;

#endif
