/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * medium.h - block devices, and byte ranges on them.
 *
 * A driver offers struct medium. Everything above the partition table sees only
 * struct extent: a byte range that was checked against the medium once, and whose
 * parts are checked against it (extent_sub). What is read is bounded by the place
 * it goes to, never by a number from the medium.
 */
#ifndef HOLDFAST_MEDIUM_H
#define HOLDFAST_MEDIUM_H

#include <stdbool.h>
#include <stdint.h>

#include "span.h"
#include "status.h"

/* No request may take longer; ERR_MEDIA_IO after that. Milliseconds. */
#define MEDIUM_TIMEOUT_MS 5000
/* Block sizes a driver may have; 1 is for files on the host. */
#define MEDIUM_BLOCK_MAX 4096
/*
 * A destination handed to start() is a multiple of this, so that cache maintenance touches nothing
 * else.
 */
#define MEDIUM_ALIGN 64

/*
 * A partition of a medium without a partition table (raw NOR flash), the board's constant. The
 * last of a table has no name.
 */
struct medium_part {
	const char *name; /* "holdfast-a" */
	uint64_t offset;  /* bytes, whole blocks */
	uint64_t size;    /* bytes, whole blocks */
};

/*
 * One block device. One request is in flight at most. Owned by the driver; const for everyone else.
 *
 * start: begin to read blocks blocks from lba to destination, which is MEDIUM_ALIGN-aligned,
 *   claimed by the caller, and not touched by the CPU until wait() returned OK. blocks is at least
 *   1 and at most max_blocks; [lba, lba + blocks) lies inside the device (the caller checked).
 * wait: until the request is complete, at most timeout_ms; owns cache invalidation. OK, or
 *   ERR_MEDIA_IO (I/O error, short read, time-out): then the destination holds nothing of value and
 *   stop() must follow.
 * stop: reset the device; no DMA happens after it returned. May be called at any time; start()
 *   works again afterwards.
 */
struct medium {
	const char *name;    /* "virtio0" */
	uint32_t block_size; /* bytes, a power of two, at most MEDIUM_BLOCK_MAX */
	uint32_t max_blocks; /* in one request */
	uint64_t blocks;     /* the device's size */
	enum status (*start)(const struct medium *medium, uint64_t lba, uint32_t blocks,
			     void *destination);
	enum status (*wait)(const struct medium *medium, uint32_t timeout_ms);
	void (*stop)(const struct medium *medium);
	void *driver;                    /* the driver's own */
	const struct medium_part *parts; /* NULL: it has a GPT */
};

/* A byte range on a medium. */
struct extent {
	const struct medium *medium;
	uint64_t offset; /* bytes from the start of the medium */
	uint64_t size;   /* bytes */
};

/* The whole medium. */
struct extent extent_whole(const struct medium *medium);

/*
 * The part [offset, offset + size) of whole, bytes. ERR_TRUNCATED (and *part empty) if it does not
 * lie inside.
 */
enum status extent_sub(const struct extent *whole, uint64_t offset, uint64_t size,
		       struct extent *part) MUST_CHECK;

/*
 * Read all of [offset, offset + size) of the extent to destination: any alignment; heads and tails
 * go through a bounce block. ERR_TRUNCATED: outside the extent, nothing was read. ERR_MEDIA_IO: the
 * device failed (it has been stopped); the destination's content is undefined.
 */
enum status extent_read(const struct extent *extent, uint64_t offset, void *destination,
			size_t size) MUST_CHECK;

/*
 * Reading a whole extent once, front to back, with the next request in flight while the
 * caller works on the last one.
 *
 * 	TRY(stream_open(&s, &extent, destination));
 * 	do TRY(stream_next(&s, &chunk)); while (chunk.size && use(chunk));
 *
 * destination has room for extent->size bytes and is claimed by the caller; nothing outside it is
 * written. Every block of the extent is read once. If, where the extent first meets a block, the
 * destination is at a multiple of MEDIUM_ALIGN, the bytes land where they belong (all but less than
 * two blocks at the ends); otherwise each request is moved down by less than MEDIUM_ALIGN bytes
 * after it landed, which costs a copy. So: a payload at a multiple of MEDIUM_ALIGN on the medium
 * and a destination at one, or a destination at the same remainder (mod MEDIUM_ALIGN) as the
 * payload's offset.
 *
 * The offset of an extent is absolute; a partition starts at a multiple of the block size.
 */
struct stream {
	struct extent extent;
	uint8_t *destination;
	uint64_t done;      /* bytes handed to the caller */
	uint64_t ready;     /* bytes that are in place */
	uint32_t in_flight; /* bytes the running request will add */
};

/*
 * Begin, with the first request in flight. ERR_INTERNAL: destination is NULL, or a driver's numbers
 * make no sense.
 * ERR_TRUNCATED: the extent is not inside its medium. ERR_MEDIA_IO as extent_read().
 */
enum status stream_open(struct stream *stream, const struct extent *extent,
			void *destination) MUST_CHECK;

/*
 * The next bytes, in place at their destination; empty at the end. ERR_MEDIA_IO as above; the
 * stream is then over and every later call gives ERR_MEDIA_IO again.
 */
enum status stream_next(struct stream *stream, struct span *chunk) MUST_CHECK;

/* Stop the medium in the middle of a stream (a caller that gives up). */
void stream_abandon(struct stream *stream);

/* Bytes read from media since reset, and requests made; for HF-HANDOFF and the tests. */
struct medium_count {
	uint64_t bytes;
	uint64_t requests;
};

/* The counts so far. */
struct medium_count medium_counted(void);

#endif
