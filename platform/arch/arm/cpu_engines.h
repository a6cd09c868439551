/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * cpu_engines.h - the digest engines that an ARMv7 or AArch32 processor is itself.
 */
#ifndef HOLDFAST_CPU_ENGINES_H
#define HOLDFAST_CPU_ENGINES_H

#include "digest.h"

/*
 * For plat_digest_engines() of boards without another engine: best first, NULL-terminated, empty if
 * none is configured. A board with a hash device has a table of its own, with these behind.
 */
extern const struct digest_engine *const cpu_digest_engines[];

#endif
