// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* proof.c - the two transcripts, and the masks made of them. */
#include "proof.h"

#include "hardened.h"

enum status proof_begin(struct proof *proof)
{
	proof->added = 0;
	TRY(digest_begin(&proof->want, DIGEST_SHA256));
	return digest_begin(&proof->got, DIGEST_SHA256);
}

enum status proof_add(struct proof *proof, const void *want, const void *got, size_t size)
{
	/* One address for both would make the masks equal whatever was read. */
	if (size == 0 || launder((uintptr_t)want) == launder((uintptr_t)got))
		return ERR_INTERNAL;
	TRY(digest_update(&proof->want, want, size));
	TRY(digest_update(&proof->got, got, size));
	proof->added++;
	return OK;
}

static enum status masks(struct proof *proof, uint64_t *want_mask, uint64_t *got_mask)
{
	uint8_t out[DIGEST_SIZE_MAX];

	TRY(at_least(proof->added, 1, ERR_INTERNAL));
	TRY(digest_finish(&proof->want, out));
	*want_mask = load_be64(out);
	TRY(digest_finish(&proof->got, out));
	*got_mask = load_be64(out);
	wipe(out, sizeof(out));
	return OK;
}

enum status proof_end(struct proof *proof, uint64_t *want_mask, uint64_t *got_mask)
{
	enum status ended = masks(proof, want_mask, got_mask);

	wipe(proof, sizeof(*proof));
	return ended;
}
