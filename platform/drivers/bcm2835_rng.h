/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * bcm2835_rng.h - the random number generator of the BCM2835 family. Broadcom does not document it;
 * registers as in Linux drivers/char/hw_random/bcm2835-rng.c and QEMU hw/misc/bcm2835_rng.c.
 */
#ifndef HOLDFAST_BCM2835_RNG_H
#define HOLDFAST_BCM2835_RNG_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

/*
 * Fill destination with size bytes. Starts the generator if it is off; it then throws its first
 * numbers away, as its maker asks. ERR_UNSUPPORTED: no number within 100 ms; part of destination
 * may have been written. Not tested for quality: go through random_read().
 */
enum status bcm2835_rng_read(uintptr_t base, void *destination, size_t size) MUST_CHECK;

#endif
