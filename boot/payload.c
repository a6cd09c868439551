// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* payload.c - claims, reading and unpacking of one image or file. */
#include "payload.h"

#include <string.h>

#include "config.h"
#include "fit_load.h"
#include "hardened.h"

/* Claims that take what there is try it in these steps. */
#define STEP (2u << 20)

static enum status read_compression(const struct fit_image *image, enum compression *compression)
{
	struct span name;
	enum status found = fit_image_property(image, "compression", &name);

	*compression = COMPRESSION_NONE;
	if (found == ERR_ABSENT)
		return OK;
	TRY(found);
	if (!fit_is_string(name))
		return refuse(ERR_BAD_FIT, fit_image_name(image), "compression is not a string");
	return compression_by_name((const char *)name.at, compression);
}

static enum status read_load(const struct fit_image *image, struct payload *payload)
{
	enum status found = fit_image_address(image, "load", &payload->load);

	payload->has_load = found == OK;
	return found == ERR_ABSENT ? OK : found;
}

static enum status take_size(uint64_t size, const struct payload_wish *wish,
			     struct payload *payload)
{
	if (size > wish->most)
		return refuse(ERR_TOO_BIG, payload->name, "larger than this loader takes");
	payload->stored = (size_t)size;
	return OK;
}

enum status payload_open(const struct fit_image *image, const struct payload_wish *wish,
			 struct payload *payload)
{
	struct extent where;

	memset(payload, 0, sizeof(*payload));
	payload->name = fit_image_name(image);
	payload->image = *image;
	payload->compression = COMPRESSION_NONE;
	if (!wish->packed_stays)
		TRY(read_compression(image, &payload->compression));
	TRY(read_load(image, payload));
	TRY(fit_image_extent(image, &where));
	if (where.size == 0)
		return refuse(ERR_TRUNCATED, fit_image_name(image), "the image is empty");
	TRY(take_size(where.size, wish, payload));
	if (payload->has_load && payload->load % wish->align != 0)
		return refuse(ERR_BAD_LOAD, fit_image_name(image),
			      "the load address is not aligned");
	return OK;
}

enum status payload_open_file(struct file_system *files, const char *path,
			      enum compression compression, const struct payload_wish *wish,
			      struct payload *payload)
{
	memset(payload, 0, sizeof(*payload));
	payload->name = path;
	payload->files = files;
	payload->compression = compression;
	TRY(file_open(files, path, &payload->file));
	return take_size(payload->file.size, wish, payload);
}

/* The room that is tried first. */
static uint64_t room_wanted(const struct payload *payload, const struct payload_wish *wish)
{
	if (wish->grows || payload->compression != COMPRESSION_NONE)
		return wish->most;
	return payload->stored;
}

static enum status claim_staging(struct payload *payload, struct region_map *map)
{
	if (payload->compression == COMPRESSION_NONE)
		return OK;
	return region_claim_high(map, payload->stored, MEDIUM_ALIGN, 0, UINT64_MAX, "staging",
				 &payload->staging);
}

static enum status claim_once(struct payload *payload, const struct payload_wish *wish,
			      struct region_map *map, uint64_t size)
{
	payload->capacity = (size_t)size;
	if (payload->has_load) {
		payload->base = payload->load;
		return region_claim(map, payload->load, size, wish->owner);
	}
	if (wish->high)
		return region_claim_high(map, size, wish->align, wish->lowest, wish->highest,
					 wish->owner, &payload->base);
	return region_claim_low(map, size, wish->align, wish->lowest, wish->highest, wish->owner,
				&payload->base);
}

/* As much as there is, at most what is wanted, at least what is stored. */
static enum status claim_most(struct payload *payload, const struct payload_wish *wish,
			      struct region_map *map)
{
	uint64_t size = room_wanted(payload, wish);

	for (; size > payload->stored; size = size > STEP ? size - STEP : 0) {
		if (claim_once(payload, wish, map, size) == OK) {
			refusal_clear();
			return OK;
		}
	}
	return claim_once(payload, wish, map, payload->stored);
}

enum status payload_place(struct payload *payload, const struct payload_wish *wish,
			  struct region_map *map)
{
	/* A fixed place comes first, so that staging does not land on it. */
	if (payload->has_load)
		TRY(claim_once(payload, wish, map, payload->stored));
	TRY(claim_staging(payload, map));
	if (payload->has_load)
		region_release(map, payload->load);
	return claim_most(payload, wish, map);
}

static enum status unpack(struct payload *payload, struct region_map *map, size_t stored)
{
	struct span packed = { (const uint8_t *)(uintptr_t)payload->staging, stored };

	TRY(decompress(payload->compression, packed, (uint8_t *)(uintptr_t)payload->base,
		       payload->capacity, payload->name, &payload->size));
	region_release(map, payload->staging);
	payload->staging = 0;
	if (payload->size == 0)
		return refuse(ERR_DECOMPRESS, payload->name, "nothing in it");
	return OK;
}

/* Either way every byte was proved when this is OK. */
static enum status read_all(const struct payload *payload, uint8_t *to, size_t capacity,
			    struct proof *proof, size_t *size)
{
	enum status status;

	*size = payload->stored;
	if (IS_ENABLED(CONFIG_ROOT_FILES) && payload->files)
		status = file_read(payload->files, &payload->file, 0, to, payload->stored);
	else
		status = fit_load(&payload->image, to, capacity, proof, size);
	/* What was refused is not to be found there by the next slot. */
	if (status != OK)
		wipe(to, payload->stored);
	return status;
}

enum status payload_bring(struct payload *payload, struct region_map *map, struct proof *proof)
{
	bool packed = payload->compression != COMPRESSION_NONE;
	uint64_t to = packed ? payload->staging : payload->base;
	size_t capacity = packed ? payload->stored : payload->capacity;

	TRY(read_all(payload, (uint8_t *)(uintptr_t)to, capacity, proof, &payload->size));
	return packed ? unpack(payload, map, payload->size) : OK;
}

struct span payload_bytes(const struct payload *payload)
{
	return (struct span){ (const uint8_t *)(uintptr_t)payload->base, payload->size };
}
