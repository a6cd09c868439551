/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * virtio_crypto.h - raw RSA by a virtio crypto device (virtio 1.2, section 5.9: akcipher service,
 * RSA, raw padding). Modern devices only. Ciphers, digests and the device's own check of a
 * signature are left out.
 */
#ifndef HOLDFAST_VIRTIO_CRYPTO_H
#define HOLDFAST_VIRTIO_CRYPTO_H

#include <stdbool.h>

#include "modexp.h"
#include "virtio.h"

/* Take the device, if there is none yet and it offers the service. True always: look on. */
bool virtio_crypto_add(const struct virtio_device *device);

/*
 * For the banner: "rsa", "absent-service" (there is a device, but it does not offer RSA or cannot
 * be set up), or NULL: there is no device.
 */
const char *virtio_crypto_word(void);

/*
 * "virtio-crypto"; absent unless virtio_crypto_add() found the service. A session a key, for one
 * operation. ERR_UNSUPPORTED: the device says that it does not do it. ERR_MEDIA_IO: it says that it
 * failed; or it did not answer, or not properly, and was reset.
 */
extern const struct modexp_engine modexp_engine_virtio;

/*
 * Reset it: no DMA after that, no operations either. False, for good, if it could not be stopped:
 * it may still write into memory of the loader, which is the kernel's soon.
 */
bool virtio_crypto_quiesce(void) MUST_CHECK;

#endif
