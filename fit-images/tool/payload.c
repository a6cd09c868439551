/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "payload.h"

#include <libfdt.h>
#include <string.h>

struct magic {
	size_t offset;
	uint8_t bytes[6];
	size_t size;
	const char *name;
};

static bool has(const struct input *file, const struct magic *magic)
{
	return range_inside(file->size, magic->offset, magic->size) &&
	       !memcmp(file->at + magic->offset, magic->bytes, magic->size);
}

static const char *first_match(const struct input *file, const struct magic *magics, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (has(file, &magics[i]))
			return magics[i].name;
	return NULL;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

const char *payload_compression(const struct input *file)
{
	static const struct magic good[] = {
		{ 0, { 0x1f, 0x8b }, 2, "gzip" },
		{ 0, { 0x04, 0x22, 0x4d, 0x18 }, 4, "lz4" },
		{ 0, { 0x28, 0xb5, 0x2f, 0xfd }, 4, "zstd" },
	};
	static const struct magic bad[] = {
		{ 0, { 0xfd, '7', 'z', 'X', 'Z', 0 }, 6, "xz; use gzip, lz4 or zstd" },
		{ 0, { 'B', 'Z', 'h' }, 3, "bzip2; use gzip, lz4 or zstd" },
		{ 0, { 0x02, 0x21, 0x4c, 0x18 }, 4, "lz4 legacy frame; compress without -l" },
	};
	const char *name = first_match(file, bad, COUNT(bad));

	if (name)
		fail_refused_at(ERR_DECOMPRESS, file->path, name);
	name = first_match(file, good, COUNT(good));
	return name ? name : "none";
}

const char *payload_kernel_arch(const struct input *file)
{
	static const struct magic good[] = {
		{ 0x38, { 'A', 'R', 'M', 0x64 }, 4, "arm64" },
		{ 0x24, { 0x18, 0x28, 0x6f, 0x01 }, 4, "arm" },
	};
	static const struct magic bad[] = {
		{ 0, { 0x7f, 'E', 'L', 'F' }, 4, "an ELF file; pack Image or zImage, not vmlinux" },
		{ 0,
		  { 0x27, 0x05, 0x19, 0x56 },
		  4,
		  "a legacy uImage; pack the Image or zImage inside it" },
		{ 4, { 'z', 'i', 'm', 'g' }, 4, "an EFI zboot image; pack the Image inside it" },
	};
	const char *name = first_match(file, bad, COUNT(bad));

	if (name)
		fail_refused_at(ERR_BAD_KERNEL, file->path, name);
	if (!file->size)
		fail_refused_at(ERR_BAD_KERNEL, file->path, "the file is empty");
	return first_match(file, good, COUNT(good));
}

void payload_check_tree(const struct input *file, enum status why)
{
	if (strcmp(payload_compression(file), "none"))
		return;
	if (!file->size || fdt_check_full(file->at, file->size))
		fail_refused_at(why, file->path,
				"not a whole flattened device tree; compile it with dtc");
}
