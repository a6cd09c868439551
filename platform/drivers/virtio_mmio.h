/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * virtio_mmio.h - virtio over memory-mapped registers (virtio 1.2, section 4.2), versions 1
 * (legacy) and 2.
 */
#ifndef HOLDFAST_VIRTIO_MMIO_H
#define HOLDFAST_VIRTIO_MMIO_H

#include "virtio.h"

/*
 * Tell found about each device in slots slots of stride bytes from first, the last slot first: QEMU
 * fills them from the end, so this is the order of its command line.
 */
void virtio_mmio_find(uintptr_t first, unsigned slots, uint32_t stride, virtio_found found);

#endif
