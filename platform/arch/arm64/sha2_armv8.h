/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sha2_armv8.h - the Armv8 SHA instructions as a digest engine, "armv8-ce".
 */
#ifndef HOLDFAST_SHA2_ARMV8_H
#define HOLDFAST_SHA2_ARMV8_H

#include "digest.h"

/*
 * For plat_digest_engines(). Its probe reads ID_AA64ISAR0_EL1: SHA-256 with FEAT_SHA256, SHA-384
 * and SHA-512 with FEAT_SHA512. Vector registers must not trap (start.S sees to that); they are
 * lost, but for v8-v15's low halves.
 */
extern const struct digest_engine digest_engine_sha2_armv8;

#endif
