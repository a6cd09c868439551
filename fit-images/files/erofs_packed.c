// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * erofs_packed.c - where the extents of a compressed file are, and unpacking one.
 *
 * Each block of the file has an index: that an extent begins in it (where, and at which block of
 * the image it is stored), or that none does. Linux follows distances that are kept for the latter;
 * here the neighbours are asked, which is as good for reading from the start to the end and leaves
 * nothing to be believed.
 */
#include <string.h>

#include "config.h"
#include "erofs_private.h"
#include "lz4_block.h"

/* in the header behind the inode */
#define COMPACT_2_BYTES 0x01u
#define EXTENT_LIST 0x01u /* of a full layout: another format (-E48bit) */
#define BIG_STORED 0x04u  /* likewise of extents that are not packed */
#define BIG_PACKED 0x02u  /* the second index of an extent may say how many blocks are stored */
#define INLINE_TAIL 0x08u
#define ROTATED 0x10u
#define FRAGMENT_TAIL 0x20u
#define WHOLE_FILE_FRAGMENT (1ull << 63)

#define COUNT_FLAG 0x800u /* the number is blocks stored, not a distance */

#define PACKED_MAX (1u << 20)   /* stored bytes of an extent, as in Linux */
#define EXTENT_MAX (12u << 20)  /* what it unpacks to, as in Linux */
#define UNPACKED_MAX (6u << 20) /* the same, of one that is wanted from somewhere inside */

enum index_type { INDEX_STORED, INDEX_PACKED, INDEX_NO_HEAD, INDEX_PACKED_SECOND };

struct index {
	enum index_type type;
	unsigned offset; /* where in the block of the file the extent begins */
	uint32_t block;  /* where it is stored */
	unsigned count;  /* of INDEX_NO_HEAD: blocks stored, or 0 */
};

/* A compressed file. */
struct file {
	struct file_system *fs;
	unsigned bits;       /* of a block */
	uint64_t blocks;     /* of the file: as many indexes */
	uint64_t indexes;    /* where they are */
	uint64_t after;      /* behind the pack of the index that was loaded last */
	bool full;           /* eight bytes an index */
	unsigned advice;     /* flags */
	unsigned algorithms; /* four bits each of INDEX_PACKED and INDEX_PACKED_SECOND */
	uint64_t tail;       /* bytes of INLINE_TAIL; where FRAGMENT_TAIL is */
};

static enum status begin(struct file_system *fs, const struct node *node, struct file *file)
{
	uint64_t at = (node->words[WORD_TAIL] + 7) & ~7ull;
	uint8_t raw[8] = { 0 };

	*file = (struct file){ .fs = fs,
			       .bits = erofs_of(fs)->block_bits,
			       .full = node->words[WORD_LAYOUT] == PACKED_FULL };
	TRY(erofs_bytes(fs, at, raw, sizeof(raw), "map-header"));
	if (load_le64(raw) & WHOLE_FILE_FRAGMENT) {
		file->advice = FRAGMENT_TAIL;
		file->tail = load_le64(raw) & ~WHOLE_FILE_FRAGMENT;
		return OK;
	}
	file->blocks = ((node->size - 1) >> file->bits) + 1;
	file->indexes = at + (file->full ? 16 : 8);
	file->advice = load_le16(raw + 4);
	file->algorithms = raw[6];
	file->tail = file->advice & FRAGMENT_TAIL ? load_le32(raw) : load_le16(raw + 2);
	if (raw[7] != 0 || (file->full && (file->advice & EXTENT_LIST)))
		return refuse(ERR_FILE_SYSTEM, "map-header",
			      "too new: make the root without -E48bit, -m and --MZ of mkfs.erofs");
	return OK;
}

/*
 * Where index number is: bytes from the start of the image, and the logarithm of its size. Compact
 * ones are two bytes where 32 of them in line can be, four before and behind.
 */
static uint64_t index_at(const struct file *file, uint64_t number, unsigned *size)
{
	uint64_t at = file->indexes;
	uint64_t before = -(at / 4) % 8;
	uint64_t middle = 0;

	*size = file->full ? 3 : 2;
	if (!file->full && (file->advice & COMPACT_2_BYTES) && file->blocks > before)
		middle = (file->blocks - before) & ~15ull;
	if (number < before || middle == 0)
		return at + (number << *size);
	number -= before;
	at += before * 4;
	if (number < middle) {
		*size = 1;
		return at + number * 2;
	}
	return at + middle * 2 + (number - middle) * 4;
}

static void full_index(const uint8_t *raw, struct index *index)
{
	index->type = raw[0] & 3;
	index->offset = load_le16(raw + 2);
	index->block = load_le32(raw + 4);
	if (index->block & COUNT_FLAG)
		index->count = index->block & (COUNT_FLAG - 1);
}

