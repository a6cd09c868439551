/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * virtio_blk.h - virtio block devices as media (virtio 1.2, section 5.2). Read only: there is no
 * request that writes.
 */
#ifndef HOLDFAST_VIRTIO_BLK_H
#define HOLDFAST_VIRTIO_BLK_H

#include <stdbool.h>

#include "medium.h"
#include "virtio.h"

#define VIRTIO_BLK_MAX 8

/*
 * Take the device, if it is a usable block device; otherwise it is reset and left alone. False: no
 * room for more.
 */
bool virtio_blk_add(const struct virtio_device *device);

/* The media found so far, in the order of virtio_blk_add(), NULL-terminated. */
const struct medium *const *virtio_blk_media(void);

/*
 * Reset all of them: no DMA after that. False, for good, if one could not be stopped now or
 * earlier: what it was asked for may still land in memory that others use by now.
 */
bool virtio_blk_quiesce(void) MUST_CHECK;

#endif
