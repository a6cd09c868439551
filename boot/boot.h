/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * boot.h - the way in.
 */
#ifndef HOLDFAST_BOOT_H
#define HOLDFAST_BOOT_H

/*
 * Decide and boot: called once by the platform when memory, console, timer and stack stand.
 * Ends in plat_enter() or in plat_fail(); it never comes back, unless the platform's
 * plat_enter() and plat_fail() leave by another way (platform/host does, with longjmp()).
 */
void boot_main(void);

#endif
