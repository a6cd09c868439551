/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * payload.h - what a file that is to be packed is, as far as its first bytes tell.
 */
#ifndef HOLDFAST_IMAGE_PAYLOAD_H
#define HOLDFAST_IMAGE_PAYLOAD_H

#include "tool.h"

/*
 * "gzip", "lz4", "zstd", or "none". Ends with refusal decompress for formats that no FIT loader
 * takes (xz, bzip2, lz4's legacy frame).
 */
const char *payload_compression(const struct input *file);

/*
 * "arm64" for an arm64 Image, "arm" for a zImage, NULL if the bytes do not tell (compressed ones
 * never do). Ends with refusal bad-kernel for what is certainly no kernel to boot: ELF, a legacy
 * uImage, an EFI zboot image, an empty file.
 */
const char *payload_kernel_arch(const struct input *file);

/*
 * Ends with refusal bad-dtb or bad-overlay (why) if an uncompressed file is no whole flattened
 * device tree.
 */
void payload_check_tree(const struct input *file, enum status why);

#endif
