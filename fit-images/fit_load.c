// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * fit_load.c - one image from the medium to where it will be used.
 *
 * Each byte is read from the medium once and loaded by the CPU once: every algorithm that the hash
 * nodes name takes a block while the next one is in flight. What was read stays at its destination:
 * an engine that wants the whole gets it at the end.
 */
#include "fit_load.h"

#include "hardened.h"
#include "platform.h"

#define HASHES_MAX 8

/* The digests of one payload; one per algorithm however many hash nodes there are. */
struct digests {
	struct digest running[DIGEST_ALGORITHMS];
	uint8_t value[DIGEST_ALGORITHMS][DIGEST_SIZE_MAX];
	unsigned count;
};

static unsigned find(const struct digests *digests, enum digest_algorithm algorithm)
{
	unsigned i;

	for (i = 0; i < digests->count; i++)
		if (digests->running[i].algorithm == algorithm)
			break;
	return i;
}

/* Begin what the hash nodes ask for; *hashes is how many there are. */
static enum status begin(const struct fit_image *image, struct digests *digests, unsigned *hashes)
{
	enum digest_algorithm algorithm;
	struct span value;
	enum status status;

	/* Nothing of the image before: its digests may be the right ones for this one. */
	wipe(digests, sizeof(*digests));
	*hashes = 0;
	while ((status = fit_image_hash(image, *hashes, &algorithm, &value)) == OK) {
		if (++*hashes > HASHES_MAX)
			return refuse(ERR_BAD_FIT, fit_image_name(image),
				      "the image has too many hash nodes");
		if (find(digests, algorithm) < digests->count)
			continue;
		if (digests->count == DIGEST_ALGORITHMS)
			return ERR_INTERNAL;
		TRY(digest_begin_in_place(&digests->running[digests->count], algorithm));
		digests->count++;
	}
	if (status != ERR_ABSENT)
		return status;
	if (*hashes == 0)
		return refuse(ERR_NO_HASH, fit_image_name(image), "give the image a hash-1 node");
	return OK;
}

static uint64_t digest_us;

uint64_t fit_load_digest_us(void)
{
	return digest_us;
}

static enum status update(struct digests *digests, struct span chunk)
{
	uint64_t start = plat_now_us();
	unsigned i;

	for (i = 0; i < digests->count; i++)
		TRY(digest_update(&digests->running[i], chunk.at, chunk.size));
	digest_us += plat_now_us() - start;
	return OK;
}

static enum status read_and_digest(const struct extent *where, void *destination,
				   struct digests *digests)
{
	struct stream stream;
	struct span chunk;
	uint64_t done = 0;

	TRY(stream_open(&stream, where, destination));
	do {
		enum status status;

		TRY(stream_next(&stream, &chunk));
		status = update(digests, chunk);
		if (status != OK) {
			stream_abandon(&stream);
			return status;
		}
		done += chunk.size;
	} while (chunk.size != 0);
	return done == where->size ? OK : ERR_INTERNAL;
}

/*
 * Compare each hash node with the digest of its algorithm. Both go into the proof first: a refusal
 * that a fault lets pass on its way out leaves masks that differ.
 */
static enum status compare(const struct fit_image *image, struct digests *digests, unsigned hashes,
			   struct proof *proof)
{
	uint64_t start = plat_now_us();
	unsigned i;

	for (i = 0; i < digests->count; i++)
		TRY(digest_finish(&digests->running[i], digests->value[i]));
	digest_us += plat_now_us() - start;
	for (i = 0; i < hashes; i++) {
		enum digest_algorithm algorithm;
		struct span want;
		const uint8_t *got;

		TRY(fit_image_hash(image, i, &algorithm, &want));
		got = digests->value[find(digests, algorithm)];
		TRY(proof_add(proof, want.at, got, want.size));
		if (bytes_equal(want.at, got, want.size, ERR_HASH_MISMATCH) != OK)
			return refuse_different(ERR_HASH_MISMATCH, fit_image_name(image),
						"the image was changed or damaged: write it again",
						want.at, got, want.size);
	}
	return OK;
}

enum status fit_load(const struct fit_image *image, void *destination, size_t capacity,
		     struct proof *proof, size_t *size)
{
	static struct digests digests;
	struct extent where;
	enum status status;
	unsigned hashes;

	*size = 0;
	if (fit_image_has_child(image, "cipher"))
		return refuse(ERR_BAD_FIT, fit_image_name(image),
			      "encrypted images are not supported");
	TRY(fit_image_extent(image, &where));
	if (where.size > capacity)
		return refuse(ERR_TOO_BIG, fit_image_name(image),
			      "the image is longer than the place for it");
	TRY(begin(image, &digests, &hashes));
	status = read_and_digest(&where, destination, &digests);
	if (status != OK)
		return refuse(status, fit_image_name(image),
			      "the medium failed while the image was read");
	TRY(compare(image, &digests, hashes, proof));
	*size = (size_t)where.size;
	return OK;
}
