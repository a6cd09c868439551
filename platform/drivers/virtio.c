// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "virtio.h"

#include "mmio.h"
#include "platform.h"
#include "virtio_queue.h"

#define STATUS_ACKNOWLEDGE 1u
#define STATUS_DRIVER 2u
#define STATUS_DRIVER_OK 4u
#define STATUS_FEATURES_OK 8u
#define STATUS_FAILED 128u

#define RESET_TIMEOUT_US 1000000u
#define GENERATION_TRIES 16

enum status virtio_reset(const struct virtio_device *device)
{
	uint64_t start = plat_now_us();

	device->transport->set_status(device, 0);
	while (device->transport->status(device) != 0) {
		if (plat_now_us() - start > RESET_TIMEOUT_US)
			return ERR_MEDIA_IO;
		relax();
	}
	return OK;
}

bool virtio_end(const struct virtio_device *device)
{
	bool still = virtio_reset(device) == OK;

	if (!still)
		device->transport->set_status(device, STATUS_FAILED);
	if (!device->transport->release)
		return still;
	device->transport->release(device);
	return true;
}

static enum status agree(const struct virtio_device *device, uint64_t wanted, uint64_t *accepted)
{
	const struct virtio_transport *transport = device->transport;
	uint64_t needed = device->legacy ? 0 : VIRTIO_F_VERSION_1;
	uint8_t status = STATUS_ACKNOWLEDGE | STATUS_DRIVER;

	transport->set_status(device, STATUS_ACKNOWLEDGE);
	transport->set_status(device, status);
	*accepted = transport->features(device) & (wanted | needed);
	if ((*accepted & needed) != needed)
		return ERR_UNSUPPORTED;
	transport->accept(device, *accepted);
	if (device->legacy)
		return OK;
	status |= STATUS_FEATURES_OK;
	transport->set_status(device, status);
	return transport->status(device) == status ? OK : ERR_UNSUPPORTED;
}

enum status virtio_begin(const struct virtio_device *device, uint64_t wanted,
			 struct virtqueue *queues, unsigned count, uint64_t *accepted)
{
	const struct virtio_transport *transport = device->transport;
	enum status result;

	if (transport->acquire)
		transport->acquire(device);
	result = virtio_reset(device);
	if (result == OK)
		result = agree(device, wanted, accepted);
	for (unsigned i = 0; i < count && result == OK; i++) {
		virtqueue_clear(&queues[i]);
		result = transport->queue(device, &queues[i]);
	}
	if (result != OK) {
		/* It has not been told yet to use its queue. */
		(void)virtio_end(device);
		return result;
	}
	transport->set_status(device, (uint8_t)(transport->status(device) | STATUS_DRIVER_OK));
	return OK;
}

uint64_t virtio_config64(const struct virtio_device *device, uint32_t offset)
{
	const struct virtio_transport *transport = device->transport;
	uint64_t value = 0;

	for (int i = 0; i < GENERATION_TRIES; i++) {
		uint8_t before = transport->generation(device);

		value = transport->config32(device, offset);
		value |= (uint64_t)transport->config32(device, offset + 4) << 32;
		if (transport->generation(device) == before)
			break;
	}
	return value;
}
