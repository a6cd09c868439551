/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * aspeed_hace.h - the hash half of ASPEED's Hash and Crypto Engine as a digest engine (AST2600
 * datasheet, HACE20 to HACE30).
 *
 * Only whole messages, in one command, never accumulating: QEMU's model gets some sequences of
 * accumulating commands wrong (hw/misc/aspeed_hace.c, 7.2 and 10.0). One part is given directly,
 * several by a scatter list. The engine sees DRAM only, by offsets from its start, and is not
 * coherent with the caches: both are taken care of here. HMAC and ciphers are left out.
 */
#ifndef HOLDFAST_ASPEED_HACE_H
#define HOLDFAST_ASPEED_HACE_H

#include <stdbool.h>
#include <stdint.h>

#include "digest.h"

struct aspeed_hace {
	uintptr_t base; /* 0x1e6d0000 on the AST2600 */
	uintptr_t scu;  /* 0x1e6e2000 */
	uintptr_t ram;  /* where DRAM begins, and its size */
	uint64_t ram_size;
};

/*
 * Say where it is, once, before digest_engines_start(); copied. Without this the engine is absent.
 */
void aspeed_hace_start(const struct aspeed_hace *hace);

/* "hace": SHA-256, SHA-384 and SHA-512. Its probe starts the clock. */
extern const struct digest_engine digest_engine_hace;

/*
 * False, for good, if a command did not end and the engine could not be put into reset: it may
 * still write a digest into memory that is the kernel's soon.
 */
bool aspeed_hace_quiesce(void) MUST_CHECK;

#endif
