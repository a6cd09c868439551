/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * unpack.h - the loader's own wrapping, nothing else.
 *
 * Runs before MMU and caches are on, from flash, with a stack but without data or bss. It reads
 * what pack.py wrote into the same file, never anything from a medium, so it trusts its input: do
 * not use it for images (fit-images/decompress does those, bounded).
 */
#ifndef HOLDFAST_UNPACK_H
#define HOLDFAST_UNPACK_H

#include <stdint.h>

/*
 * Unpack the stream at packed (4-aligned) to out, size bytes long when unpacked. May read 4 bytes
 * behind the stream. Exactly one of unpack_deflate.c and unpack_lz4.c is linked.
 */
void unpack(const uint32_t *packed, uint8_t *out, uint32_t size);

/*
 * Undo what branches.py did to the image (4-aligned) before it was packed, in place, by aligned
 * accesses. branches_<arch>.c of the loader's architecture is linked.
 */
void relative_branches(void *image, uint32_t size);

#endif
