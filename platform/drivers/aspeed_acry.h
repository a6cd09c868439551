/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * aspeed_acry.h - ASPEED's RSA and ECC engine (ACRY of the AST2600) as a modexp engine: the raw
 * public operation of RSA, for the three sizes of keys. ECC is left out.
 *
 * Written to the registers as U-Boot 2025.01 uses them (drivers/crypto/aspeed/aspeed_acry.c), and
 * only ever run against a model of them (tests/unit/platform/test_aspeed_acry.c): QEMU has none.
 * On silicon the known-answer test of each boot decides.
 */
#ifndef HOLDFAST_ASPEED_ACRY_H
#define HOLDFAST_ASPEED_ACRY_H

#include <stdint.h>

#include "modexp.h"

struct aspeed_acry {
	uintptr_t base; /* 0x1e6fa000 on the AST2600 */
	uintptr_t sram; /* 0x1e710000: its own memory, to which the CPU has access when it idles */
	uintptr_t scu;  /* 0x1e6e2000 */
	uintptr_t ram;  /* where DRAM begins, and its size: what the engine reads numbers from */
	uint64_t ram_size;
};

/*
 * Say where it is, once, before modexp_engines_start(); copied. Without this the engine is absent.
 */
void aspeed_acry_start(const struct aspeed_acry *acry);

/*
 * "acry". Its probe starts the clock. It never writes to DRAM, so there is nothing to quiesce.
 * ERR_UNSUPPORTED: numbers out of its reach. ERR_MEDIA_IO: it did not end, or not as it should.
 */
extern const struct modexp_engine modexp_engine_acry;

#endif
