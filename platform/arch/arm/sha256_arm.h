/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sha256_arm.h - SHA-256 in assembly for processors without instructions for it, "armv7-asm".
 */
#ifndef HOLDFAST_SHA256_ARM_H
#define HOLDFAST_SHA256_ARM_H

#include "digest.h"

/*
 * For plat_digest_engines(), behind digest_engine_sha2_armv8: every ARMv7-A processor has what it
 * needs. SHA-256 only; three fifths of the instructions that mbedTLS takes.
 */
extern const struct digest_engine digest_engine_sha256_arm;

#endif
