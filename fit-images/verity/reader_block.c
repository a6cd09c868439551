// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* reader_block.c - one block of a dm-verity root: its digest, the decision, the last attempt. */
#include <string.h>

#include "config.h"
#include "digest_blocks.h"
#include "fec.h"
#include "hardened.h"
#include "platform.h"
#include "reader_private.h"

static uint32_t block_size(const struct verity_reader *reader, unsigned level)
{
	return level == 0 ? reader->tree->data_block_size : reader->tree->hash_block_size;
}

enum status verity_agree(struct verity_reader *reader, uint64_t want, uint64_t got)
{
	if (reader->proof)
		TRY(proof_add(reader->proof, &want, &got, sizeof(want)));
	return bytes_equal(&want, &got, sizeof(want), ERR_INTERNAL);
}

enum status verity_copy(void *destination, const void *proved, size_t size)
{
	memcpy(destination, proved, size);
	return bytes_equal(destination, proved, size, ERR_INTERNAL);
}

static char *append(char *to, const char *word, uint64_t number)
{
	char digits[21];
	char *first = digits + sizeof(digits) - 1;
	size_t size = strlen(word);

	*first = '\0';
	do
		*--first = (char)('0' + number % 10);
	while ((number /= 10) != 0);
	memcpy(to, word, size + 1);
	memcpy(to + size, first, strlen(first) + 1);
	return to + size + strlen(first);
}

/* "level-2-hash-block-1648" */
static void name(char text[REFUSAL_TEXT_MAX], unsigned level, uint64_t number)
{
	append(append(text, "level-", level), level == 0 ? "-data-block-" : "-hash-block-", number);
}

static enum status unreadable(unsigned level, uint64_t number)
{
	char at[REFUSAL_TEXT_MAX];

	name(at, level, number);
	return refuse(ERR_VERITY_IO, at,
		      "the medium cannot read this part of the root: write it again or replace it");
}

static enum status wrong(const struct verity_reader *reader, unsigned level, uint64_t number,
			 const uint8_t *want, const uint8_t *got)
{
	size_t size = reader->tree->root_hash.size;
	char at[REFUSAL_TEXT_MAX];

	name(at, level, number);
	if (level == reader->levels.count)
		return refuse_different(
			ERR_VERITY_ROOT, at,
			"this is not the root that the release was signed with: write both again",
			want, got, size);
	return refuse_different(ERR_VERITY_IO, at,
				"the root was changed or damaged here: write it again", want, got,
				size);
}

enum status reader_digest(struct verity_reader *reader, unsigned level, const uint8_t *blocks,
			  unsigned count, uint8_t *digests)
{
	uint64_t start = plat_now_us();

	TRY(digest_blocks(reader->tree->algorithm, reader->tree->salt, blocks,
			  block_size(reader, level), count, digests));
	reader->hash_us += plat_now_us() - start;
	return OK;
}

/* The first of count blocks whose digests differ; count: none. */
static unsigned first_wrong(const struct verity_reader *reader, unsigned count, const uint8_t *want,
			    const uint8_t *got)
{
	size_t size = reader->tree->root_hash.size;
	unsigned i = 0;

	if (bytes_equal(want, got, count * size, ERR_HASH_MISMATCH) == OK)
		return count;
	while (i < count &&
	       bytes_equal(want + i * size, got + i * size, size, ERR_HASH_MISMATCH) == OK)
		i++;
	return i;
}

/* Nothing can be done for the blocks any more; they are count, one behind the other. */
static enum status decide(struct verity_reader *reader, unsigned level, uint64_t number,
			  unsigned count, const uint8_t *want, const uint8_t *got)
{
	size_t size = reader->tree->root_hash.size;
	unsigned i;

	if (reader->proof)
		TRY(proof_add(reader->proof, want, got, count * size));
	/* What counts is what was compared, not what somebody meant to. */
	if (level == 0)
		reader->proved += count;
	if (bytes_equal(want, got, count * size, ERR_VERITY_IO) == OK)
		return OK;
	i = first_wrong(reader, count, want, got);
	if (i == count)
		return ERR_INTERNAL;
	return wrong(reader, level, number + i, want + i * size, got + i * size);
}

static bool has_fec(const struct verity_reader *reader)
{
	return IS_ENABLED(CONFIG_VERITY_FEC) && reader->fec.roots != 0;
}

enum status reader_judge(struct verity_reader *reader, uint64_t number, unsigned count,
			 const uint8_t *want, const uint8_t *got, unsigned *right)
{
	/* What error correction may still help stays out of the proof. */
	unsigned final = has_fec(reader) ? first_wrong(reader, count, want, got) : count;
	enum status status = ERR_HASH_MISMATCH;

	if (final != 0)
		status = decide(reader, 0, number, final, want, got);
	*right = status == OK ? final : first_wrong(reader, final, want, got);
	return status == OK && final != count ? ERR_HASH_MISMATCH : status;
}

enum status reader_fetch(struct verity_reader *reader, unsigned level, uint64_t number,
			 uint8_t *block, const uint8_t *want)
{
	const struct extent *where = level == 0 ? &reader->data : &reader->hash;
	uint32_t size = block_size(reader, level);
	uint8_t got[DIGEST_SIZE_MAX];
	bool repaired = false;

	if (extent_read(where, number * size, block, size) != OK) {
		if (!has_fec(reader) || ++reader->failures > READER_FAILURES_MAX)
			return unreadable(level, number);
		wipe(block, size);
	}
	TRY(reader_digest(reader, level, block, 1, got));
	if (has_fec(reader) && first_wrong(reader, 1, want, got) == 0) {
		repaired = verity_repair(reader, level, number, block) == OK;
		TRY(reader_digest(reader, level, block, 1, got));
	}
	TRY(decide(reader, level, number, 1, want, got));
	reader->repaired += repaired;
	return OK;
}
