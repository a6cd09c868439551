/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * kernel_format.h - what an architecture's kernel image says about itself; one file an
 * architecture, chosen in the Makefile.
 */
#ifndef HOLDFAST_KERNEL_FORMAT_H
#define HOLDFAST_KERNEL_FORMAT_H

#include <stdint.h>

#include "span.h"
#include "status.h"

/* The FIT name of the architecture ("arm64"). */
extern const char kernel_architecture[];

/* A kernel lies at a multiple of this, plus its text_offset. */
#define KERNEL_BASE_ALIGN (2u << 20)

/* What the image asks for. */
struct kernel_format {
	uint64_t text_offset; /* from an aligned base to the first byte; below KERNEL_BASE_ALIGN */
	uint64_t
		/* bytes from the first byte that must be free: file and bss, whichever is more */
		memory;
};

/*
 * Read the header of an unpacked kernel. ERR_BAD_KERNEL, at= the given name: no such header,
 * big-endian, no size (image_size 0, kernels before 3.17), a size above most bytes, or a
 * text_offset that is no page below 2 MiB.
 */
enum status kernel_format(struct span image, uint64_t most, const char *at,
			  struct kernel_format *format) MUST_CHECK;

#endif
