// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * reader_data.c - data blocks from the medium to where they will be used.
 *
 * A medium has one request in flight at most, and tree and data may lie on one. So the digests that
 * a window of blocks must have are gathered first; then the window is a stream: the next request is
 * in flight while the blocks of the last are digested, many at a time. A block that does not
 * verify in the stream is corrected by itself, if it can be, and the stream goes on behind it; when
 * a request fails, the rest of the window is read block by block, so that the one that the medium
 * does not give is known.
 */
#include <string.h>

#include "reader_private.h"

/* Less than this is not worth a start of the other processors while more is coming. */
#define WORTHWHILE 0x40000u
/* Not what digest_blocks() poisons with. */
#define UNWANTED 0xa5

struct window {
	uint64_t first;
	unsigned count;
	unsigned done; /* verified */
	uint8_t *at;
	bool alone; /* block by block from here on */
};

static uint8_t *got_of(const struct verity_reader *reader)
{
	return reader->digests + READER_WINDOW * reader->tree->root_hash.size;
}

/* The digests that the blocks of a window must have, to reader->digests. */
static enum status gather(struct verity_reader *reader, const struct window *window)
{
	const struct verity_levels *levels = &reader->levels;
	uint64_t number = window->first;
	uint64_t end = number + window->count;
	size_t size = reader->tree->root_hash.size;
	uint8_t *to = reader->digests;

	/* No digest of the window before can be taken for one of this. */
	memset(to, UNWANTED, window->count * size);
	while (number < end) {
		uint64_t index = number >> levels->entry_bits;
		uint64_t next = (index + 1) << levels->entry_bits;
		const uint8_t *leaf = NULL;

		TRY(reader_hash_block(reader, 1, index, &leaf));
		leaf += (size_t)(number - (index << levels->entry_bits)) * levels->entry;
		for (; number < end && number < next; number++, to += size, leaf += levels->entry)
			memcpy(to, leaf, size);
	}
	return OK;
}

/* Verify the blocks of a window that are in place, up to the block `ready`. */
static enum status verify(struct verity_reader *reader, struct window *window, unsigned ready)
{
	size_t size = reader->tree->root_hash.size;
	const uint8_t *got = got_of(reader);

	while (window->done < ready) {
		unsigned start = window->done;
		unsigned count = ready - start < READER_BATCH ? ready - start : READER_BATCH;
		unsigned right = 0;
		enum status status;

		TRY(reader_digest(reader, 0,
				  window->at + (size_t)start * reader->tree->data_block_size, count,
				  got_of(reader)));
		status = reader_judge(reader, window->first + start, count,
				      reader->digests + start * size, got, &right);
		window->done += right;
		reader->verified += right;
		TRY(status);
	}
	return OK;
}

/*
 * What is not done of a window. ERR_MEDIA_IO, ERR_HASH_MISMATCH: the first block not done failed.
 */
static enum status stream(struct verity_reader *reader, struct window *window)
{
	size_t block = reader->tree->data_block_size;
	size_t ready = window->done * block;
	enum status status = OK;
	struct stream stream;
	struct extent part;
	struct span chunk;

	if (extent_sub(&reader->data, window->first * block + ready,
		       (window->count - window->done) * block, &part) != OK ||
	    stream_open(&stream, &part, window->at + ready) != OK)
		return ERR_MEDIA_IO;
	do {
		if (stream_next(&stream, &chunk) != OK)
			return ERR_MEDIA_IO;
		ready += chunk.size;
		if (chunk.size != 0 && ready - window->done * block < WORTHWHILE)
			continue;
		status = verify(reader, window, (unsigned)(ready / block));
	} while (status == OK && chunk.size != 0);
	if (status != OK || stream.in_flight != 0)
		stream_abandon(&stream);
	return status;
}

/* The next block of a window. */
static enum status by_itself(struct verity_reader *reader, struct window *window)
{
	uint64_t number = window->first + window->done;

	TRY(reader_fetch(reader, 0, number,
			 window->at + (size_t)window->done * reader->tree->data_block_size,
			 reader->digests + window->done * reader->tree->root_hash.size));
	window->done++;
	reader->verified++;
	return OK;
}

enum status reader_blocks(struct verity_reader *reader, uint64_t first, unsigned count,
			  uint8_t *destination)
{
	struct window window = { .first = first, .count = count, .at = destination };
	uint64_t before = reader->proved;

	TRY(gather(reader, &window));
	while (window.done < count) {
		enum status status = window.alone ? ERR_MEDIA_IO : stream(reader, &window);

		if (status == ERR_MEDIA_IO)
			window.alone = true;
		if (status == ERR_MEDIA_IO || status == ERR_HASH_MISMATCH)
			status = by_itself(reader, &window);
		TRY(status);
	}
	return verity_agree(reader, count, reader->proved - before);
}