/* The number and the type in a pack of compact indexes, as many bits each as they have together. */
static unsigned compact_bits(const struct file *file, const uint8_t *pack, unsigned bits,
			     unsigned which, unsigned *type)
{
	unsigned low = file->bits > 12 ? file->bits : 12;
	uint32_t value = load_le32(pack + which * bits / 8) >> which * bits % 8;

	*type = value >> low & 3;
	return value & ((1u << low) - 1);
}

/* The pack's last four bytes say where its extents are stored, one behind the other. */
static void compact_index(const struct file *file, const uint8_t *pack, unsigned size,
			  unsigned which, struct index *index)
{
	bool big = file->advice & BIG_PACKED;
	unsigned bits = size == 1 ? 14 : 16;
	unsigned blocks = !big;
	unsigned type;
	unsigned number;

	for (unsigned i = 0; i < which; i++) {
		number = compact_bits(file, pack, bits, i, &type);
		if (type != INDEX_NO_HEAD)
			blocks++;
		else if (big && (number & COUNT_FLAG))
			/* Its head was counted as one block, if it is in this pack. */
			blocks += (number & (COUNT_FLAG - 1)) - (i != 0);
	}
	number = compact_bits(file, pack, bits, which, &type);
	index->type = type;
	index->offset = number;
	index->block = load_le32(pack + (size == 1 ? 28 : 4)) + blocks;
	if (number & COUNT_FLAG)
		index->count = number & (COUNT_FLAG - 1);
}

static enum status load(struct file *file, uint64_t number, struct index *index)
{
	struct erofs *erofs = erofs_of(file->fs);
	unsigned size;
	uint64_t at = index_at(file, number, &size);
	unsigned pack = size == 1 ? 32 : 8;
	unsigned which = (unsigned)(at % pack) >> size;

	if (file->bits > (size == 1 ? 12u : size == 2 ? 14u : 16u))
		return erofs_bad("block-size");
	at -= at % pack;
	file->after = at + pack;
	/* A multiple of 8, so that there is room for which size it was. */
	if (erofs->pack_at != (at | size)) {
		erofs->pack_at = 0;
		TRY(erofs_bytes(file->fs, at, erofs->pack, pack, "index"));
		erofs->pack_at = at | size;
	}
	*index = (struct index){ .count = 0 };
	if (file->full)
		full_index(erofs->pack, index);
	else
		compact_index(file, erofs->pack, size, which, index);
	if (index->type != INDEX_NO_HEAD && index->offset >> file->bits)
		return erofs_bad("index");
	return OK;
}

/* The head of the extent that the byte at offset is in; *number is which index that is. */
static enum status find_head(struct file *file, uint64_t offset, struct index *head,
			     uint64_t *number)
{
	uint64_t last = offset >> file->bits;

	*number = last;
	for (;;) {
		TRY(load(file, *number, head));
		if (head->type != INDEX_NO_HEAD && (*number << file->bits) + head->offset <= offset)
			return OK;
		if (*number == 0 || last - *number > EXTENT_MAX >> file->bits)
			return erofs_bad("index");
		--*number;
	}
}

/*
 * Where the extent ends whose head this is, and how many blocks are stored of it: one, unless the
 * file may have more and the index behind the head is there and says how many.
 */
static enum status find_end(struct file *file, const struct index *head, uint64_t number,
			    uint64_t *end, unsigned *blocks)
{
	bool big = file->advice & (head->type == INDEX_PACKED ? BIG_PACKED : BIG_STORED);
	struct index index = { .count = 0 };
	uint64_t next;

	*blocks = 1;
	for (next = number + 1; next < file->blocks; next++) {
		TRY(load(file, next, &index));
		if (index.type != INDEX_NO_HEAD) {
			*end = (next << file->bits) + index.offset;
			return OK;
		}
		if (big && next == number + 1)
			*blocks = index.count;
		if (next - number > EXTENT_MAX >> file->bits)
			return erofs_bad("index");
	}
	*end = UINT64_MAX; /* of the file */
	return OK;
}

static enum status kind_of(const struct file *file, const struct index *head,
			   struct erofs_extent *extent)
{
	unsigned algorithm = head->type == INDEX_PACKED ? file->algorithms & 15
							: file->algorithms >> 4;

