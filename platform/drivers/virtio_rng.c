// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "virtio_rng.h"

#include <stdint.h>
#include <string.h>

#include "hardened.h"
#include "virtio_queue.h"

#define POOL_SIZE 64u
#define TIMEOUT_US 1000000u

static struct virtqueue_memory ring;
static struct virtqueue queue = { .memory = &ring };
static struct virtio_device rng;
static uint8_t pool[POOL_SIZE] __attribute__((aligned(POOL_SIZE)));
static bool present;
static bool loose; /* it could not be stopped */

bool virtio_rng_add(const struct virtio_device *device)
{
	uint64_t accepted;

	if (present)
		return true;
	rng = *device;
	present = virtio_begin(&rng, 0, &queue, 1, &accepted) == OK;
	/* The stage before may have left it at work. */
	if (!present && !virtio_end(&rng))
		loose = true;
	return true;
}

bool virtio_rng_present(void)
{
	return present;
}

bool virtio_rng_quiesce(void)
{
	if (present && !virtio_end(&rng))
		loose = true;
	present = false;
	return !loose;
}

/* One request. The device may give less than asked, not nothing. */
static enum status fetch(uint32_t asked, uint32_t *got)
{
	const struct virtqueue_buffer request = { (uintptr_t)pool, asked, true };

	TRY(virtqueue_offer(&queue, &request, 1));
	rng.transport->notify(&queue);
	if (!virtio_wait(&queue, TIMEOUT_US) || virtqueue_take(&queue, got) != OK || *got == 0)
		return ERR_MEDIA_IO;
	return OK;
}

enum status virtio_rng_read(void *destination, size_t size)
{
	uint8_t *to = destination;

	while (size != 0) {
		uint32_t got;

		if (!present)
			return ERR_UNSUPPORTED;
		if (fetch(size < POOL_SIZE ? (uint32_t)size : POOL_SIZE, &got) != OK) {
			(void)virtio_rng_quiesce();
			return ERR_UNSUPPORTED;
		}
		memcpy(to, pool, got);
		wipe(pool, sizeof(pool));
		to += got;
		size -= got;
	}
	return OK;
}
