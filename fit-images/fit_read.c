// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * fit_read.c - the metadata of a FIT from the medium to private RAM.
 *
 * Of the header only what is needed is used, once. The structure block is read through a small
 * window at the end of what is already there; when an image's embedded data begins in it, the
 * medium's position jumps behind that data and the property stays with length 0. Nothing in RAM
 * is read from the medium twice.
 */
#include "fit.h"

#include <string.h>

#include "fit_token.h"

/* Reads end at multiples of this, so that the medium is asked for whole blocks. */
#define WINDOW 4096u

/*
 * A structure block being read. Bytes from the last removed data to have are contiguous on the
 * medium, up to position.
 */
struct reader {
	struct fit *fit;
	uint8_t *at;       /* the structure block in RAM */
	uint32_t have;     /* bytes of it there */
	uint32_t room;     /* bytes that may be there */
	uint64_t position; /* of the next byte on the medium, from the start of the FIT */
	uint64_t left;     /* bytes of the block not read yet */
	unsigned depth;    /* open nodes */
	bool images;       /* inside /images */
};

static enum status read_bytes(const struct extent *container, uint64_t offset, void *to,
			      size_t size)
{
	enum status status = extent_read(container, offset, to, size);

	if (status != OK)
		return refuse(status, "metadata", "the medium failed while the FIT was read");
	return OK;
}

/* Make bytes [0, size) of the block be there. */
static enum status need(struct reader *reader, uint64_t size)
{
	while (reader->have < size) {
		uint64_t from = reader->fit->container.offset + reader->position;
		uint64_t more = WINDOW - from % WINDOW;

		if (reader->left == 0)
			return refuse(ERR_BAD_FIT, "token",
				      "the structure block ends inside a token");
		if (more > reader->left)
			more = reader->left;
		if (more > reader->room - reader->have)
			more = reader->room - reader->have;
		if (more == 0)
			return refuse(
				ERR_TOO_BIG, "metadata",
				"more metadata than FIT_META_MAX; put large values into images");
		TRY(read_bytes(&reader->fit->container, reader->position, reader->at + reader->have,
			       (size_t)more));
		reader->have += (uint32_t)more;
		reader->position += more;
		reader->left -= more;
	}
	return OK;
}

/* Record the size bytes of data behind the property token and drop them. */
static enum status drop_data(struct reader *reader, uint32_t token, uint32_t size)
{
	struct fit *fit = reader->fit;
	uint32_t value = token + 12;
	uint64_t padded = fit_padded(size);
	uint32_t here = reader->have - value;
	uint64_t where = reader->position - here;

	if (fit->data_count == FIT_DATA_MAX)
		return refuse(ERR_BAD_FIT, "data", "too many images with embedded data");
	if (!range_inside(here + reader->left, 0, padded))
		return refuse(ERR_BAD_FIT, "data", "embedded data is longer than the FIT");
	fit->data[fit->data_count++] = (struct fit_data){ token, where, size };
	store_be32(reader->at + token + 4, 0);
	if (padded <= here) {
		memmove(reader->at + value, reader->at + value + padded, here - (size_t)padded);
		reader->have -= (uint32_t)padded;
		return OK;
	}
	reader->position += padded - here;
	reader->left -= padded - here;
	reader->have = value;
	return OK;
}

static bool is_data(const struct fit *fit, uint32_t name_offset)
{
	struct span name;

	return span_sub(fit->strings, name_offset, sizeof("data"), &name) == OK &&
	       memcmp(name.at, "data", sizeof("data")) == 0;
}

static enum status read_property(struct reader *reader, uint32_t token, uint32_t *next)
{
	uint32_t size;

	TRY(need(reader, (uint64_t)token + 12));
	size = load_be32(reader->at + token + 4);
	if (reader->images && reader->depth == 3 &&
	    is_data(reader->fit, load_be32(reader->at + token + 8))) {
		TRY(drop_data(reader, token, size));
		*next = token + 12;
		return OK;
	}
	TRY(need(reader, token + 12 + fit_padded(size)));
	*next = (uint32_t)(token + 12 + fit_padded(size));
	return OK;
}

static enum status read_node(struct reader *reader, uint32_t token, uint32_t *next)
{
	uint32_t size = 0;

	do {
		if (size > FIT_NAME_MAX)
			return refuse(ERR_BAD_FIT, "node-name", "a node name is too long");
		TRY(need(reader, (uint64_t)token + 4 + size + 1));
	} while (reader->at[token + 4 + size++] != '\0');
	TRY(need(reader, token + 4 + fit_padded(size)));
	*next = (uint32_t)(token + 4 + fit_padded(size));
	if (reader->depth == 1)
		reader->images = strcmp((const char *)reader->at + token + 4, "images") == 0;
	if (++reader->depth > FIT_DEPTH_MAX + 1)
		return refuse(ERR_BAD_FIT, "depth", "nodes are nested too deeply");
	return OK;
}

