// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * kernel_arm.c - a zImage (Linux Documentation/arch/arm/booting.rst).
 *
 * It unpacks itself to the start of the 128 MiB that it lies in, so that place is its room.
 */
#include "kernel_format.h"

#define HEADER_SIZE 0x34u
#define AT_MAGIC 0x24
#define AT_START 0x28 /* address that the file is linked at, 0 */
#define AT_END 0x2c   /* one past the last byte */
#define AT_ENDIAN 0x30
#define MAGIC 0x016f2818u
#define LITTLE_ENDIAN 0x04030201u
/* Behind the file: bss, stack and 64 KiB of heap of its decompressor. */
#define BEHIND (1u << 20)

static enum status format(struct span image, uint64_t most, const char *at,
			  struct kernel_format *format)
{
	uint32_t size;

	if (image.size < HEADER_SIZE || load_le32(image.at + AT_MAGIC) != MAGIC)
		return refuse(ERR_BAD_KERNEL, at,
			      "not a zImage; is its compression property right?");
	if (load_le32(image.at + AT_ENDIAN) != LITTLE_ENDIAN)
		return refuse(ERR_BAD_KERNEL, at, "big-endian kernels are not entered");
	size = load_le32(image.at + AT_END) - load_le32(image.at + AT_START);
	if (size > image.size || size < HEADER_SIZE)
		return refuse(ERR_BAD_KERNEL, at, "the zImage is longer than its file: cut off?");
	format->text_offset = 0;
	format->memory = (uint64_t)image.size + BEHIND;
	if (format->memory > most)
		return refuse(ERR_BAD_KERNEL, at, "the zImage is above CONFIG_KERNEL_MAX");
	return OK;
}

const struct kernel_rules kernel_rules_arm = {
	.architecture = "arm",
	.base_align = 4096,
	.reach = 512u << 20, /* of low memory, whatever the kernel's split */
	.reach_align = 128u << 20,
	.room = 32u << 20,
	.span = 128u << 20,
	.format = format,
};
