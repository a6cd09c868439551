/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * virtio_queue.h - a split virtqueue with one request in flight, and no faith in the other side.
 *
 * The device owns the used ring and may write anything into it at any time; it may also write over
 * the descriptors. So descriptors and the available ring are written, never read, and of the used
 * ring exactly one element is read, once: it must be the next one, name our chain and carry the
 * length that was asked for.
 */
#ifndef HOLDFAST_VIRTIO_QUEUE_H
#define HOLDFAST_VIRTIO_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "status.h"

#define VIRTQUEUE_SIZE 8u
/*
 * Where the used ring begins, from the descriptors: legacy devices compute it from this alignment.
 */
#define VIRTQUEUE_ALIGN 64u

struct virtqueue_descriptor {
	uint64_t address;
	uint32_t size;
	uint16_t flags;
	uint16_t next;
};

struct virtqueue_available {
	uint16_t flags;
	uint16_t index;
	uint16_t ring[VIRTQUEUE_SIZE];
	uint16_t used_event;
};

struct virtqueue_used {
	uint16_t flags;
	uint16_t index;
	struct {
		uint32_t id;
		uint32_t size;
	} ring[VIRTQUEUE_SIZE];
	uint16_t available_event;
};

/* Shared with the device. A legacy device takes its page number; the page holds nothing else. */
struct virtqueue_memory {
	struct virtqueue_descriptor descriptors[VIRTQUEUE_SIZE];
	struct virtqueue_available available;
	struct virtqueue_used used __attribute__((aligned(VIRTQUEUE_ALIGN)));
	uint8_t rest[4096 - 128 - 64 - 128];
} __attribute__((aligned(4096)));

_Static_assert(sizeof(struct virtqueue_memory) == 4096,
	       "one page: its number is all a legacy device gets");

struct virtqueue {
	struct virtqueue_memory *memory;
	uint16_t index;     /* which of the device's queues */
	uintptr_t doorbell; /* where the transport writes that to */
	uint16_t available; /* requests offered since virtqueue_clear() */
	uint16_t used;      /* requests done */
	uint32_t expected;  /* bytes the device must say it wrote */
};

/* One part of a request. */
struct virtqueue_buffer {
	uintptr_t address;
	uint32_t size;
	bool device_writes;
};

/* Forget all requests. Only while the device is reset. */
void virtqueue_clear(struct virtqueue *queue);

/*
 * Offer one request of count buffers (those the device reads first). ERR_INTERNAL: one is in flight
 * already, or count is 0 or above VIRTQUEUE_SIZE. The caller notifies the device then.
 */
enum status virtqueue_offer(struct virtqueue *queue, const struct virtqueue_buffer *buffers,
			    unsigned count) MUST_CHECK;

/* Whether the device has moved its index: there is something for virtqueue_take() to look at. */
bool virtqueue_moved(const struct virtqueue *queue);

/*
 * Take the answer. *written: bytes the device says it wrote, at most what was offered. ERR_ABSENT:
 * not done yet.
 * ERR_MEDIA_IO: it lies (index jumped, chain unknown, length too large): reset it.
 */
enum status virtqueue_take(struct virtqueue *queue, uint32_t *written) MUST_CHECK;

/*
 * Poll until virtqueue_moved() or timeout_us passed. In a function of its own, never inlined: the
 * instruction count of the benchmark leaves it out by name, because its turns depend on the host.
 * True if something moved.
 */
bool virtio_wait(const struct virtqueue *queue, uint64_t timeout_us);

#endif