static enum status read_token(struct reader *reader, uint32_t token, uint32_t *next)
{
	TRY(need(reader, (uint64_t)token + 4));
	*next = token + 4;
	switch (load_be32(reader->at + token)) {
	case FIT_BEGIN_NODE:
		return read_node(reader, token, next);
	case FIT_PROPERTY:
		return read_property(reader, token, next);
	case FIT_END_NODE:
		if (reader->depth == 0)
			return refuse(ERR_BAD_FIT, "token", "a node ends that never began");
		reader->depth--;
		return OK;
	case FIT_NOP:
		return OK;
	default:
		return refuse(ERR_BAD_FIT, "token", "the structure block is damaged");
	}
}

/* Read tokens until the root is closed; then FDT_END must be all that is left. */
static enum status read_structure(struct reader *reader)
{
	uint32_t token = 0;

	do
		TRY(read_token(reader, token, &token));
	while (reader->depth > 0);
	TRY(need(reader, (uint64_t)token + 4));
	if (reader->left != 0 || reader->have != token + 4)
		return refuse(ERR_BAD_FIT, "root", "something follows the root node");
	return OK;
}

struct header {
	uint32_t total_size, structure, structure_size, strings, strings_size;
};

static enum status check_header(const struct header *header, uint32_t version, uint32_t compatible)
{
	uint64_t total = header->total_size;
	struct {
		uint64_t from, size;
	} a = { header->structure, header->structure_size },
	  b = { header->strings, header->strings_size };

	if (version != 17 || compatible > 17)
		return refuse(ERR_BAD_FIT, "version",
			      "make the FIT with mkimage or holdfast-image");
	if (total < FIT_HEADER_SIZE)
		return refuse(ERR_BAD_FIT, "totalsize", "the FIT header is damaged");
	if (a.from % 4 != 0 || a.from < FIT_HEADER_SIZE || !range_inside(total, a.from, a.size))
		return refuse(ERR_BAD_FIT, "off_dt_struct", "the FIT header is damaged");
	if (b.from < FIT_HEADER_SIZE || !range_inside(total, b.from, b.size))
		return refuse(ERR_BAD_FIT, "off_dt_strings", "the FIT header is damaged");
	if (!range_inside(a.from, b.from, b.size) && !range_inside(b.from, a.from, a.size))
		return refuse(ERR_BAD_FIT, "off_dt_strings", "the FIT's blocks overlap");
	return OK;
}

static enum status read_header(const struct extent *container, struct header *header)
{
	uint8_t raw[FIT_HEADER_SIZE];

	if (container->size < sizeof(raw))
		return refuse(ERR_TRUNCATED, "header", "too short for a FIT");
	TRY(read_bytes(container, 0, raw, sizeof(raw)));
	if (load_be32(raw) != 0xd00dfeed)
		return refuse(ERR_NO_IMAGE, "magic", "no FIT here: write one to the slot");
	*header = (struct header){ load_be32(raw + 4), load_be32(raw + 8), load_be32(raw + 36),
				   load_be32(raw + 12), load_be32(raw + 32) };
	TRY(check_header(header, load_be32(raw + 20), load_be32(raw + 24)));
	if (header->total_size > container->size)
		return refuse(ERR_TRUNCATED, "totalsize", "the FIT is cut off: write it again");
	return OK;
}

/*
 * Where the structure block goes: behind the strings, at an address with the medium's own offset
 * within a block, so that whole blocks land where a device may write them.
 */
static uint32_t place(const struct extent *container, const struct header *header,
		      const uint8_t *memory)
{
	uint64_t source = container->offset + header->structure;
	uint64_t behind = (uintptr_t)memory + header->strings_size;

	return (uint32_t)(header->strings_size + ((source - behind) & (MEDIUM_ALIGN - 1)));
}

enum status fit_read(const struct extent *container, uint8_t *memory, struct fit *fit)
{
	struct header header = { 0 };
	struct reader reader;
	uint32_t at;

	memset(fit, 0, sizeof(*fit));
	fit->container = *container;
	TRY(read_header(container, &header));
	fit->total_size = header.total_size;
	if (header.strings_size > FIT_META_MAX - MEDIUM_ALIGN)
		return refuse(ERR_TOO_BIG, "strings",
			      "the strings block alone exceeds FIT_META_MAX");
	TRY(read_bytes(container, header.strings, memory, header.strings_size));
	fit->strings = (struct span){ memory, header.strings_size };
	at = place(container, &header, memory);
	reader = (struct reader){ .fit = fit,
				  .at = memory + at,
				  .room = FIT_META_MAX - at,
				  .position = header.structure,
				  .left = header.structure_size };
	TRY(read_structure(&reader));
	fit->structure = (struct span){ reader.at, reader.have };
	return OK;
}
