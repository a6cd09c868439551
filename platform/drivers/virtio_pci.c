// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "virtio_pci.h"

#include "mmio.h"
#include "span.h"
#include "virtio_queue.h"

#define VENDOR_VIRTIO 0x1af4
#define DEVICE_TRANSITIONAL 0x1000
#define DEVICE_MODERN 0x1040
#define DEVICE_LAST 0x107f

/* Vendor capabilities: where in which BAR a structure is. */
#define CAPABILITY_VENDOR 0x09
#define CAP_TYPE 3
#define CAP_BAR 4
#define CAP_OFFSET 8
#define CAP_LENGTH 12
#define CAP_NOTIFY_MULTIPLIER 16
#define TYPE_COMMON 1
#define TYPE_NOTIFY 2
#define TYPE_DEVICE 4

/* Common configuration. */
#define DEVICE_FEATURE_SELECT 0
#define DEVICE_FEATURE 4
#define DRIVER_FEATURE_SELECT 8
#define DRIVER_FEATURE 12
#define DEVICE_STATUS 20
#define CONFIG_GENERATION 21
#define QUEUE_SELECT 22
#define QUEUE_SIZE 24
#define QUEUE_ENABLE 28
#define QUEUE_NOTIFY_OFF 30
#define QUEUE_DESC 32
#define QUEUE_DRIVER 40
#define QUEUE_DEVICE 48
#define COMMON_SIZE 56

/* A structure of the device, inside its BAR. */
struct window {
	uintptr_t at;
	uint32_t size;
};

static void set_status(const struct virtio_device *device, uint8_t status)
{
	mmio_write8(device->common + DEVICE_STATUS, status);
}

static uint8_t status(const struct virtio_device *device)
{
	return mmio_read8(device->common + DEVICE_STATUS);
}

static uint64_t features(const struct virtio_device *device)
{
	uint64_t value;

	mmio_write32(device->common + DEVICE_FEATURE_SELECT, 0);
	value = mmio_read32(device->common + DEVICE_FEATURE);
	mmio_write32(device->common + DEVICE_FEATURE_SELECT, 1);
	return value | (uint64_t)mmio_read32(device->common + DEVICE_FEATURE) << 32;
}

static void accept_features(const struct virtio_device *device, uint64_t accepted)
{
	mmio_write32(device->common + DRIVER_FEATURE_SELECT, 0);
	mmio_write32(device->common + DRIVER_FEATURE, (uint32_t)accepted);
	mmio_write32(device->common + DRIVER_FEATURE_SELECT, 1);
	mmio_write32(device->common + DRIVER_FEATURE, (uint32_t)(accepted >> 32));
}

static void write_address(uintptr_t at, const volatile void *memory)
{
	mmio_write32(at, (uint32_t)(uintptr_t)memory);
	mmio_write32(at + 4, (uint32_t)((uint64_t)(uintptr_t)memory >> 32));
}

static enum status queue(const struct virtio_device *device, struct virtqueue *queue)
{
	uintptr_t common = device->common;
	uint64_t offset;

	mmio_write16(common + QUEUE_SELECT, queue->index);
	offset = (uint64_t)mmio_read16(common + QUEUE_NOTIFY_OFF) * device->notify_multiplier;
	if (mmio_read16(common + QUEUE_SIZE) < VIRTQUEUE_SIZE ||
	    mmio_read16(common + QUEUE_ENABLE) != 0 ||
	    !range_inside(device->notify_size, offset, 2))
		return ERR_MEDIA_IO;
	queue->doorbell = device->notify + (uintptr_t)offset;
	mmio_write16(common + QUEUE_SIZE, VIRTQUEUE_SIZE);
	write_address(common + QUEUE_DESC, queue->memory->descriptors);
	write_address(common + QUEUE_DRIVER, &queue->memory->available);
	write_address(common + QUEUE_DEVICE, &queue->memory->used);
	dma_barrier();
	mmio_write16(common + QUEUE_ENABLE, 1);
	return OK;
}

static void notify(const struct virtqueue *queue)
{
	mmio_write16(queue->doorbell, queue->index);
}

static uint32_t config32(const struct virtio_device *device, uint32_t offset)
{
	if (!range_inside(device->config_size, offset, 4))
		return 0;
	return mmio_read32(device->config + offset);
}

static uint8_t generation(const struct virtio_device *device)
{
	return mmio_read8(device->common + CONFIG_GENERATION);
}

static void acquire(const struct virtio_device *device)
{
	pci_enable(device->function);
}

static void release(const struct virtio_device *device)
{
	pci_disable(device->function);
}

static const struct virtio_transport transport = {
	.name = "pci",
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

/* The structure that a capability describes; size 0 if it is not inside a BAR of ours. */
static struct window window_at(const struct pci_function *function, unsigned capability)
{
	uint8_t bar = mmio_read8(function->config + capability + CAP_BAR);
	uint32_t offset = mmio_read32(function->config + capability + CAP_OFFSET);
	uint32_t length = mmio_read32(function->config + capability + CAP_LENGTH);

	if (bar >= PCI_BARS || !range_inside(function->bar[bar].size, offset, length) ||
	    (offset & 3) != 0)
		return (struct window){ 0, 0 };
	return (struct window){ (uintptr_t)(function->bar[bar].base + offset), length };
}

/*
 * Fill in the device from its capabilities: the first of each type counts. False: it is not a
 * modern device.
 */
static bool describe(const struct pci_function *function, struct virtio_device *device)
{
	unsigned at = 0;

	for (unsigned i = 0; i < 16; i++) {
		struct window window;
		uint8_t type;

		at = pci_capability(function->config, CAPABILITY_VENDOR, at);
		if (at == 0)
			break;
		type = mmio_read8(function->config + at + CAP_TYPE);
		window = window_at(function, at);
		if (type == TYPE_COMMON && !device->common && window.size >= COMMON_SIZE) {
			device->common = window.at;
		} else if (type == TYPE_NOTIFY && !device->notify && window.size >= 2) {
			device->notify = window.at;
			device->notify_size = window.size;
			device->notify_multiplier =
				mmio_read32(function->config + at + CAP_NOTIFY_MULTIPLIER);
		} else if (type == TYPE_DEVICE && !device->config) {
			device->config = window.at;
			device->config_size = window.size;
		}
	}
	return device->common != 0 && device->notify != 0;
}

static bool is_virtio(uintptr_t config)
{
	uint16_t id = mmio_read16(config + PCI_DEVICE);

	return mmio_read16(config + PCI_VENDOR) == VENDOR_VIRTIO && id >= DEVICE_TRANSITIONAL &&
	       id <= DEVICE_LAST;
}

static virtio_found tell;

static bool found_function(const struct pci_function *function)
{
	uint16_t id = mmio_read16(function->config + PCI_DEVICE);
	struct virtio_device device = {
		.transport = &transport,
		.type = id >= DEVICE_MODERN ? (uint32_t)id - DEVICE_MODERN
					    : mmio_read16(function->config + PCI_SUBSYSTEM),
		.function = function->config,
	};
	bool usable;

	pci_enable(function->config);
	usable = describe(function, &device);
	pci_disable(function->config);
	return usable ? tell(&device) : true;
}

void virtio_pci_find(const struct pci_host *host, virtio_found found)
{
	tell = found;
	pci_find(host, is_virtio, found_function);
}
