/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * proof.h - the masked entry: an address that exists only if what was compared was equal.
 *
 * Two transcripts in one fixed order. want takes signed values (the padded block expected from our
 * digest, r of an ECDSA signature, each image's hash-node value), got takes computed ones (the
 * recovered block, x(R) mod n, each image's digest). mask = first 64 bits of SHA-256(transcript).
 * boot/ keeps the kernel's entry only XORed with the mask of want and removes it with the mask of
 * got: if any comparison was skipped by a fault, the jump goes nowhere useful. For that, both sides
 * are added before they are compared: were they added only to what compared equal, one skipped
 * branch on the way of a refusal would leave masks that know nothing of it.
 */
#ifndef HOLDFAST_PROOF_H
#define HOLDFAST_PROOF_H

#include <stddef.h>
#include <stdint.h>

#include "digest.h"
#include "status.h"

struct proof {
	struct digest want;
	struct digest got;
	uint32_t added;
};

/* Start both transcripts. */
enum status proof_begin(struct proof *proof) MUST_CHECK;

/* Add size bytes (at least 1) of each side. */
enum status proof_add(struct proof *proof, const void *want, const void *got,
		      size_t size) MUST_CHECK;

/* End the transcripts. ERR_INTERNAL if nothing was added. proof is wiped. */
enum status proof_end(struct proof *proof, uint64_t *want_mask, uint64_t *got_mask) MUST_CHECK;

#endif
