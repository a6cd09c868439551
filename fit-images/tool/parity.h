/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * parity.h - the Reed-Solomon parity of a root, byte for byte as `veritysetup format --fec-device`
 * writes it. What it is good for: fit-images/verity/fec.h.
 */
#ifndef HOLDFAST_IMAGE_PARITY_H
#define HOLDFAST_IMAGE_PARITY_H

#include <stddef.h>
#include <stdint.h>

#include "span.h"

#define PARITY_ROOTS_MIN 2
#define PARITY_ROOTS_MAX 24

/* What is covered: data, as if padded with zero to whole blocks, and the levels of its tree. */
struct parity_source {
	struct span data, levels;
	uint64_t data_blocks;
	uint32_t block_size;
};

/* Bytes of parity. */
size_t parity_size(const struct parity_source *source, unsigned roots);

/* Write them to out, which holds zeros. */
void parity_make(const struct parity_source *source, unsigned roots, uint8_t *out);

#endif
