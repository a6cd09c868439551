/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fit_check.c - what the loader does with a FIT, done on a PC with the same objects.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "file_check.h"
#include "fit_check.h"
#include "fit_load.h"

#define HASH_BLOCK_MAX (64u * 1024)

/* fit_load() wants aligned room. */
static void *aligned_room(uint64_t size, size_t *capacity)
{
	void *room;

	*capacity = ((size_t)size + MEDIUM_ALIGN) / MEDIUM_ALIGN * MEDIUM_ALIGN;
	room = aligned_alloc(MEDIUM_ALIGN, *capacity);
	if (room == NULL) {
		complain("out of memory (%zu bytes)", *capacity);
		exit(EXIT_BUG);
	}
	return room;
}

static json_t *hashes_of(const struct fit_image *image)
{
	json_t *hashes = json_array();
	enum digest_algorithm algorithm;
	struct span value;

	for (unsigned i = 0; fit_image_hash(image, i, &algorithm, &value) == OK; i++) {
		json_t *hash = json_object();

		(void)json_object_set_new(hash, "algorithm", json_string(digest_name(algorithm)));
		(void)json_object_set_new(hash, "value", json_hex(value.at, value.size));
		(void)json_array_append_new(hashes, hash);
	}
	return hashes;
}

static void add_image(struct fit_check *check, const char *slot, const struct fit_image *image,
		      const char *how)
{
	json_t *object = json_object();
	struct extent where;

	if (fit_image_extent(image, &where) != OK)
		where.size = 0;
	(void)json_object_set_new(object, "slot", json_string(slot));
	(void)json_object_set_new(object, "name", json_string(fit_image_name(image)));
	(void)json_object_set_new(object, "size", json_integer((json_int_t)where.size));
	(void)json_object_set_new(object, "hashes", hashes_of(image));
	(void)json_object_set_new(object, "proved_by", json_string(how));
	(void)json_array_append_new(check->images, object);
}

static enum status load_image(const struct fit_image *image, struct proof *proof)
{
	struct extent where;
	size_t capacity;
	size_t loaded;
	void *room;
	enum status status;

	TRY(fit_image_extent(image, &where));
	room = aligned_room(where.size, &capacity);
	status = fit_load(image, room, capacity, proof, &loaded);
	free(room);
	return status;
}

static bool is_root(const struct fit_check *check, const struct fit_image *image)
{
	return check->has_root && check->root.image.node == image->node;
}

static enum status each_image(const char *slot, struct fit_check *check, struct proof *proof)
{
	struct fit_image image;
	enum status status;

	for (unsigned i = 0; (status = fit_config_image(check->config, slot, i, &image)) == OK;
	     i++) {
		if (!is_root(check, &image) && proof != NULL)
			TRY(load_image(&image, proof));
		add_image(check, slot, &image, is_root(check, &image) ? "root-hash" : "hash");
	}
	return status == ERR_ABSENT ? OK : status;
}

/* The bill of materials: no loader reads it, so this is the only look at it. */
static enum status check_bill(struct fit_check *check)
{
	struct proof proof;

	TRY(proof_begin(&proof));
	return each_image("holdfast,sbom", check, &proof);
}

enum status fit_check_images(const struct fit_file *file, struct fit_check *check,
			     struct proof *proof)
{
	static const char *const slots[] = { "kernel", "fdt", "ramdisk", "loadables" };
	struct extent where;

	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
		TRY(each_image(slots[i], check, proof));
	TRY(check_bill(check));
	if (!check->has_root || check->root.in_partition)
		return OK;
	TRY(fit_image_extent(&check->root.image, &where));
	return span_sub(file->bytes, where.offset, where.size, &check->root_data);
}

/* The root's tree is behind its data; its top is read, and the files that are named, as at boot. */
static enum status check_root(struct fit_check *check, struct proof *proof)
{
	static uint8_t block[HASH_BLOCK_MAX];
	const char *path;
	struct extent where;
	enum status status = verity_of(check->config, &check->root);

	TRY(fit_check_path(check->config, &path));
	if (status == ERR_ABSENT && path != NULL)
		return refuse(ERR_VERITY_PARAMS, path,
			      "a path is inside a dm-verity root, and there is none in loadables");
	if (status == ERR_ABSENT)
		return OK;
	TRY(status);
	check->has_root = true;
	if (check->root.in_partition)
		return fit_check_files(check, NULL, false);
	TRY(fit_image_extent(&check->root.image, &where));
	if (path != NULL)
		return fit_check_mounted(check, &where, proof);
	return verity_check_top(&check->root, &where, block, proof);
}

enum status fit_check(const struct fit_file *file, unsigned configuration,
		      const struct keyring *keyring, struct fit_check *check)
{
	struct proof proof;
	uint64_t want;
	uint64_t got;

	*check = (struct fit_check){ .images = json_array(), .files = json_array() };
	refusal_clear();
	TRY(proof_begin(&proof));
	TRY(fit_verify(&file->fit, configuration, keyring, &proof, &check->config));
	TRY(check_root(check, &proof));
	TRY(fit_check_images(file, check, &proof));
	TRY(proof_end(&proof, &want, &got));
	return want == got ? OK : refuse(ERR_INTERNAL, "proof", "");
}

enum exit_code fit_check_signed(const struct input *input, const struct keyring *keyring,
				const char *configuration, struct fit_file *file)
{
	struct fit_check check = { .images = NULL };
	unsigned index;
	enum status status = fit_file_open((struct span){ input->at, input->size }, file);

	if (status == OK)
		status = fit_choose_named(&file->fit, configuration, &index);
	if (status == OK)
		status = fit_check(file, index, keyring, &check);
	json_decref(check.images);
	json_decref(check.files);
	if (status == OK)
		return EXIT_DONE;
	complain("%s: the loader would refuse what was to be written", configuration);
	return refused(status);
}
