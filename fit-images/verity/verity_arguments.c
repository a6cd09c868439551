// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * verity_arguments.c - the kernel arguments that make the root.
 *
 * Text goes to the end of a command line that may already be long; if it does not fit, nothing is
 * left of it.
 */
#include <string.h>

#include "config.h"
#include "verity.h"
#include "verity_flags.h"

#define SECTOR 512u

/* Text that grows up to capacity - 1 characters; full once something did not fit. */
struct text {
	char *at;
	size_t size;
	size_t capacity;
	bool full;
};

static void put(struct text *text, const char *string)
{
	size_t size = strlen(string);

	if (text->full || size >= text->capacity - text->size) {
		text->full = true;
		return;
	}
	memcpy(text->at + text->size, string, size + 1);
	text->size += size;
}

static void put_number(struct text *text, const char *before, uint64_t number)
{
	char digits[21];
	char *at = digits + sizeof(digits) - 1;

	*at = '\0';
	do
		*--at = (char)('0' + number % 10);
	while ((number /= 10) != 0);
	put(text, before);
	put(text, at);
}

static void put_hex(struct text *text, const char *before, struct span bytes)
{
	size_t i;

	put(text, before);
	for (i = 0; i < bytes.size; i++) {
		char pair[3] = { "0123456789abcdef"[bytes.at[i] >> 4],
				 "0123456789abcdef"[bytes.at[i] & 15], '\0' };

		put(text, pair);
	}
}

static void put_word(struct text *text, const char *before, const char *word)
{
	put(text, before);
	put(text, word);
}

static void put_base64(struct text *text, struct span bytes)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789+/";

	for (size_t i = 0; i < bytes.size; i += 3) {
		const size_t left = bytes.size - i;
		const uint32_t three = (uint32_t)bytes.at[i] << 16 |
				       (left > 1 ? (uint32_t)bytes.at[i + 1] << 8 : 0) |
				       (left > 2 ? bytes.at[i + 2] : 0u);
		char four[5] = { letters[three >> 18], letters[three >> 12 & 63],
				 left > 1 ? letters[three >> 6 & 63] : '=',
				 left > 2 ? letters[three & 63] : '=', '\0' };

		put(text, four);
	}
}

/* "-" is the kernel's and systemd's word for no salt. */
static void put_salt(struct text *text, const char *before, struct span salt)
{
	put_hex(text, before, salt);
	if (salt.size == 0)
		put(text, "-");
}

/* Names and values of use_fec_from_device. */
#define FEC_ARGUMENTS 8u

/* The kernel's fec_blocks are those that are covered, whatever its documentation says. */
static void put_fec(struct text *text, const struct verity_fec *fec, const char *device)
{
	put_word(text, " use_fec_from_device ", device);
	put_number(text, " fec_roots ", fec->roots);
	put_number(text, " fec_blocks ", fec->blocks);
	put_number(text, " fec_start ", fec->start_block);
}

