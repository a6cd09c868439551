/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * key_file.c - one spelling of a key: a file, a token, a helper program. EVP interface only.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ui.h>
#include <openssl/x509.h>

#include "key_file.h"
#include "key_helper.h"
#include "key_store.h"
#include "key_token.h"
#include "pin.h"

/* Asked for once, however often OpenSSL tries; wiped by whoever has it. */
struct phrase {
	const char *where;
	bool asked;
	enum exit_code code;
	char text[PIN_SIZE];
};

static int give_phrase(char *buffer, int size, int writing, void *argument)
{
	struct phrase *phrase = argument;
	size_t length;

	(void)writing;
	if (!phrase->asked) {
		char *what = text_of("pass phrase of %s", phrase->where);

		phrase->asked = true;
		phrase->code = pin_get(what, false, phrase->text, sizeof(phrase->text));
		free(what);
	}
	length = strlen(phrase->text);
	if (phrase->code != EXIT_DONE || length >= (size_t)size)
		return -1;
	memcpy(buffer, phrase->text, length + 1);
	return (int)length;
}

static enum exit_code no_key(const char *where, const struct phrase *phrase)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	if (phrase->asked && phrase->code != EXIT_DONE)
		return phrase->code;
	if (phrase->asked)
		complain("key %s: wrong pass phrase: check HOLDFAST_PIN, or type it again", where);
	else
		complain("key %s: %s: give a PEM or DER file with a key", where,
			 reason == NULL ? "no key in it" : reason);
	return EXIT_KEY;
}

static enum key_role role_in_file(const char *where)
{
	FILE *stream = fopen(where, "re");
	enum key_role role;

	if (stream == NULL)
		return 0;
	role = store_role(stream);
	(void)fclose(stream);
	return role;
}

/* A plain path never goes through URI rules: it is attached as a stream. */
static enum exit_code load_file(const char *where, struct store_keys *keys)
{
	struct phrase phrase = { .where = where };
	UI_METHOD *ui = UI_UTIL_wrap_read_pem_callback(give_phrase, 0);
	BIO *stream = BIO_new_file(where, "rb");
	OSSL_STORE_CTX *store = NULL;
	enum exit_code code = EXIT_DONE;

	ERR_clear_error();
	if (stream != NULL)
		store = OSSL_STORE_attach(stream, "file", NULL, NULL, ui, &phrase, NULL, NULL,
					  NULL);
	store_read(store, 1, keys);
	if (keys->pkey == NULL)
		code = no_key(where, &phrase);
	OPENSSL_cleanse(phrase.text, sizeof(phrase.text));
	(void)OSSL_STORE_close(store);
	BIO_free(stream);
	UI_destroy_method(ui);
	return code;
}

enum exit_code key_open_file(const char *where, bool want_private, struct key_file *file)
{
	struct store_keys keys;
	struct stat st;

	if (access(where, R_OK) != 0 || stat(where, &st) != 0) {
		complain("key %s: %s: %s", where, strerror(errno), file_advice(errno));
		return EXIT_KEY;
	}
	/* OpenSSL would wait for a pipe, and read a directory for ever. */
	if (!S_ISREG(st.st_mode)) {
		complain("key %s: not a file: give one", where);
		return EXIT_KEY;
	}
	STEP(load_file(where, &keys));
	if (keys.is_private != want_private) {
		complain("key %s: this is a %s key; a %s key is needed here", where,
			 keys.is_private ? "private" : "public",
			 want_private ? "private" : "public");
		EVP_PKEY_free(keys.pkey);
		return EXIT_KEY;
	}
	STEP(key_describe(keys.pkey, file));
	file->is_private = keys.is_private;
	file->role = role_in_file(where);
	key_name_from_path(where, file->name);
	return EXIT_DONE;
}

static enum exit_code key_open(const char *where, bool want_private, struct key_file *file)
{
	*file = (struct key_file){ .pkey = NULL };
	if (key_token_is(where))
		STEP(key_token_open(where, want_private, file));
	else if (key_helper_is(where))
		STEP(key_helper_open(where, want_private, file));
	else
		STEP(key_open_file(where, want_private, file));
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
	key_token_close(file->token);
	file->token = NULL;
	free(file->helper);
	file->helper = NULL;
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

void key_name_from_text(const char *text, size_t length, char name[KEY_NAME_MAX])
{
	if (length == 0) {
		text = "key";
		length = strlen(text);
	}
	(void)snprintf(name, KEY_NAME_MAX - 5, "%.*s", (int)length, text);
	for (; *name != '\0'; name++) {
		if (strchr(NAME_CHARACTERS, *name) == NULL)
			*name = '-';
	}
}

void key_name_from_path(const char *where, char name[KEY_NAME_MAX])
{
	const char *base = strrchr(where, '/');
	const char *dot;
	size_t length;

	base = base == NULL ? where : base + 1;
	dot = strrchr(base, '.');
	length = dot == NULL || dot == base ? strlen(base) : (size_t)(dot - base);
	key_name_from_text(base, length, name);
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
