// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * medium.c - byte ranges on block devices, each block asked for once.
 *
 * A transfer is cut into pieces. Where the medium's position is not at a block (a head) or too
 * little is left (a tail), the blocks go through the bounce block. Everything between is read in
 * large requests straight to the destination. A request must land at a multiple of MEDIUM_ALIGN: if
 * the destination is not at one there, the request lands up to MEDIUM_ALIGN - 1 bytes further up,
 * still inside the destination, and is moved down before anyone sees it.
 */
#include "medium.h"

#include <string.h>

/*
 * One request's worth: long enough to be cheap, short enough that the digest of one hides the next.
 */
#define REQUEST_MAX 0x100000u

static uint8_t bounce[MEDIUM_BLOCK_MAX] __attribute__((aligned(MEDIUM_ALIGN)));
static struct medium_count count;

struct extent extent_whole(const struct medium *medium)
{
	uint64_t most = UINT64_MAX / medium->block_size;
	uint64_t blocks = medium->blocks < most ? medium->blocks : most;

	return (struct extent){ medium, 0, blocks * medium->block_size };
}

enum status extent_sub(const struct extent *whole, uint64_t offset, uint64_t size,
		       struct extent *part)
{
	const struct medium *medium = whole->medium;
	uint64_t start = whole->offset;
	bool inside = range_inside(whole->size, offset, size);

	/* part may be whole itself. */
	*part = (struct extent){ medium, start, 0 };
	if (!inside)
		return ERR_TRUNCATED;
	*part = (struct extent){ medium, start + offset, size };
	return OK;
}

struct medium_count medium_counted(void)
{
	return count;
}

static enum status start(const struct medium *medium, uint64_t position, uint32_t size, void *at)
{
	uint32_t blocks = size / medium->block_size;

	count.bytes += size;
	count.requests++;
	return medium->start(medium, position / medium->block_size, blocks, at);
}

/* The stream is over: no DMA any more, and every later call fails. */
static enum status give_up(struct stream *stream)
{
	stream_abandon(stream);
	return ERR_MEDIA_IO;
}

static uint64_t position(const struct stream *stream)
{
	return stream->extent.offset + stream->ready;
}

/*
 * Bytes of the next head or tail; 0 if whole blocks can be read where they belong. Ends at the
 * end of a block or of the extent.
 */
static uint32_t bounce_size(const struct stream *stream, uint64_t room)
{
	const struct medium *medium = stream->extent.medium;
	uint32_t block = medium->block_size;
	uint32_t within = (uint32_t)(position(stream) & (block - 1));
	uint64_t left = stream->extent.size - stream->ready;
	uint64_t most = block - within;

	if (within == 0 && room >= block)
		return 0;
	if (within == 0)
		most = (uint64_t)medium->max_blocks * block;
	if (most > sizeof(bounce))
		most = sizeof(bounce);
	return (uint32_t)(left < most ? left : most);
}

static enum status read_bounced(struct stream *stream, uint32_t size)
{
	const struct medium *medium = stream->extent.medium;
	uint32_t block = medium->block_size;
	uint32_t within = (uint32_t)(position(stream) & (block - 1));
	uint32_t whole = (within + size + block - 1) & ~(block - 1);

	if (start(medium, position(stream) - within, whole, bounce) != OK ||
	    medium->wait(medium, MEDIUM_TIMEOUT_MS) != OK)
		return give_up(stream);
	memcpy(stream->destination + stream->ready, bounce + within, size);
	stream->ready += size;
	return OK;
}

/* Bytes between where the next bytes belong and where a request for them may land. */
static uint32_t landing_shift(const struct stream *stream)
{
	uintptr_t at = (uintptr_t)(stream->destination + stream->ready);

	return (uint32_t)(-at & (MEDIUM_ALIGN - 1));
}

static uint32_t request_size(const struct medium *medium, uint64_t room)
{
	uint64_t most = (uint64_t)medium->max_blocks * medium->block_size;

	if (most > REQUEST_MAX)
		most = REQUEST_MAX;
	return (uint32_t)(room < most ? room : most) & ~(medium->block_size - 1);
}

/*
 * With nothing in flight: do heads and tails, then start the next large request. A
 * piece never asks for a block that an earlier piece of the same extent was in.
 */
static enum status fill(struct stream *stream)
{
	while (stream->ready < stream->extent.size) {
		uint64_t left = stream->extent.size - stream->ready;
		uint32_t shift = landing_shift(stream);
		uint64_t room = left > shift ? left - shift : 0;
		uint32_t bounced = bounce_size(stream, room);
		uint32_t size;

		if (bounced != 0) {
			TRY(read_bounced(stream, bounced));
			continue;
		}
		size = request_size(stream->extent.medium, room);
		if (start(stream->extent.medium, position(stream), size,
			  stream->destination + stream->ready + shift) != OK)
			return give_up(stream);
		stream->in_flight = size;
		return OK;
	}
	return OK;
}

enum status stream_open(struct stream *stream, const struct extent *extent, void *destination)
{
	const struct medium *medium = extent->medium;
	uint32_t block = medium->block_size;

	*stream = (struct stream){ .extent = *extent };
	if (block == 0 || block > MEDIUM_BLOCK_MAX || (block & (block - 1)) != 0 ||
	    medium->max_blocks == 0 || !destination)
		return ERR_INTERNAL;
	if (!range_inside(extent_whole(medium).size, extent->offset, extent->size))
		return ERR_TRUNCATED;
	stream->destination = destination;
	return fill(stream);
}

static enum status land(struct stream *stream)
{
	const struct medium *medium = stream->extent.medium;
	uint8_t *at = stream->destination + stream->ready;
	uint32_t shift = landing_shift(stream);

	if (medium->wait(medium, MEDIUM_TIMEOUT_MS) != OK)
		return give_up(stream);
	if (shift != 0)
		memmove(at, at + shift, stream->in_flight);
	stream->ready += stream->in_flight;
	stream->in_flight = 0;
	return OK;
}

enum status stream_next(struct stream *stream, struct span *chunk)
{
	*chunk = (struct span){ NULL, 0 };
	if (!stream->destination)
		return ERR_MEDIA_IO;
	if (stream->in_flight != 0)
		TRY(land(stream));
	TRY(fill(stream));
	*chunk = (struct span){ stream->destination + stream->done,
				(size_t)(stream->ready - stream->done) };
	stream->done = stream->ready;
	return OK;
}

void stream_abandon(struct stream *stream)
{
	stream->extent.medium->stop(stream->extent.medium);
	stream->destination = NULL;
	stream->in_flight = 0;
}

enum status extent_read(const struct extent *extent, uint64_t offset, void *destination,
			size_t size)
{
	struct extent part;
	struct stream stream;
	struct span chunk;

	TRY(extent_sub(extent, offset, size, &part));
	if (size == 0)
		return OK;
	TRY(stream_open(&stream, &part, destination));
	do
		TRY(stream_next(&stream, &chunk));
	while (chunk.size != 0);
	return OK;
}
