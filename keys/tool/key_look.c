/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * key_look.c - what a file holds, by OSSL_STORE; a pass phrase that it asks for is refused.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libfdt.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>

#include "key_look.h"
#include "key_store.h"

#define KEY_FILE_MAX 0x100000 /* bytes; bigger files are no keys */

static int no_pass_phrase(char *buffer, int size, int writing, void *asked)
{
	(void)buffer;
	(void)size;
	(void)writing;
	*(bool *)asked = true;
	return -1;
}

/* All of a regular file, NUL behind it; NULL if it is none, or too big. The caller frees. */
static char *read_file(const char *path, size_t *size, mode_t *mode)
{
	struct stat st;
	char *text = NULL;
	ssize_t done = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
	    st.st_size <= KEY_FILE_MAX) {
		text = allocate((size_t)st.st_size + 1);
		done = read(fd, text, (size_t)st.st_size);
		*size = done < 0 ? 0 : (size_t)done;
		*mode = st.st_mode & 07777;
	}
	(void)close(fd);
	if (done > 0)
		return text;
	free(text);
	return NULL;
}

static void wipe(char *text, size_t size)
{
	OPENSSL_cleanse(text, size);
	free(text);
}

/* What stands behind a word at the beginning, before the key itself; NULL: nothing. */
static const char *behind(const char *text, const char *word)
{
	const char *end = strstr(text, "-----BEGIN");
	const char *at = strstr(text, word);

	return at == NULL || end == NULL || at >= end ? NULL : at + strlen(word);
}

/* The two lines in front of a key that we wrote. */
static void read_text(const char *text, struct look *look)
{
	const char *role = behind(text, "holdfast-role: ");
	const char *id = behind(text, "holdfast-key-id: ");
	char digits[2 * KEY_ID_SIZE + 1];
	char word[16] = "";
	size_t size = 0;

	if (role != NULL && sscanf(role, "%15[a-z]", word) == 1 &&
	    key_role_by_name(word, &look->file.role))
		look->file.key.role = look->file.role;
	if (id == NULL)
		return;
	(void)snprintf(digits, sizeof(digits), "%s", id);
	look->id_claimed =
		OPENSSL_hexstr2buf_ex(look->file.key.id, KEY_ID_SIZE, &size, digits, '\0') == 1 &&
		size == KEY_ID_SIZE;
}

static EVP_PKEY *key_of(OSSL_STORE_INFO *info, enum look_kind *kind)
{
	switch (OSSL_STORE_INFO_get_type(info)) {
	case OSSL_STORE_INFO_PKEY:
		*kind = LOOK_PRIVATE;
		return OSSL_STORE_INFO_get1_PKEY(info);
	case OSSL_STORE_INFO_PUBKEY:
		*kind = LOOK_PUBLIC;
		return OSSL_STORE_INFO_get1_PUBKEY(info);
	case OSSL_STORE_INFO_CERT:
		*kind = LOOK_CERTIFICATE;
		return X509_get_pubkey(OSSL_STORE_INFO_get0_CERT(info));
	default:
		return NULL;
	}
}

/* The first key in text; the number of all. */
static EVP_PKEY *first_of(const char *text, size_t size, struct look *look, bool *asked)
{
	UI_METHOD *ui = UI_UTIL_wrap_read_pem_callback(no_pass_phrase, 0);
	BIO *memory = BIO_new_mem_buf(text, (int)size);
	OSSL_STORE_CTX *store =
		OSSL_STORE_attach(memory, "file", NULL, NULL, ui, asked, NULL, NULL, NULL);
	EVP_PKEY *first = NULL;
	unsigned nothing = 0;

	while (store != NULL && nothing < STORE_PATIENCE && !OSSL_STORE_eof(store)) {
		OSSL_STORE_INFO *info = OSSL_STORE_load(store);
		enum look_kind kind = LOOK_NOTHING;
		EVP_PKEY *pkey = info == NULL ? NULL : key_of(info, &kind);

		look->keys += pkey != NULL;
		if (pkey != NULL && first == NULL) {
			look->kind = kind;
			first = pkey;
		} else {
			EVP_PKEY_free(pkey);
		}
		nothing += info == NULL;
		OSSL_STORE_INFO_free(info);
	}
	(void)OSSL_STORE_close(store);
	BIO_free(memory);
	UI_destroy_method(ui);
	ERR_clear_error();
	return first;
}

static void describe(EVP_PKEY *pkey, struct look *look)
{
	char type[16];
	int bits = EVP_PKEY_get_bits(pkey);

	(void)snprintf(type, sizeof(type), "%s", EVP_PKEY_get0_type_name(pkey));
	for (char *c = type; *c != '\0'; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
	(void)snprintf(look->kind_text, sizeof(look->kind_text), "%s%d", type, bits);
	look->id_claimed = false;
	look->numbers = key_numbers(pkey, &look->file); /* takes pkey over */
	look->file.is_private = look->kind == LOOK_PRIVATE;
	if (look->numbers == OK)
		(void)snprintf(look->kind_text, sizeof(look->kind_text), "%s",
			       key_type_text(&look->file.key));
}

static bool is_trust_set(const char *text, size_t size)
{
	return fdt_check_full(text, size) == 0 && fdt_subnode_offset(text, 0, "signature") >= 0;
}

void key_look(const char *path, struct look *look)
{
	size_t size = 0;
	bool asked = false;
	EVP_PKEY *pkey;
	char *text;

	*look = (struct look){ .numbers = ERR_ABSENT };
	text = read_file(path, &size, &look->mode);
	if (text == NULL)
		return;
	key_name_from_path(path, look->file.name);
	look->file.key.name = look->file.name;
	if (is_trust_set(text, size)) {
		look->kind = LOOK_TRUST_SET;
		wipe(text, size);
		return;
	}
	read_text(text, look);
	pkey = first_of(text, size, look, &asked);
	wipe(text, size);
	if (pkey != NULL) {
		describe(pkey, look);
	} else if (asked) {
		look->kind = LOOK_PRIVATE;
		look->encrypted = true;
		look->keys = 1;
		look->file.is_private = true;
	}
}

const char *look_text(const struct look *look)
{
	switch (look->kind) {
	case LOOK_PUBLIC:
		return "public";
	case LOOK_CERTIFICATE:
		return "certificate";
	case LOOK_PRIVATE:
		return look->encrypted ? "private, encrypted" : "private";
	case LOOK_TRUST_SET:
		return "trust set";
	default:
		return "nothing";
	}
}
