/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fit_load.h - one image from the medium to where it will be used, digested on the way.
 */
#ifndef HOLDFAST_FIT_LOAD_H
#define HOLDFAST_FIT_LOAD_H

#include "fit_verify.h"

/*
 * Read the image's payload once, to destination (claimed by the caller, capacity bytes,
 * MEDIUM_ALIGN-aligned), digest it while the next block is in flight, and compare with every signed
 * hash node. Signed value and digest of each are added to proof. *size is the payload's length.
 * ERR_TOO_BIG: longer than capacity (checked before anything is read). ERR_HASH_MISMATCH with want
 * and got; ERR_NO_HASH; ERR_MEDIA_IO; the errors of fit_image_extent() and fit_image_hash(). On any
 * error the destination is worthless.
 */
enum status fit_load(const struct fit_image *image, void *destination, size_t capacity,
		     struct proof *proof, size_t *size) MUST_CHECK;

/* Microseconds that fit_load() has spent in digests since reset; for HF-HANDOFF. */
uint64_t fit_load_digest_us(void);

#endif
