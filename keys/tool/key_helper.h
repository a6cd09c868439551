/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * key_helper.h - keys behind a program of the user's (cmd:/path/helper): a cloud's key service, a
 * signing server, a token without PKCS#11.
 *
 * 	helper sign rsa3072|ecdsa256|... sha256|... pkcs-1.5|pss|-
 *
 * gets the raw digest on standard input and writes the raw signature to standard output: RSA of the
 * modulus' length, ECDSA in DER or r || s. The public half is the file /path/helper.pub, or what
 * "helper public" prints (PEM). Exit status 0, within HOLDFAST_TIMEOUT seconds (60); else the last
 * line on its standard error is passed on. What it gives is verified before it is used.
 */
#ifndef HOLDFAST_KEYS_KEY_HELPER_H
#define HOLDFAST_KEYS_KEY_HELPER_H

#include "key_file.h"

/* where is spelled as a helper. */
bool key_helper_is(const char *where);

/* Fill file with the key behind the helper. Errors as key_open_private(). */
enum exit_code key_helper_open(const char *where, bool want_private, struct key_file *file);

/* Have it sign: as key_sign(), but raw (SIGNATURE_SIZE_MAX bytes of room) is not checked. */
enum exit_code key_helper_sign(const struct key_file *file, enum digest_algorithm algorithm,
			       enum rsa_padding padding, const uint8_t *digest, uint8_t *raw,
			       size_t *size);

#endif
