/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * key_file.h - keys as people keep them, in one spelling everywhere:
 *
 * 	path                 a PEM or DER file, or a certificate
 * 	pkcs11:...           an RFC 7512 URI of a key on a token (key_token.h)
 * 	cmd:/path/helper     a program that signs, for a cloud's key service (key_helper.h)
 *
 * Whatever signs, the public half is an ordinary OpenSSL key in this process.
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
	EVP_PKEY *pkey;          /* both halves, or the public one */
	bool is_private;         /* the private half is in pkey */
	struct key_token *token; /* signs, if it is not NULL */
	char *helper;            /* the path of a program that signs, if it is not NULL */
	char name[KEY_NAME_MAX]; /* from the file's name or the object's: dev for keys/dev.pem */
	enum key_role role;      /* from the text in the file; 0: it says nothing */
	uint8_t modulus[RSA_BYTES_MAX];
	uint8_t x[ECDSA_BYTES_MAX];
	uint8_t y[ECDSA_BYTES_MAX];
	struct key key; /* algorithm with the default digest of the type, padding 0, required */
};

/*
 * Open a key to sign with. EXIT_KEY: absent, unreadable, locked, wrong PIN or pass phrase, not a
 * private key. EXIT_REFUSED: of a kind that is not trusted (algo-denied). A pass phrase or PIN is
 * asked for by pin.h's rules.
 */
enum exit_code key_open_private(const char *where, struct key_file *file);

/*
 * Open a public half; no PIN is asked for. A file with a private key is not accepted (EXIT_KEY).
 */
enum exit_code key_open_public(const char *where, struct key_file *file);

/* Either, of a file only, however its path is spelled. key.name is not set yet. */
enum exit_code key_open_file(const char *where, bool want_private, struct key_file *file);

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

/* The first length bytes of text as a good name: cut, and with other characters made '-'. */
void key_name_from_text(const char *text, size_t length, char name[KEY_NAME_MAX]);

/* "keys/dev.pem" to "dev", cut and with other characters made '-', so that it is good. */
void key_name_from_path(const char *where, char name[KEY_NAME_MAX]);

/*
 * The key as PEM SubjectPublicKeyInfo, or PKCS#8, with the text in front; a fresh string, the
 * caller frees. NULL: internal.
 */
char *key_public_pem(const struct key_file *file, enum key_role role);
char *key_private_pem(const struct key_file *file, enum key_role role);

/*
 * Sign digest_size() bytes of digest; padding is for RSA. The signature is encoded as in a FIT (RSA
 * of the modulus' length, ECDSA r || s) and was verified with the public half. EXIT_KEY: the key,
 * its token or its helper did not sign, or gave something else.
 */
enum exit_code key_sign(const struct key_file *file, enum digest_algorithm algorithm,
			enum rsa_padding padding, const uint8_t *digest,
			uint8_t out[SIGNATURE_SIZE_MAX], size_t *size);

/*
 * An ECDSA signature in DER to r || s of the key's size (2 * key->size bytes at out). False: it is
 * no such thing. Whether it is right is not asked.
 */
bool key_flatten(const struct ecdsa_public *key, const uint8_t *der, size_t size, uint8_t *out);

/* One word: "ecdsa256" or "rsa2048". */
const char *key_type_text(const struct key *key);

/* What can be said of a key in public, as JSON. */
json_t *key_json(const struct key *key);

#endif
