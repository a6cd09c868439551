/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * key_store.h - the keys in an OSSL_STORE: a file's, a token's, a text's.
 */
#ifndef HOLDFAST_KEYS_KEY_STORE_H
#define HOLDFAST_KEYS_KEY_STORE_H

#include <stdio.h>

#include <openssl/store.h>

#include "key_file.h"

/* What a store held; pkey is the caller's. */
struct store_keys {
	EVP_PKEY *pkey; /* the first key; NULL: none */
	bool is_private;
	unsigned count; /* keys and certificates read, at most what was asked for */
};

/*
 * How often a store may answer with nothing before its end. Of a file that is no key at all OpenSSL
 * takes two bytes at a time: a kernel given as a key would keep the tool busy for minutes.
 */
#define STORE_PATIENCE 64u

/* Read keys until there are most of them or no more; certificates count as public keys. */
void store_read(OSSL_STORE_CTX *store, unsigned most, struct store_keys *keys);

/* The first key of a PEM or DER text of size bytes; it is never asked for a pass phrase. */
void store_read_text(const void *text, size_t size, struct store_keys *keys);

/* Role in the lines before the PEM block ("holdfast-role: dev"); 0: it says nothing. */
enum key_role store_role(FILE *stream);

#endif
