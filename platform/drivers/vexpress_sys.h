/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * vexpress_sys.h - reset through the system registers of a Versatile Express motherboard, which
 * pass the request on to its microcontroller (ARM DUI 0447, section 4.3, SYS_CFGDATA to
 * SYS_CFGSTAT).
 */
#ifndef HOLDFAST_VEXPRESS_SYS_H
#define HOLDFAST_VEXPRESS_SYS_H

#include <stdint.h>

/* Reboot the whole board. Returns at once; the caller waits for it to happen. */
void vexpress_sys_reboot(uintptr_t base);

#endif
