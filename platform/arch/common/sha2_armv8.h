/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sha2_armv8.h - the Armv8 SHA instructions as a digest engine, "armv8-ce".
 */
#ifndef HOLDFAST_SHA2_ARMV8_H
#define HOLDFAST_SHA2_ARMV8_H

#include "digest.h"

/*
 * For plat_digest_engines(). Its probe asks the processor (sha2_cpu.h): SHA-256 with FEAT_SHA256,
 * SHA-384 and SHA-512 with FEAT_SHA512, which AArch32 does not have. Vector registers are lost, but
 * for those that a procedure call keeps.
 */
extern const struct digest_engine digest_engine_sha2_armv8;

#endif
