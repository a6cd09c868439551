/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * virtio_pci.h - virtio over PCI (virtio 1.2, section 4.1): modern devices, and transitional ones
 * by their modern face. Devices that only know the legacy I/O interface are left alone.
 */
#ifndef HOLDFAST_VIRTIO_PCI_H
#define HOLDFAST_VIRTIO_PCI_H

#include "pci.h"
#include "virtio.h"

/* Enumerate the bus and tell found about each virtio device, in order of bus and device number. */
void virtio_pci_find(const struct pci_host *host, virtio_found found);

#endif
