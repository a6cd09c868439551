/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * key_file.h - keys as people keep them: files, and URIs that an OpenSSL provider understands.
 *
 * A key file of ours is plain PEM with two lines of explanatory text (RFC 7468, section 2) in
 * front, which OpenSSL and everything else that reads PEM skips:
 *
 * 	holdfast-role: dev
 * 	holdfast-key-id: <SHA-256 of the DER SubjectPublicKeyInfo, hex>
 */
#ifndef HOLDFAST_KEYS_KEY_FILE_H
#define HOLDFAST_KEYS_KEY_FILE_H

#include <openssl/evp.h>

#include "keyring.h"
#include "tool.h"

/*
 * A key and what we know of it. Its numbers live here; `key` points into it, so it does not move.
 */
struct key_file {
	EVP_PKEY *pkey;
	bool is_private;
	char name[KEY_NAME_MAX]; /* from the file's name: dev for keys/dev.pem */
	enum key_role role;      /* from the text in the file; 0: it says nothing */
	uint8_t modulus[RSA_BYTES_MAX];
	uint8_t x[ECDSA_BYTES_MAX];
	uint8_t y[ECDSA_BYTES_MAX];
	struct key key; /* algorithm with the default digest of the type, padding 0, required */
};

/*
 * Open a private key: a PEM or DER file, or a URI ("pkcs11:...") that an OpenSSL provider serves.
 * EXIT_KEY: absent, unreadable, locked, or not a private key. EXIT_REFUSED: of a kind that is not
 * trusted (algo-denied).
 */
enum exit_code key_open_private(const char *where, struct key_file *file);

/*
 * Open a public key: PEM or DER SubjectPublicKeyInfo, or a certificate. A private key is not
 *   accepted (EXIT_KEY).
 */
enum exit_code key_open_public(const char *where, struct key_file *file);

/* Free what was opened; harmless on one that was not. */
void key_close(struct key_file *file);

/*
 * Fill everything but name and role from pkey, which is taken over. ERR_ALGO_DENIED: of a kind that
 * is not trusted; nothing is printed.
 */
enum status key_numbers(EVP_PKEY *pkey, struct key_file *file) MUST_CHECK;

/* The same, and say so. EXIT_REFUSED as above. */
enum exit_code key_describe(EVP_PKEY *pkey, struct key_file *file);

/* "test", "dev", "release", "root" to a role; false for anything else. */
bool key_role_by_name(const char *name, enum key_role *role);

/*
 * The name is usable as key-name-hint and in a node's name: 1 to KEY_NAME_MAX - 6 of 0-9 a-z A-Z ,
 * . _ + -
 */
bool key_name_is_good(const char *name);

/* "keys/dev.pem" to "dev", cut and with other characters made '-', so that it is good. */
void key_name_from_path(const char *where, char name[KEY_NAME_MAX]);

/*
 * The key as PEM SubjectPublicKeyInfo, or PKCS#8, with the text in front; a fresh string, the
 * caller frees. NULL: internal.
 */
char *key_public_pem(const struct key_file *file, enum key_role role);
char *key_private_pem(const struct key_file *file, enum key_role role);

/*
 * Sign digest_size() bytes of digest with a private key; padding is for RSA. The signature is
 * encoded as in a FIT: RSA of the modulus' length, ECDSA r || s. EXIT_KEY: the key or its token did
 * not.
 */
enum exit_code key_sign(const struct key_file *file, enum digest_algorithm algorithm,
			enum rsa_padding padding, const uint8_t *digest,
			uint8_t out[SIGNATURE_SIZE_MAX], size_t *size);

/* One word: "ecdsa256" or "rsa2048". */
const char *key_type_text(const struct key *key);

/* What can be said of a key in public, as JSON. */
json_t *key_json(const struct key *key);

#endif
