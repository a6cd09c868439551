// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "virtio_queue.h"

#include "hardened.h"
#include "mmio.h"
#include "platform.h"

#define DESCRIPTOR_NEXT 1u
#define DESCRIPTOR_WRITE 2u
#define AVAILABLE_NO_INTERRUPT 1u

/* Looks at the ring between two at the clock. */
#define POLLS 200u

/* The device writes behind the compiler's back. */
static uint16_t used_index(const struct virtqueue *queue)
{
	return *(const volatile uint16_t *)&queue->memory->used.index;
}

void virtqueue_clear(struct virtqueue *queue)
{
	wipe(queue->memory, sizeof(*queue->memory));
	queue->memory->available.flags = AVAILABLE_NO_INTERRUPT;
	queue->available = 0;
	queue->used = 0;
	queue->expected = 0;
}

enum status virtqueue_offer(struct virtqueue *queue, const struct virtqueue_buffer *buffers,
			    unsigned count)
{
	struct virtqueue_memory *memory = queue->memory;

	if (count == 0 || count > VIRTQUEUE_SIZE || queue->available != queue->used)
		return ERR_INTERNAL;
	queue->expected = 0;
	for (unsigned i = 0; i < count; i++) {
		bool last = i + 1 == count;

		memory->descriptors[i].address = buffers[i].address;
		memory->descriptors[i].size = buffers[i].size;
		memory->descriptors[i].flags =
			(uint16_t)((last ? 0 : DESCRIPTOR_NEXT) |
				   (buffers[i].device_writes ? DESCRIPTOR_WRITE : 0));
		memory->descriptors[i].next = (uint16_t)(last ? 0 : i + 1);
		if (buffers[i].device_writes)
			queue->expected += buffers[i].size;
	}
	memory->available.flags = AVAILABLE_NO_INTERRUPT;
	memory->available.ring[queue->available % VIRTQUEUE_SIZE] = 0;
	dma_barrier();
	queue->available++;
	*(volatile uint16_t *)&memory->available.index = queue->available;
	dma_barrier();
	return OK;
}

bool virtqueue_moved(const struct virtqueue *queue)
{
	return used_index(queue) != queue->used;
}

enum status virtqueue_take(struct virtqueue *queue, uint32_t *written)
{
	const volatile struct virtqueue_used *used = &queue->memory->used;
	unsigned slot = queue->used % VIRTQUEUE_SIZE;
	uint16_t index = used_index(queue);
	uint32_t id;
	uint32_t size;

	*written = 0;
	if (index == queue->used)
		return ERR_ABSENT;
	dma_barrier();
	id = used->ring[slot].id;
	size = used->ring[slot].size;
	/* With nothing offered any answer is one too many: index is not queue->available then. */
	if (index != queue->available || id != 0 || size > queue->expected)
		return ERR_MEDIA_IO;
	queue->used++;
	*written = size;
	return OK;
}

__attribute__((noinline)) bool virtio_wait(const struct virtqueue *queue, uint64_t timeout_us)
{
	uint64_t start = plat_now_us();

	for (;;) {
		for (unsigned i = 0; i < POLLS; i++) {
			if (virtqueue_moved(queue))
				return true;
			relax();
		}
		if (plat_now_us() - start > timeout_us)
			return false;
	}
}
