/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * written.h - a medium that is written in place and held other things before: what was written is
 * read back from the medium itself, not from memory, and compared.
 */
#ifndef HOLDFAST_IMAGE_WRITTEN_H
#define HOLDFAST_IMAGE_WRITTEN_H

#include "tool.h"

struct written;

/*
 * Open an existing file or block device to write in place. alone: a block device that is mounted or
 * otherwise in use is refused. Ends with 6.
 */
struct written *written_open(const char *path, bool alone);

/* Bytes at offset; they live until written_check(). Ends with 6. */
void written_put(struct written *written, uint64_t offset, const void *bytes, uint64_t size);

/*
 * The same byte all over [offset, offset + size): there is no hole in a medium that held other
 * things. there, if not NULL, is what is there now, as far as is known: where it is the same
 * already nothing is written. It is read back all the same.
 */
void written_fill(struct written *written, uint64_t offset, uint64_t size, uint8_t byte,
		  const uint8_t *there);

/*
 * Make all of it durable, then read what was put and filled since the last call past the page cache
 * (O_DIRECT; where a file system has no such thing, after its pages were given up) and compare.
 * Ends with 6, naming the first byte that is another one.
 */
void written_check(struct written *written);

void written_close(struct written *written);

#endif
