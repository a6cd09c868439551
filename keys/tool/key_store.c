/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * key_store.c - keys out of an OSSL_STORE.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ui.h>
#include <openssl/x509.h>

#include "key_store.h"

static EVP_PKEY *key_of(OSSL_STORE_INFO *info, bool *is_private)
{
	*is_private = false;
	switch (OSSL_STORE_INFO_get_type(info)) {
	case OSSL_STORE_INFO_PKEY:
		*is_private = true;
		return OSSL_STORE_INFO_get1_PKEY(info);
	case OSSL_STORE_INFO_PUBKEY:
		return OSSL_STORE_INFO_get1_PUBKEY(info);
	case OSSL_STORE_INFO_CERT:
		return X509_get_pubkey(OSSL_STORE_INFO_get0_CERT(info));
	default:
		return NULL;
	}
}

void store_read(OSSL_STORE_CTX *store, unsigned most, struct store_keys *keys)
{
	unsigned nothing = 0;

	*keys = (struct store_keys){ .pkey = NULL };
	while (store != NULL && keys->count < most && nothing < STORE_PATIENCE &&
	       !OSSL_STORE_eof(store)) {
		OSSL_STORE_INFO *info = OSSL_STORE_load(store);
		bool is_private = false;
		EVP_PKEY *pkey = info == NULL ? NULL : key_of(info, &is_private);

		nothing += info == NULL;
		OSSL_STORE_INFO_free(info);
		if (pkey == NULL)
			continue;
		if (keys->count++ == 0) {
			keys->pkey = pkey;
			keys->is_private = is_private;
		} else {
			EVP_PKEY_free(pkey);
		}
	}
}

static int no_pass_phrase(char *buffer, int size, int writing, void *unused)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)unused;
	return -1;
}

void store_read_text(const void *text, size_t size, struct store_keys *keys)
{
	UI_METHOD *ui = UI_UTIL_wrap_read_pem_callback(no_pass_phrase, 0);
	BIO *memory = BIO_new_mem_buf(text, (int)size);
	OSSL_STORE_CTX *store =
		OSSL_STORE_attach(memory, "file", NULL, NULL, ui, NULL, NULL, NULL, NULL);

	store_read(store, 1, keys);
	(void)OSSL_STORE_close(store);
	BIO_free(memory);
	UI_destroy_method(ui);
}

enum key_role store_role(FILE *stream)
{
	char line[256];
	char word[16];
	enum key_role role = 0;

	while (role == 0 && fgets(line, sizeof(line), stream) != NULL) {
		if (strncmp(line, "-----BEGIN", 10) == 0)
			break;
		if (sscanf(line, "holdfast-role: %15[a-z]", word) == 1)
			(void)key_role_by_name(word, &role);
	}
	return role;
}