	if (head->type == INDEX_STORED) {
		extent->kind = file->advice & ROTATED ? EXTENT_ROTATED : EXTENT_STORED;
		if (extent->end - extent->start > extent->size ||
		    (extent->kind == EXTENT_ROTATED && extent->size >> file->bits > 1))
			return erofs_bad("extent");
		return OK;
	}
	extent->kind = EXTENT_LZ4;
	if (algorithm != 0 || !IS_ENABLED(CONFIG_LZ4))
		return refuse(ERR_FILE_SYSTEM, "compression",
			      IS_ENABLED(CONFIG_LZ4)
				      ? "only lz4: make the root with mkfs.erofs -zlz4hc"
				      : "this loader has no lz4: make the root without -z");
	return OK;
}

static enum status find(struct file *file, uint64_t file_size, uint64_t offset,
			struct erofs_extent *extent)
{
	struct index head = { .count = 0 };
	uint64_t number;
	unsigned blocks;

	TRY(find_head(file, offset, &head, &number));
	TRY(find_end(file, &head, number, &extent->end, &blocks));
	extent->start = (number << file->bits) + head.offset;
	extent->at = (uint64_t)head.block << file->bits;
	extent->size = (size_t)blocks << file->bits;
	if (extent->end >= file_size) {
		extent->end = file_size;
		if (file->advice & FRAGMENT_TAIL) {
			extent->at = file->full ? file->tail | (uint64_t)head.block << 32
						: file->tail;
			extent->kind = EXTENT_FRAGMENT;
			return OK;
		}
		if ((file->advice & INLINE_TAIL) && file->tail != 0) {
			extent->at = file->after;
			extent->size = (size_t)file->tail;
		}
	}
	if (extent->size == 0 || extent->size > PACKED_MAX)
		return erofs_bad("extent");
	return kind_of(file, &head, extent);
}

enum status erofs_packed_extent(struct file_system *fs, const struct node *node, uint64_t offset,
				struct erofs_extent *extent)
{
	struct erofs *erofs = erofs_of(fs);
	struct file file;

	if (erofs->extent_of == node->words[WORD_TAIL] && offset >= erofs->extent.start &&
	    offset < erofs->extent.end) {
		*extent = erofs->extent;
		return OK;
	}
	TRY(begin(fs, node, &file));
	*extent = (struct erofs_extent){ .end = node->size,
					 .at = file.tail,
					 .kind = EXTENT_FRAGMENT };
	if (file.blocks != 0)
		TRY(find(&file, node->size, offset, extent));
	erofs->extent = *extent;
	erofs->extent_of = node->words[WORD_TAIL];
	return OK;
}

/* The first size bytes of what an extent unpacks to. */
static enum status unpack(struct file_system *fs, const struct erofs_extent *extent,
			  uint8_t *destination, size_t size)
{
	struct erofs *erofs = erofs_of(fs);
	struct span packed = { NULL, extent->size };
	void *memory = erofs->packed;
	size_t done = 0;

	if (!memory)
		TRY(file_system_take(fs, PACKED_MAX, "erofs", &memory));
	erofs->packed = memory;
	packed.at = memory;
	TRY(erofs_bytes(fs, extent->at, memory, packed.size, "extent"));
	while (erofs->zero_padding && packed.size != 0 && *packed.at == 0) {
		packed.at++;
		packed.size--;
	}
	/* An extent may be the beginning of what is stored, and padding may be behind it. */
	if (lz4_block(packed, destination, &done, size, true) != OK || done != size)
		return erofs_bad("compressed-extent");
	return OK;
}

enum status erofs_unpack(struct file_system *fs, const struct erofs_extent *extent, uint64_t skip,
			 uint8_t *destination, size_t size)
{
	struct erofs *erofs = erofs_of(fs);
	uint64_t whole = extent->end - extent->start;
	void *memory = erofs->unpacked;

	if (!IS_ENABLED(CONFIG_LZ4))
		return erofs_bad("compression");
	if (skip == 0 && (size == whole || whole > UNPACKED_MAX))
		return unpack(fs, extent, destination, size);
	if (whole > UNPACKED_MAX)
		return refuse(
			ERR_FILE_SYSTEM, "extent",
			"too long for reading in part: mkfs.erofs --max-extent-bytes 4194304");
	if (!memory)
		TRY(file_system_take(fs, UNPACKED_MAX, "erofs", &memory));
	erofs->unpacked = memory;
	if (erofs->unpacked_at != extent->at || erofs->unpacked_from != extent->size ||
	    !range_inside(erofs->unpacked_size, 0, whole)) {
		erofs->unpacked_size = 0;
		TRY(unpack(fs, extent, memory, (size_t)whole));
		erofs->unpacked_at = extent->at;
		erofs->unpacked_from = extent->size;
		erofs->unpacked_size = (size_t)whole;
	}
	return verity_copy(destination, erofs->unpacked + skip, size);
}
