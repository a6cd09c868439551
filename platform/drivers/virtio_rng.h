/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * virtio_rng.h - a virtio entropy device (virtio 1.2, section 5.4).
 */
#ifndef HOLDFAST_VIRTIO_RNG_H
#define HOLDFAST_VIRTIO_RNG_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"
#include "virtio.h"

/* Take the device as the source, if there is none yet and it works. True always: look on. */
bool virtio_rng_add(const struct virtio_device *device);

/*
 * size bytes. ERR_UNSUPPORTED: no device, or it did not deliver in time; it is then reset and not
 * asked again.
 */
enum status virtio_rng_read(void *destination, size_t size) MUST_CHECK;

/* Whether there is a device to ask. */
bool virtio_rng_present(void);

/*
 * Reset it: no DMA after that, no reads either. False, for good, if it could not be stopped: it may
 * still write into memory of the loader, which is the kernel's soon.
 */
bool virtio_rng_quiesce(void);

#endif
