/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * cpu_engines.h - the engines that the processor is itself: its SHA instructions and our assembly.
 */
#ifndef HOLDFAST_CPU_ENGINES_H
#define HOLDFAST_CPU_ENGINES_H

#include "digest.h"
#include "modexp.h"

/*
 * For plat_digest_engines() and plat_modexp_engines() of boards without other engines: best first,
 * NULL-terminated, empty if none is configured. A board with a device has a table of its own, with
 * these behind.
 */
extern const struct digest_engine *const cpu_digest_engines[];
extern const struct modexp_engine *const cpu_modexp_engines[];

#endif
