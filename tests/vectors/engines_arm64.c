// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* engines_arm64.c - the Armv8 instructions, if the (emulated) CPU has them. */
#include "sha2_armv8.h"

extern const struct digest_engine *const runner_engines[];
const struct digest_engine *const runner_engines[] = { &digest_engine_sha2_armv8, NULL };
