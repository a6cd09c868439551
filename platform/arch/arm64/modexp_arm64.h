/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* modexp_arm64.h - the name that boards had for modexp_asm.h; to go. */
#include "modexp_asm.h"
#define modexp_engine_arm64 modexp_engine_asm
