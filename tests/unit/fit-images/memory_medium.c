// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* memory_medium.c - media in memory, honest and not; see fit_builder.h. */
#include "fit_builder.h"

#include <stdlib.h>
#include <string.h>

#include "must.h"

static enum status memory_start(const struct medium *medium, uint64_t lba, uint32_t blocks,
				void *destination)
{
	struct memory_medium *m = medium->driver;
	uint32_t i;

	MUST(!m->in_flight);
	MUST(blocks >= 1 && blocks <= medium->max_blocks);
	MUST(lba <= medium->blocks && blocks <= medium->blocks - lba);
	MUST((uintptr_t)destination % MEDIUM_ALIGN == 0);
	m->in_flight = true;
	m->requests++;
	m->bytes_read += (uint64_t)blocks * medium->block_size;
	for (i = 0; i < blocks; i++) {
		size_t offset = (size_t)(lba + i) * medium->block_size;
		bool again = m->seen && m->seen[lba + i]++ != 0;

		m->reread += again;
		if (m->dead || (m->short_reads && i >= (blocks + 1) / 2))
			continue;
		memcpy((uint8_t *)destination + (size_t)i * medium->block_size,
		       (again && m->second ? m->second : m->bytes) + offset, medium->block_size);
	}
	return OK;
}

static enum status memory_wait(const struct medium *medium, uint32_t timeout_ms)
{
	struct memory_medium *m = medium->driver;

	MUST(m->in_flight && timeout_ms > 0 && timeout_ms <= MEDIUM_TIMEOUT_MS);
	m->in_flight = false;
	if (m->dead || m->short_reads || (m->fail_from && m->requests >= m->fail_from))
		return ERR_MEDIA_IO;
	return OK;
}

static void memory_stop(const struct medium *medium)
{
	struct memory_medium *m = medium->driver;

	m->in_flight = false;
	m->stops++;
}

void memory_medium(struct memory_medium *medium, const void *bytes, size_t size,
		   uint32_t block_size)
{
	memset(medium, 0, sizeof(*medium));
	medium->bytes = bytes;
	medium->size = size;
	medium->medium = (struct medium){ .name = "memory",
					  .block_size = block_size,
					  .max_blocks = 65536 / block_size,
					  .blocks = size / block_size,
					  .start = memory_start,
					  .wait = memory_wait,
					  .stop = memory_stop,
					  .driver = medium };
}

struct extent memory_extent(const struct memory_medium *medium)
{
	return (struct extent){ &medium->medium, 0, medium->size };
}
