// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * erofs_data.c - bytes of a file: extent by extent.
 *
 * What is stored as it is goes straight to where it is wanted, extents that lie one behind the
 * other in one piece.
 */
#include <string.h>

#include "erofs_private.h"

#define CHUNK_BITS 0x1fu    /* more than those of a block */
#define CHUNK_INDEXES 0x20u /* eight bytes a chunk, not four */

/* What is still to be read, and what was found already but is not read yet. */
struct job {
	const struct node *node;
	uint64_t offset;
	uint8_t *to;
	size_t size;
	uint64_t run_at;
	size_t run_size; /* right before to */
};

/* Blocks in one piece; the last one may be behind the inode instead. */
static void flat_extent(const struct erofs *erofs, const struct node *node, uint64_t offset,
			struct erofs_extent *extent)
{
	bool inlined = node->words[WORD_LAYOUT] == FLAT_INLINE;
	uint64_t tail = inlined ? (node->size - 1) >> erofs->block_bits << erofs->block_bits
				: node->size;

	if (offset >= tail) {
		*extent = (struct erofs_extent){ .start = tail,
						 .end = node->size,
						 .at = node->words[WORD_TAIL] };
		return;
	}
	*extent = (struct erofs_extent){ .end = tail,
					 .at = node->words[WORD_BLOCK] << erofs->block_bits };
	if (node->words[WORD_BLOCK] == EROFS_NO_BLOCK)
		extent->kind = EXTENT_HOLE;
}

static enum status chunk_extent(struct file_system *fs, const struct node *node, uint64_t offset,
				struct erofs_extent *extent)
{
	unsigned format = node->words[WORD_BLOCK] & 0xffff;
	unsigned bits = erofs_of(fs)->block_bits + (format & CHUNK_BITS);
	uint64_t number = offset >> bits;
	unsigned unit = format & CHUNK_INDEXES ? 8 : 4;
	uint64_t at = (node->words[WORD_TAIL] + unit - 1) & ~(uint64_t)(unit - 1);
	uint8_t raw[8] = { 0 };
	uint32_t block;

	if (format & ~(CHUNK_BITS | CHUNK_INDEXES))
		return erofs_bad("chunk-format");
	TRY(erofs_bytes(fs, at + number * unit, raw, unit, "chunk"));
	if (unit == 8 && load_le32(raw) != 0)
		return refuse(ERR_FILE_SYSTEM, "chunk",
			      "make the root without --blobdev: all must be in one image");
	block = load_le32(raw + unit - 4);
	*extent = (struct erofs_extent){
		.start = number << bits,
		.end = (number + 1) << bits,
		.at = (uint64_t)block << erofs_of(fs)->block_bits,
		.kind = block == EROFS_NO_BLOCK ? EXTENT_HOLE : EXTENT_STORED,
	};
	return OK;
}

static enum status extent_at(struct file_system *fs, const struct node *node, uint64_t offset,
			     struct erofs_extent *extent)
{
	switch (node->words[WORD_LAYOUT]) {
	case CHUNKS:
		return chunk_extent(fs, node, offset, extent);
	case PACKED_FULL:
	case PACKED_COMPACT:
		return erofs_packed_extent(fs, node, offset, extent);
	default:
		flat_extent(erofs_of(fs), node, offset, extent);
		return OK;
	}
}

/* Read the run that was found. */
static enum status flush(struct file_system *fs, struct job *job)
{
	size_t size = job->run_size;

	job->run_size = 0;
	TRY(erofs_bytes(fs, job->run_at, job->to - size, size, "extent"));
	fs->delivered += size;
	return OK;
}

/* size bytes at this place of the image are what comes next. */
static enum status stored(struct file_system *fs, struct job *job, uint64_t at, size_t size)
{
	if (job->run_at + job->run_size != at)
		TRY(flush(fs, job));
	if (job->run_size == 0)
		job->run_at = at;
	job->run_size += size;
	return OK;
}

/*
 * A block that is stored rotated: what goes beyond its end is at its start. Two pieces at most, and
 * *size is cut to the first.
 */
static enum status rotated(struct file_system *fs, struct job *job,
			   const struct erofs_extent *extent, size_t *size)
{
	size_t block = (size_t)1 << erofs_of(fs)->block_bits;
	size_t at = (size_t)job->offset & (block - 1);

	if (*size > block - at)
		*size = block - at;
	return stored(fs, job, extent->at + at, *size);
}

/* Of an extent what is wanted; *size bytes at most, less if the rest is a piece of its own. */
static enum status part(struct file_system *fs, struct job *job, const struct erofs_extent *extent,
			size_t *size)
{
	uint64_t skip = job->offset - extent->start;

	if (extent->kind == EXTENT_STORED)
		return stored(fs, job, extent->at + skip, *size);
	if (extent->kind == EXTENT_ROTATED)
		return rotated(fs, job, extent, size);
	TRY(flush(fs, job));
	if (extent->kind == EXTENT_LZ4)
		TRY(erofs_unpack(fs, extent, skip, job->to, *size));
	else
		memset(job->to, 0, *size);
	fs->delivered += *size;
	return OK;
}

/* All of it, or up to a fragment: the offset is then where in the packed inode the rest is. */
static enum status extents(struct file_system *fs, struct job *job)
{
	while (job->size != 0) {
		struct erofs_extent extent = { .end = 0 };
		size_t size = job->size;

		TRY(extent_at(fs, job->node, job->offset, &extent));
		if (extent.kind == EXTENT_FRAGMENT) {
			job->offset += extent.at - extent.start;
			break;
		}
		if (size > extent.end - job->offset)
			size = (size_t)(extent.end - job->offset);
		TRY(part(fs, job, &extent, &size));
		job->offset += size;
		job->to += size;
		job->size -= size;
	}
	return flush(fs, job);
}

enum status erofs_read(struct file_system *fs, const struct node *node, uint64_t offset,
		       void *destination, size_t size)
{
	struct job job = { .node = node, .offset = offset, .to = destination, .size = size };
	struct node packed;

	TRY(extents(fs, &job));
	if (job.size == 0)
		return OK;
	packed.number = erofs_of(fs)->packed_inode;
	if (packed.number == 0)
		return erofs_bad("fragment");
	TRY(erofs_inode(fs, packed.number, &packed));
	if (!range_inside(packed.size, job.offset, job.size))
		return erofs_bad("fragment");
	job.node = &packed;
	TRY(extents(fs, &job));
	return job.size == 0 ? OK : erofs_bad("fragment");
}
