/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * key_token.h - keys on PKCS#11 tokens, through OpenSSL's OSSL_STORE and pkcs11-provider (never
 * ENGINE). Files need none of this.
 *
 * A token is opened in this order: its URI, the module, the token, the lock, the PIN, the key.
 */
#ifndef HOLDFAST_KEYS_KEY_TOKEN_H
#define HOLDFAST_KEYS_KEY_TOKEN_H

#include <openssl/evp.h>

#include "key_file.h"

/* A private key on a token, and what is needed to use it. */
struct key_token;

/* where is spelled as a key on a token. */
bool key_token_is(const char *where);

/*
 * Fill file with the key that the URI names; private: ready to sign, and no other signer uses the
 * token until this process ends. Errors as key_open_private(); none or several keys are EXIT_KEY.
 */
enum exit_code key_token_open(const char *where, bool want_private, struct key_file *file);
void key_token_close(struct key_token *token);

/* What signs: a key of the provider, and the OpenSSL library that it belongs to. */
EVP_PKEY *key_token_pkey(const struct key_token *token, OSSL_LIB_CTX **library);

/*
 * A signature failed: wait a little if that was for want of a session, and say whether to try again
 * before end (patience.h).
 */
bool key_token_again(const struct key_token *token, unsigned *pause, uint64_t end);

/* Why a signature failed, for people; OpenSSL's error queue is read. Returns EXIT_KEY. */
enum exit_code key_token_failed(const struct key_token *token);

#endif
