/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * bcm2835_pm.h - reset through the watchdog of the BCM2835 family's power manager. Broadcom
 * documents it only by its register names (raspberrypi/linux, bcm2835-pm.h; QEMU
 * hw/misc/bcm2835_powermgt.c): every write carries the password 0x5a in the top byte.
 */
#ifndef HOLDFAST_BCM2835_PM_H
#define HOLDFAST_BCM2835_PM_H

#include <stdint.h>

/*
 * Reset the whole chip within a millisecond, by the watchdog: the firmware starts as after power-on
 * (which partition it boots from is not touched). Returns at once; the caller waits for it to
 * happen.
 */
void bcm2835_pm_reset(uintptr_t base);

#endif
