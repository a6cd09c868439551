// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "virtio_mmio.h"

#include "mmio.h"
#include "virtio_queue.h"

#define MAGIC 0x000
#define MAGIC_VALUE 0x74726976u
#define VERSION 0x004
#define DEVICE_ID 0x008
#define DEVICE_FEATURES 0x010
#define DEVICE_FEATURES_SEL 0x014
#define DRIVER_FEATURES 0x020
#define DRIVER_FEATURES_SEL 0x024
#define GUEST_PAGE_SIZE 0x028 /* legacy */
#define QUEUE_SEL 0x030
#define QUEUE_NUM_MAX 0x034
#define QUEUE_NUM 0x038
#define QUEUE_ALIGN 0x03c /* legacy */
#define QUEUE_PFN 0x040   /* legacy */
#define QUEUE_READY 0x044
#define QUEUE_NOTIFY 0x050
#define STATUS 0x070
#define QUEUE_DESC 0x080
#define QUEUE_DRIVER 0x090
#define QUEUE_DEVICE 0x0a0
#define CONFIG_GENERATION 0x0fc
#define CONFIG 0x100

#define PAGE 4096u

static void set_status(const struct virtio_device *device, uint8_t status)
{
	mmio_write32(device->common + STATUS, status);
}

static uint8_t status(const struct virtio_device *device)
{
	return (uint8_t)mmio_read32(device->common + STATUS);
}

static uint64_t features(const struct virtio_device *device)
{
	uint64_t value;

	mmio_write32(device->common + DEVICE_FEATURES_SEL, 0);
	value = mmio_read32(device->common + DEVICE_FEATURES);
	if (device->legacy)
		return value;
	mmio_write32(device->common + DEVICE_FEATURES_SEL, 1);
	return value | (uint64_t)mmio_read32(device->common + DEVICE_FEATURES) << 32;
}

static void accept_features(const struct virtio_device *device, uint64_t accepted)
{
	mmio_write32(device->common + DRIVER_FEATURES_SEL, 0);
	mmio_write32(device->common + DRIVER_FEATURES, (uint32_t)accepted);
	if (device->legacy)
		return;
	mmio_write32(device->common + DRIVER_FEATURES_SEL, 1);
	mmio_write32(device->common + DRIVER_FEATURES, (uint32_t)(accepted >> 32));
}

static void write_address(uintptr_t at, const volatile void *memory)
{
	mmio_write32(at, (uint32_t)(uintptr_t)memory);
	mmio_write32(at + 4, (uint32_t)((uint64_t)(uintptr_t)memory >> 32));
}

static enum status queue(const struct virtio_device *device, struct virtqueue *queue)
{
	uintptr_t base = device->common;

	if (device->legacy)
		mmio_write32(base + GUEST_PAGE_SIZE, PAGE);
	mmio_write32(base + QUEUE_SEL, queue->index);
	if (mmio_read32(base + (device->legacy ? QUEUE_PFN : QUEUE_READY)) != 0 ||
	    mmio_read32(base + QUEUE_NUM_MAX) < VIRTQUEUE_SIZE)
		return ERR_MEDIA_IO;
	queue->doorbell = base + QUEUE_NOTIFY;
	mmio_write32(base + QUEUE_NUM, VIRTQUEUE_SIZE);
	if (device->legacy) {
		mmio_write32(base + QUEUE_ALIGN, VIRTQUEUE_ALIGN);
		mmio_write32(base + QUEUE_PFN, (uint32_t)((uintptr_t)queue->memory / PAGE));
		return OK;
	}
	write_address(base + QUEUE_DESC, queue->memory->descriptors);
	write_address(base + QUEUE_DRIVER, &queue->memory->available);
	write_address(base + QUEUE_DEVICE, &queue->memory->used);
	dma_barrier();
	mmio_write32(base + QUEUE_READY, 1);
	return OK;
}

static void notify(const struct virtqueue *queue)
{
	mmio_write32(queue->doorbell, queue->index);
}

static uint32_t config32(const struct virtio_device *device, uint32_t offset)
{
	if (offset + 4 > device->config_size)
		return 0;
	return mmio_read32(device->config + offset);
}

static uint8_t generation(const struct virtio_device *device)
{
	return device->legacy ? 0 : (uint8_t)mmio_read32(device->common + CONFIG_GENERATION);
}

static const struct virtio_transport transport = {
	.name = "mmio",
	.set_status = set_status,
	.status = status,
	.features = features,
	.accept = accept_features,
	.queue = queue,
	.notify = notify,
	.config32 = config32,
	.generation = generation,
};

void virtio_mmio_find(uintptr_t first, unsigned slots, uint32_t stride, virtio_found found)
{
	for (unsigned i = slots; i-- > 0;) {
		uintptr_t base = first + (uintptr_t)i * stride;
		uint32_t version = mmio_read32(base + VERSION);
		struct virtio_device device = {
			.transport = &transport,
			.type = mmio_read32(base + DEVICE_ID),
			.legacy = version == 1,
			.common = base,
			.config = base + CONFIG,
			.config_size = stride - CONFIG,
		};

		if (mmio_read32(base + MAGIC) != MAGIC_VALUE || (version != 1 && version != 2) ||
		    device.type == 0)
			continue;
		if (!found(&device))
			return;
	}
}
