/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * gpt_crc32.h - the CRC of partition tables. Finds damage, proves nothing: never used where trust
 * hangs on it.
 */
#ifndef HOLDFAST_GPT_CRC32_H
#define HOLDFAST_GPT_CRC32_H

#include <stddef.h>
#include <stdint.h>

/*
 * CRC-32 (IEEE 802.3, reflected 0xedb88320, as zlib's) of size bytes; crc is 0 for the first piece,
 * the value of the pieces before for the next. The first call fills a table of 1 KiB.
 */
uint32_t gpt_crc32(uint32_t crc, const void *data, size_t size);

#endif
