/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * virt.h - what virt.c has for the boards virt-arm64 and virt-arm.
 */
#ifndef HOLDFAST_VIRT_H
#define HOLDFAST_VIRT_H

#include "modexp.h"

/*
 * For plat_modexp_engines(): a virtio crypto device first, because whoever adds one wants it used,
 * then the processor's engine (NULL: none).
 */
const struct modexp_engine *const *virt_modexp_engines(const struct modexp_engine *processor);

#endif
