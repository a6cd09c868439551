/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * kernel_format.h - what an architecture's kernel image says about itself and where it may lie; one
 * file an architecture, chosen in the Makefile.
 */
#ifndef HOLDFAST_KERNEL_FORMAT_H
#define HOLDFAST_KERNEL_FORMAT_H

#include <stdint.h>

#include "span.h"
#include "status.h"

/* What the image asks for. */
struct kernel_format {
	uint64_t text_offset; /* from an aligned base to the first byte; below rules->base_align */
	uint64_t
		/* bytes from the first byte that must be free: file and bss, whichever is more */
		memory;
};

/*
 * The rules of an architecture. A reach is the part of memory that the kernel can use early on:
 * reach bytes from a multiple of reach_align. Kernel, ramdisk and device tree lie in one.
 */
struct kernel_rules {
	const char *architecture; /* as the FIT has it: "arm64", "arm" */
	uint64_t base_align;      /* a kernel lies at a multiple of this, plus its text_offset */
	uint64_t reach;
	uint64_t reach_align;
	/*
	 * bytes at the start of the reach that the kernel takes for itself before it reads its tree
	 */
	uint64_t room;
	/* bytes from the start of the reach that a kernel may lie in */
	uint64_t span;
	/*
	 * Read the header of an unpacked kernel. ERR_BAD_KERNEL, at= the given name: no such
	 * header, big-endian, a size that is missing or above most bytes, or a text_offset that
	 * is no page below base_align.
	 */
	enum status (*format)(struct span image, uint64_t most, const char *at,
			      struct kernel_format *format);
};

/* arm64: Linux Documentation/arch/arm64/booting.rst. */
extern const struct kernel_rules kernel_rules_arm64;
/* arm: Linux Documentation/arch/arm/booting.rst; a zImage. */
extern const struct kernel_rules kernel_rules_arm;

/* Those of the processor we run on; in a file of its own so that host programs can have others. */
const struct kernel_rules *kernel_rules(void);

#endif
