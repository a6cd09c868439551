/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * file_medium.h - files and memory as media of the loader's readers.
 *
 * A file is read, not mapped: what the loader's code verified is a copy that nobody changes any
 * more, and a sector that cannot be read is an error like any other.
 */
#ifndef HOLDFAST_IMAGE_FILE_MEDIUM_H
#define HOLDFAST_IMAGE_FILE_MEDIUM_H

#include "medium.h"
#include "span.h"

/*
 * A file or block device, all of it, as it is long when it is opened. It lives until the process
 * ends. Ends with 3 if it cannot be opened.
 */
struct extent file_extent(const char *path);

/* Bytes in memory, with zeros behind them up to size. The same life; bytes are the caller's. */
struct extent padded_extent(struct span bytes, uint64_t size);

#endif
