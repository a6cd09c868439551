/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * key_file.c - open keys with OSSL_STORE; the EVP interface only, so that provider keys work alike.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>

#include "key_file.h"

/* The pass phrase or PIN comes from the environment or not at all; we never prompt, never echo. */
static int pin_from_environment(char *buffer, int size, int writing, void *unused)
{
	const char *pin = getenv("HOLDFAST_PIN");
	size_t length = pin == NULL ? 0 : strlen(pin);

	(void)writing;
	(void)unused;
	if (length == 0 || length >= (size_t)size)
		return -1;
	memcpy(buffer, pin, length + 1);
	return (int)length;
}

static bool is_uri(const char *where)
{
	return strncmp(where, "pkcs11:", 7) == 0;
}

static const char *why_not(void)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	return reason == NULL ? "no key in it" : reason;
}

/* The first key in the store; certificates count as public keys. NULL if there is none. */
static EVP_PKEY *first_key(OSSL_STORE_CTX *store, bool *is_private)
{
	EVP_PKEY *pkey = NULL;

	*is_private = false;
	while (pkey == NULL && !OSSL_STORE_eof(store)) {
		OSSL_STORE_INFO *info = OSSL_STORE_load(store);

		if (info == NULL)
			continue;
		switch (OSSL_STORE_INFO_get_type(info)) {
		case OSSL_STORE_INFO_PKEY:
			pkey = OSSL_STORE_INFO_get1_PKEY(info);
			*is_private = true;
			break;
		case OSSL_STORE_INFO_PUBKEY:
			pkey = OSSL_STORE_INFO_get1_PUBKEY(info);
			break;
		case OSSL_STORE_INFO_CERT:
			pkey = X509_get_pubkey(OSSL_STORE_INFO_get0_CERT(info));
			break;
		default:
			break;
		}
		OSSL_STORE_INFO_free(info);
	}
	return pkey;
}

/* Role in the text before the PEM block, 0 if none. */
static enum key_role role_in_file(const char *where)
{
	char line[256];
	char word[16];
	enum key_role role = 0;
	FILE *stream = fopen(where, "re");

	if (stream == NULL)
		return 0;
	while (role == 0 && fgets(line, sizeof(line), stream) != NULL) {
		if (strncmp(line, "-----BEGIN", 10) == 0)
			break;
		if (sscanf(line, "holdfast-role: %15[a-z]", word) == 1)
			(void)key_role_by_name(word, &role);
	}
	(void)fclose(stream);
	return role;
}

/* A plain path never goes through URI rules: it is attached as a stream. */
static OSSL_STORE_CTX *open_store(const char *where, BIO **stream, UI_METHOD *pin)
{
	*stream = NULL;
	if (is_uri(where))
		return OSSL_STORE_open(where, pin, NULL, NULL, NULL);
	*stream = BIO_new_file(where, "rb");
	if (*stream == NULL)
		return NULL;
	return OSSL_STORE_attach(*stream, "file", NULL, NULL, pin, NULL, NULL, NULL, NULL);
}

static EVP_PKEY *load_key(const char *where, bool *is_private)
{
	UI_METHOD *pin = UI_UTIL_wrap_read_pem_callback(pin_from_environment, 0);
	BIO *stream;
	OSSL_STORE_CTX *store;
	EVP_PKEY *pkey = NULL;

	ERR_clear_error();
	store = open_store(where, &stream, pin);
	if (store != NULL) {
		pkey = first_key(store, is_private);
		(void)OSSL_STORE_close(store);
	}
	BIO_free(stream);
	UI_destroy_method(pin);
	return pkey;
}

static enum exit_code key_open(const char *where, bool want_private, struct key_file *file)
{
	bool is_private = false;
	EVP_PKEY *pkey;

	*file = (struct key_file){ .pkey = NULL };
	if (strncmp(where, "cmd:", 4) == 0) {
		complain("%s: no helper programs: give a file or a pkcs11: URI", where);
		return EXIT_KEY;
	}
	if (!is_uri(where) && access(where, R_OK) != 0) {
		complain("key %s: %s", where, strerror(errno));
		return EXIT_KEY;
	}
	pkey = load_key(where, &is_private);
	if (pkey == NULL) {
		complain("key %s: %s", where, why_not());
		return EXIT_KEY;
	}
	if (is_private != want_private) {
		complain("key %s: this is a %s key; a %s key is needed here", where,
			 is_private ? "private" : "public", want_private ? "private" : "public");
		EVP_PKEY_free(pkey);
		return EXIT_KEY;
	}
	STEP(key_describe(pkey, file));
	file->is_private = is_private;
	file->role = is_uri(where) ? 0 : role_in_file(where);
	key_name_from_path(where, file->name);
	file->key.name = file->name;
	return EXIT_DONE;
}

enum exit_code key_open_private(const char *where, struct key_file *file)
{
	return key_open(where, true, file);
}

enum exit_code key_open_public(const char *where, struct key_file *file)
{
	return key_open(where, false, file);
}

void key_close(struct key_file *file)
{
	EVP_PKEY_free(file->pkey);
	file->pkey = NULL;
}

bool key_role_by_name(const char *name, enum key_role *role)
{
	static const struct {
		const char *name;
		enum key_role role;
	} roles[] = {
		{ "test", ROLE_TEST },
		{ "dev", ROLE_DEV },
		{ "release", ROLE_RELEASE },
		{ "root", ROLE_ROOT },
	};

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		if (strcmp(name, roles[i].name) == 0) {
			*role = roles[i].role;
			return true;
		}
	}
	return false;
}

#define NAME_CHARACTERS "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ,._+-"

bool key_name_is_good(const char *name)
{
	size_t length = strlen(name);

	return length >= 1 && length <= KEY_NAME_MAX - 6 && strspn(name, NAME_CHARACTERS) == length;
}

void key_name_from_path(const char *where, char name[KEY_NAME_MAX])
{
	const char *base = strrchr(where, '/');
	const char *dot;
	size_t length;

	base = base == NULL ? where : base + 1;
	dot = strrchr(base, '.');
	length = dot == NULL || dot == base ? strlen(base) : (size_t)(dot - base);
	if (is_uri(where) || length == 0) {
		base = is_uri(where) ? "token" : "key";
		length = strlen(base);
	}
	(void)snprintf(name, KEY_NAME_MAX - 5, "%.*s", (int)length, base);
	for (; *name != '\0'; name++) {
		if (strchr(NAME_CHARACTERS, *name) == NULL)
			*name = '-';
	}
}

static char *pem_text(const struct key_file *file, enum key_role role, bool with_private)
{
	BIO *memory = BIO_new(BIO_s_mem());
	char *id = hex_text(file->key.id, KEY_ID_SIZE);
	char *text = NULL;
	char *data;
	long size;
	int done;

	if (memory != NULL) {
		(void)BIO_printf(memory, "holdfast-role: %s\nholdfast-key-id: %s\n",
				 key_role_name(role), id);
		done = with_private ? PEM_write_bio_PKCS8PrivateKey(memory, file->pkey, NULL, NULL,
								    0, NULL, NULL)
				    : PEM_write_bio_PUBKEY(memory, file->pkey);
		size = BIO_get_mem_data(memory, &data);
		if (done == 1 && size > 0)
			text = text_of("%.*s", (int)size, data);
	}
	free(id);
	BIO_free(memory);
	return text;
}

char *key_public_pem(const struct key_file *file, enum key_role role)
{
	return pem_text(file, role, false);
}

char *key_private_pem(const struct key_file *file, enum key_role role)
{
	return pem_text(file, role, true);
}
