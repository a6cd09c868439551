/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * r_squared.h - the constant that Montgomery multiplication starts from. For the build and the
 * tools; the loader has it in its table.
 */
#ifndef HOLDFAST_R_SQUARED_H
#define HOLDFAST_R_SQUARED_H

#include "modexp.h"

/*
 * Compute 2^(16 * size) mod modulus to out (rsa->size bytes, big-endian) in software.
 * ERR_ENGINE_SELFTEST if mbedTLS failed.
 */
enum status r_squared(const struct rsa_public *rsa, uint8_t *out) MUST_CHECK;

#endif
