/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * image.h - the loader's own parts, as link.ld lays them out.
 */
#ifndef HOLDFAST_IMAGE_H
#define HOLDFAST_IMAGE_H

#include <stdint.h>

/* link.ld: only the addresses of these mean anything. */
extern const char __start[], __text_end[], __rodata_end[], __image_end[], __end[];
extern const char __stack_guard[], __stack_bottom[], __exception_guard[];
/* Where the other processors' stacks are (cores.h); empty without them. */
extern const char __core_stacks[], __core_stacks_end[];

/* Bytes of memory the loader takes, from __start. */
static inline uint64_t image_footprint(void)
{
	return (uint64_t)((uintptr_t)__end - (uintptr_t)__start);
}

#endif
