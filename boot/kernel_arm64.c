// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* kernel_arm64.c - the header of an arm64 Image (Linux Documentation/arch/arm64/booting.rst). */
#include "kernel_format.h"

#define HEADER_SIZE 64u
#define AT_TEXT_OFFSET 8
#define AT_IMAGE_SIZE 16
#define AT_FLAGS 24
#define AT_MAGIC 56
#define MAGIC 0x644d5241u /* "ARM\x64" */
#define FLAG_BIG_ENDIAN 1u
#define PAGE 4096u
#define BASE_ALIGN (2u << 20)

static enum status format(struct span image, uint64_t most, const char *at,
			  struct kernel_format *format)
{
	uint64_t image_size;

	if (image.size < HEADER_SIZE || load_le32(image.at + AT_MAGIC) != MAGIC)
		return refuse(ERR_BAD_KERNEL, at,
			      "not an arm64 Image; is its compression property right?");
	if (load_le64(image.at + AT_FLAGS) & FLAG_BIG_ENDIAN)
		return refuse(ERR_BAD_KERNEL, at, "big-endian kernels are not entered");
	format->text_offset = load_le64(image.at + AT_TEXT_OFFSET);
	image_size = load_le64(image.at + AT_IMAGE_SIZE);
	if (image_size == 0)
		return refuse(ERR_BAD_KERNEL, at, "no image_size: use Linux 3.17 or later");
	if (format->text_offset >= BASE_ALIGN || format->text_offset % PAGE != 0)
		return refuse(ERR_BAD_KERNEL, at, "text_offset is not a page below 2 MiB");
	format->memory = image_size > image.size ? image_size : image.size;
	if (format->memory > most)
		return refuse(ERR_BAD_KERNEL, at, "image_size is above CONFIG_KERNEL_MAX");
	return OK;
}

const struct kernel_rules kernel_rules_arm64 = {
	.architecture = "arm64",
	.base_align = BASE_ALIGN,
	/* Linux maps image and initrd through one window. */
	.reach = (uint64_t)32 << 30,
	.reach_align = (uint64_t)1 << 30,
	.span = (uint64_t)32 << 30,
	.format = format,
};
