/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * key_id.h - a key's name for machines: the SHA-256 of its DER SubjectPublicKeyInfo.
 *
 * For the build and the tools; the loader has the ids in its table. What openssl pkey -pubin
 * -outform DER writes is built here from the numbers alone (RFC 8017 A.1, RFC 5480).
 */
#ifndef HOLDFAST_KEY_ID_H
#define HOLDFAST_KEY_ID_H

#include "keyring.h"

/* The largest: RSA-4096 with a 64-bit exponent. */
#define KEY_DER_MAX 600

/*
 * Write the SubjectPublicKeyInfo of key (type, and rsa or ecdsa filled in and of a known size) to
 * der. Returns its length.
 */
size_t key_der(const struct key *key, uint8_t der[KEY_DER_MAX]);

/*
 * Compute the key's id, in software, without digest_engines_start(). ERR_ENGINE_SELFTEST if that
 * failed.
 */
enum status key_id(const struct key *key, uint8_t id[KEY_ID_SIZE]) MUST_CHECK;

#endif
