/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * virtio.h - what virtio devices have in common (OASIS Virtual I/O Device 1.2), whatever bus they
 * are on.
 *
 * A transport (virtio_mmio.c, virtio_pci.c) finds devices and moves register values; a driver
 * (virtio_blk.c, virtio_rng.c, virtio_crypto.c) owns the queues of a device (virtio_queue.h). DMA
 * is coherent: virtio says so unless VIRTIO_F_ACCESS_PLATFORM was negotiated, which is never
 * accepted.
 */
#ifndef HOLDFAST_VIRTIO_H
#define HOLDFAST_VIRTIO_H

#include <stdbool.h>
#include <stdint.h>

#include "status.h"

#define VIRTIO_ID_BLOCK 2u
#define VIRTIO_ID_RNG 4u
#define VIRTIO_ID_CRYPTO 20u

#define VIRTIO_F_VERSION_1 (1ull << 32)

struct virtio_device;
struct virtqueue;

/* How one bus does it. Addresses of rings are physical, which is virtual here. */
struct virtio_transport {
	const char *name; /* "mmio", "pci" */
	void (*set_status)(const struct virtio_device *device, uint8_t status);
	uint8_t (*status)(const struct virtio_device *device);
	uint64_t (*features)(const struct virtio_device *device);
	void (*accept)(const struct virtio_device *device, uint64_t features);
	/*
	 * Give the queue of that index to the device and find its doorbell. ERR_MEDIA_IO: it has
	 * none, or it is too small.
	 */
	enum status (*queue)(const struct virtio_device *device, struct virtqueue *queue);
	void (*notify)(const struct virtqueue *queue);
	uint32_t (*config32)(const struct virtio_device *device, uint32_t offset);
	uint8_t (*generation)(const struct virtio_device *device);
	/* Let it use the bus: before begin. May be NULL. */
	void (*acquire)(const struct virtio_device *device);
	/* No bus mastering any more: after the last reset. May be NULL. */
	void (*release)(const struct virtio_device *device);
};

struct virtio_device {
	const struct virtio_transport *transport;
	uint32_t type;        /* VIRTIO_ID_* */
	bool legacy;          /* before 1.0: page numbers, no FEATURES_OK */
	uintptr_t common;     /* registers: mmio base, or PCI common configuration */
	uintptr_t config;     /* device-specific configuration */
	uint32_t config_size; /* bytes at config that may be read */
	uintptr_t function;   /* PCI: configuration space of the function */
	uintptr_t notify;     /* PCI: doorbells, their bytes, and bytes from one to the next */
	uint32_t notify_size;
	uint32_t notify_multiplier;
};

/*
 * Reset and wait until the device says so. ERR_MEDIA_IO: it does not within a second; it may still
 * write to memory.
 */
enum status virtio_reset(const struct virtio_device *device) MUST_CHECK;

/*
 * Reset for good, and off the bus: no DMA after that, even if the device does not answer (where the
 * bus can stop it). False where neither helped: it may write to memory at any time.
 */
bool virtio_end(const struct virtio_device *device);

/*
 * Reset, negotiate (VERSION_1 unless legacy, and those of `wanted` that are offered), set up count
 * queues, go. Of each queue the caller has set memory and index. *accepted gets what was agreed.
 * ERR_UNSUPPORTED: the device insists on something else. ERR_MEDIA_IO: it does not answer properly.
 * After an error virtio_end() was done.
 */
enum status virtio_begin(const struct virtio_device *device, uint64_t wanted,
			 struct virtqueue *queues, unsigned count, uint64_t *accepted) MUST_CHECK;

/* 64 bits of device configuration at offset, read until two reads saw one generation. */
uint64_t virtio_config64(const struct virtio_device *device, uint32_t offset);

/* A finder calls this for each device it has; false: no room, stop. The device is copied. */
typedef bool (*virtio_found)(const struct virtio_device *device);

#endif