/* How many optional arguments there are, and what they are. */
static void put_options(struct text *text, const struct verity *verity, const char *hash)
{
	unsigned count = verity->fec.roots != 0 ? FEC_ARGUMENTS : 0;

#define VERITY_COUNT(field, name) count += verity->field;
	VERITY_FLAGS(VERITY_COUNT)
#undef VERITY_COUNT
	if (count == 0)
		return;
	put_number(text, " ", count);
#define VERITY_PUT(field, name)                                                                    \
	if (verity->field)                                                                         \
		put(text, " " #field);
	VERITY_FLAGS(VERITY_PUT)
#undef VERITY_PUT
	if (verity->fec.roots != 0)
		put_fec(text, &verity->fec, hash);
}

/* The verity target's line, as the kernel's dm-verity takes it. */
static void put_target(struct text *text, const struct verity *verity, const char *data,
		       const char *hash)
{
	uint64_t size = (uint64_t)verity->tree.data_blocks * verity->tree.data_block_size;

	put_number(text, "0 ", size / SECTOR);
	put_word(text, " verity 1 ", data);
	put_word(text, " ", hash);
	put_number(text, " ", verity->tree.data_block_size);
	put_number(text, " ", verity->tree.hash_block_size);
	put_number(text, " ", verity->tree.data_blocks);
	put_number(text, " ", verity->tree.hash_start_block);
	put_word(text, " ", digest_name(verity->tree.algorithm));
	put_hex(text, " ", verity->tree.root_hash);
	put_salt(text, " ", verity->tree.salt);
	put_options(text, verity, hash);
}

/* Where Linux probes the medium late (SD, eMMC), it must not look for the root before. */
static void put_waitfor(struct text *text, const struct verity_device *device)
{
	if (!IS_ENABLED(CONFIG_VERITY_WAITFOR))
		return;
	put_word(text, " dm-mod.waitfor=", device->data);
	if (strcmp(device->data, device->hash) != 0)
		put_word(text, ",", device->hash);
}

/*
 * A root inside a FIT lies at an offset of its partition: a linear device, dm-1, is made of it
 * first.
 */
static enum status put_dm_init(struct text *text, const struct verity *verity,
			       const struct verity_device *device)
{
	if (device->offset % SECTOR != 0)
		return refuse(ERR_VERITY_PARAMS, fit_image_name(&verity->image),
			      "the root must lie at a multiple of 4096: use mkimage -B 0x1000");
	put_waitfor(text, device);
	put(text, " dm-mod.create=\"");
	if (device->offset != 0) {
		put_number(text, "fit,,1,ro,0 ", device->size / SECTOR);
		put_word(text, " linear ", device->data);
		put_number(text, " ", device->offset / SECTOR);
		put(text, ";root,,0,ro,");
		put_target(text, verity, "/dev/dm-1", "/dev/dm-1");
	} else {
		put(text, "root,,,ro,");
		put_target(text, verity, device->data, device->hash);
	}
	put(text, "\" root=/dev/dm-0");
	return OK;
}

/* How much is covered cryptsetup knows from where the parity lies: see read_fec(). */
static void put_roothash_extras(struct text *text, const struct verity *verity,
				const struct verity_device *device)
{
	if (verity->fec.roots != 0) {
		put_word(text, ",fec-device=", device->hash);
		put_number(text, ",fec-offset=",
			   (uint64_t)verity->fec.start_block * verity->tree.data_block_size);
		put_number(text, ",fec-roots=", verity->fec.roots);
	}
	if (verity->signature.size != 0) {
		put(text, ",root-hash-signature=base64:");
		put_base64(text, verity->signature);
	}
}

/* systemd-veritysetup-generator's form, for an initramfs. It knows no argument for errors. */
static enum status put_roothash(struct text *text, const struct verity *verity,
				const struct verity_device *device)
{
	if (device->offset != 0)
		return refuse(ERR_VERITY_PARAMS, fit_image_name(&verity->image),
			      "roothash= cannot name a root inside a FIT: put it into a partition");
	put_hex(text, " roothash=", verity->tree.root_hash);
	put_word(text, " systemd.verity_root_data=", device->data);
	put_word(text, " systemd.verity_root_hash=", device->hash);
	put(text, " systemd.verity_root_options=superblock=no,format=1");
	put_number(text, ",data-block-size=", verity->tree.data_block_size);
	put_number(text, ",hash-block-size=", verity->tree.hash_block_size);
	put_number(text, ",data-blocks=", verity->tree.data_blocks);
	put_number(text, ",hash-offset=",
		   (uint64_t)verity->tree.hash_start_block * verity->tree.hash_block_size);
	put_word(text, ",hash=", digest_name(verity->tree.algorithm));
	put_salt(text, ",salt=", verity->tree.salt);
	if (verity->restart_on_corruption)
		put(text, ",restart-on-corruption");
	if (verity->panic_on_corruption)
		put(text, ",panic-on-corruption");
	if (verity->check_at_most_once)
		put(text, ",check-at-most-once");
	put_roothash_extras(text, verity, device);
	return OK;
}

/* What the configuration asks for, else what was compiled in. */
static enum status wants_roothash(const struct verity *verity, bool *roothash)
{
	const char *style;
	enum status status =
		fit_config_string(verity->image.config, "holdfast,verity-style", &style);

	*roothash = IS_ENABLED(CONFIG_VERITY_STYLE_ROOTHASH);
	if (status == ERR_ABSENT)
		return OK;
	TRY(status);
	*roothash = strcmp(style, "roothash") == 0;
	if (!*roothash && strcmp(style, "dm-mod.create") != 0)
		return refuse(ERR_VERITY_PARAMS, "holdfast,verity-style",
			      "the styles are \"dm-mod.create\" and \"roothash\"");
	return OK;
}

enum status verity_chosen_signature(const struct verity *verity, struct span *signature)
{
	bool roothash;

	*signature = (struct span){ NULL, 0 };
	TRY(wants_roothash(verity, &roothash));
	if (!roothash)
		*signature = verity->signature;
	return OK;
}

enum status verity_arguments(const struct verity *verity, const struct verity_device *device,
			     char *text, size_t capacity)
{
	const char *end = memchr(text, '\0', capacity);
	size_t before = end ? (size_t)(end - text) : capacity;
	struct text out = { text, before, capacity, before >= capacity };
	enum status status;
	bool roothash;

	TRY(wants_roothash(verity, &roothash));
	if (device->backup_gpt)
		put(&out, " gpt");
	status = roothash ? put_roothash(&out, verity, device) : put_dm_init(&out, verity, device);
	if (status == OK && out.full)
		status = refuse(ERR_CMDLINE_TOO_LONG, "cmdline",
				"shorten cmdline: the root's arguments do not fit");
	if (status != OK && before < capacity)
		text[before] = '\0';
	return status;
}
