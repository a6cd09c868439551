/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * signers.c - who signs, where the private half is elsewhere: public halves, keys of a trust set.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "key_id.h"
#include "sign_arguments.h"
#include "trust_edit.h"

enum exit_code signers_add(struct signing *signing, EVP_PKEY *pkey, const char *name,
			   enum key_role role)
{
	struct key_file *file = &signing->keys[signing->key_count];

	*file = (struct key_file){ .role = role };
	(void)snprintf(file->name, sizeof(file->name), "%s", name);
	STEP(key_describe(pkey, file));
	file->key.name = file->name;
	signing->key_count++;
	return sign_keys_differ(signing, signing->key_count - 1);
}

/* As the trust set has it. */
static void pin(const struct key *trusted, struct key_file *file)
{
	(void)snprintf(file->name, sizeof(file->name), "%s", trusted->name);
	file->role = trusted->role;
	file->key.algorithm = trusted->algorithm;
	file->key.padding = trusted->padding;
}

static enum exit_code add_trusted(struct signing *signing, const struct key *trusted)
{
	uint8_t der[KEY_DER_MAX];
	const uint8_t *at = der;
	EVP_PKEY *pkey = d2i_PUBKEY(NULL, &at, (long)key_der(trusted, der));

	if (pkey == NULL)
		return refused_because(ERR_NO_TRUST, trusted->name, "enroll the key again");
	STEP(signers_add(signing, pkey, trusted->name, trusted->role));
	pin(trusted, &signing->keys[signing->key_count - 1]);
	return EXIT_DONE;
}

/* A set may have one key under two names; it signs once. */
static bool is_there(const struct signing *signing, const struct key *key)
{
	for (unsigned i = 0; i < signing->key_count; i++)
		if (memcmp(signing->keys[i].key.id, key->id, KEY_ID_SIZE) == 0)
			return true;
	return false;
}

static enum exit_code add_required(struct signing *signing, const struct keyring *keyring)
{
	for (unsigned i = 0; i < keyring->count; i++)
		if (keyring->keys[i].required && !is_there(signing, &keyring->keys[i]))
			STEP(add_trusted(signing, &keyring->keys[i]));
	if (signing->key_count != 0)
		return EXIT_DONE;
	return refused_because(ERR_NO_TRUST, "", "enroll a required key, or give --key");
}

static enum exit_code pin_one(struct key_file *file, const struct keyring *keyring)
{
	for (unsigned i = 0; i < keyring->count; i++) {
		if (memcmp(keyring->keys[i].id, file->key.id, KEY_ID_SIZE) == 0) {
			pin(&keyring->keys[i], file);
			return EXIT_DONE;
		}
	}
	return refused_because(ERR_UNKNOWN_KEY, file->name,
			       "the trust set does not have this key: give one that is enrolled");
}

static enum exit_code with_trust(struct signing *signing, const struct keyring *keyring)
{
	signing->pinned = true;
	if (signing->key_count == 0)
		return add_required(signing, keyring);
	for (unsigned i = 0; i < signing->key_count; i++)
		STEP(pin_one(&signing->keys[i], keyring));
	return EXIT_DONE;
}

enum exit_code signers_open_public(const struct sign_arguments *arguments)
{
	struct trust_file trust;
	enum exit_code code;

	STEP(sign_open_keys(arguments, key_open_public));
	if (arguments->trust == NULL)
		return EXIT_DONE;
	STEP(trust_open(arguments->trust, &trust));
	code = with_trust(arguments->signing, &trust.set.keyring);
	trust_close(&trust);
	return code;
}

char *signer_pem(const struct key_file *signer)
{
	BIO *memory = BIO_new(BIO_s_mem());
	char *data = NULL;
	long size;
	char *text;

	if (memory == NULL || PEM_write_bio_PUBKEY(memory, signer->pkey) != 1) {
		complain("key %s: its public half cannot be written", signer->name);
		exit(EXIT_BUG);
	}
	size = BIO_get_mem_data(memory, &data);
	text = text_of("%.*s", (int)size, data);
	BIO_free(memory);
	return text;
}
