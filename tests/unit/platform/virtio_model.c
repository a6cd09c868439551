// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "virtio_model.h"

#include <string.h>

#include "platform.h"

#define FEATURES_OK 8

struct model model;
uint64_t model_now;
uint64_t model_step;

void model_reset(void)
{
	model = (struct model){
		.offered = VIRTIO_F_VERSION_1,
		.capacity = 1000,
		.delay = 3,
	};
	model_step = 10;
}

uint8_t model_byte(uint64_t offset)
{
	return (uint8_t)(offset * 31 + (offset >> 9));
}

static void *address(uint64_t at)
{
	return (void *)(uintptr_t)at;
}

/* Write the device's answer to one writable buffer; size it claims for it. */
static uint32_t fill(const struct virtqueue_descriptor *descriptor, bool last, uint64_t *offset)
{
	uint8_t *to = address(descriptor->address);
	uint32_t size = descriptor->size;

	if (model.last_sector == UINT64_MAX) { /* entropy */
		if (model.gives && size > model.gives)
			size = model.gives;
		for (uint32_t i = 0; i < size; i++)
			to[i] = (uint8_t)(++*offset * 7 + model.requests);
		return size;
	}
	if (last && size == 1) {
		if (model.lie != STATUS_UNTOUCHED)
			*to = model.lie == STATUS_ERROR ? 1 : 0;
		return 1;
	}
	for (uint32_t i = 0; i < size; i++)
		to[i] = model_byte((*offset)++);
	return size;
}

static uint32_t perform(void)
{
	const struct virtqueue_descriptor *table = model.memory->descriptors;
	unsigned slot = model.queue_index % VIRTQUEUE_SIZE;
	const struct virtqueue_descriptor *descriptor = &table[model.memory->available.ring[slot]];
	uint64_t offset = 0;
	uint32_t written = 0;

	model.last_sector = UINT64_MAX;
	if ((descriptor->flags & 2) == 0) {
		memcpy(&model.last_sector, (uint8_t *)address(descriptor->address) + 8, 8);
		offset = model.last_sector * 512;
	}
	for (;; descriptor = &table[descriptor->next]) {
		bool last = (descriptor->flags & 1) == 0;

		if (descriptor->flags & 2)
			written += fill(descriptor, last, &offset);
		if (last)
			return written;
	}
}

static void answer(void)
{
	struct virtqueue_used *used = &model.memory->used;
	unsigned slot = model.queue_index % VIRTQUEUE_SIZE;
	uint32_t written;

	model.pending = false;
	if (model.lie == NO_ANSWER)
		return;
	written = perform();
	used->ring[slot].id = model.lie == WRONG_ID ? 3 : 0;
	used->ring[slot].size = written;
	if (model.lie == SIZE_LARGE)
		used->ring[slot].size = written + 1;
	if (model.lie == SIZE_SHORT)
		used->ring[slot].size = written - 1;
	if (model.lie == SIZE_ZERO)
		used->ring[slot].size = 0;
	model.queue_index++;
	if (model.lie == SCRIBBLES) {
		memset(model.memory->descriptors, 0xff, sizeof(model.memory->descriptors));
		memset(&model.memory->available, 0xff, sizeof(model.memory->available));
	}
	used->index = (uint16_t)(model.queue_index + (model.lie == INDEX_JUMPS ? 1 : 0) -
				 (model.lie == INDEX_BACK ? 2 : 0));
}

/* Replaces the host's: the only clock in these tests. */
uint64_t plat_now_us(void)
{
	static unsigned looks;

	model_now += model_step;
	if (model.pending && ++looks >= model.delay) {
		looks = 0;
		answer();
	}
	return model_now;
}

static void set_status(const struct virtio_device *device, uint8_t status)
{
	(void)device;
	if (status == 0) {
		model.resets++;
		model.pending = false;
		model.queue_index = 0;
		model.memory = NULL;
	}
	if (status == 0 && model.never_resets)
		return;
	if ((status & FEATURES_OK) != 0 && model.refuses_features)
		status &= (uint8_t)~FEATURES_OK;
	model.status = status;
}

static uint8_t status(const struct virtio_device *device)
{
	(void)device;
	return model.status;
}

static uint64_t features(const struct virtio_device *device)
{
	(void)device;
	return model.offered;
}

static void accept_features(const struct virtio_device *device, uint64_t accepted)
{
	(void)device;
	model.accepted = accepted;
}

static enum status queue(const struct virtio_device *device, struct virtqueue *queue)
{
	(void)device;
	if (model.no_queue)
		return ERR_MEDIA_IO;
	model.memory = queue->memory;
	return OK;
}

static void notify(const struct virtqueue *queue)
{
	(void)queue;
	model.requests++;
	model.pending = true;
}

static uint32_t config32(const struct virtio_device *device, uint32_t offset)
{
	(void)device;
	switch (offset) {
	case 0:
		return (uint32_t)model.capacity;
	case 4:
		return (uint32_t)(model.capacity >> 32);
	case 8:
		return model.size_max;
	case 20:
		return model.block_size;
	default:
		return 0;
	}
}

static uint8_t generation(const struct virtio_device *device)
{
	static uint8_t changes;

	(void)device;
	return model.noisy ? ++changes : 0;
}

static void acquire(const struct virtio_device *device)
{
	(void)device;
	model.acquired++;
}

static void release(const struct virtio_device *device)
{
	(void)device;
	model.released++;
}

const struct virtio_transport model_transport = {
	.name = "model",
	.set_status = set_status,
	.status = status,
	.features = features,
	.accept = accept_features,
	.queue = queue,
	.notify = notify,
	.config32 = config32,
	.generation = generation,
	.acquire = acquire,
	.release = release,
};

struct virtio_device model_device(uint32_t type)
{
	return (struct virtio_device){ .transport = &model_transport, .type = type };
}
