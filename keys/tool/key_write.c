/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * key_write.c - keys to files: SubjectPublicKeyInfo, and PKCS#8, with scrypt under a pass phrase.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "key_write.h"

/* scrypt: 16 MiB and 0.2 s a guess; OpenSSL 1.1 and later opens it within its own limits. */
#define SCRYPT_N 16384
#define SCRYPT_R 8
#define SCRYPT_P 5
#define SALT_SIZE 16

char *key_public_path(const char *private_path)
{
	size_t stem = strlen(private_path);
	const char *end = private_path + (stem > 4 ? stem - 4 : stem);

	if (strcmp(end, ".pem") == 0 || strcmp(end, ".pub") == 0)
		stem -= 4;
	return text_of("%.*s.pub", (int)stem, private_path);
}

enum exit_code key_ask_phrase(const char *path, char *phrase)
{
	char *what = text_of("new pass phrase for %s", path);
	enum exit_code code = pin_get(what, true, phrase, PIN_SIZE);

	free(what);
	if (code == EXIT_DONE && phrase[0] == '\0') {
		complain("%s: the pass phrase is empty: set HOLDFAST_PIN, or type one", path);
		code = EXIT_KEY;
	}
	return code;
}

/* The key under the phrase; NULL if OpenSSL cannot. */
static X509_SIG *lock(EVP_PKEY *pkey, const char *phrase)
{
	PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(pkey);
	X509_ALGOR *how = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, SALT_SIZE, NULL, SCRYPT_N,
						SCRYPT_R, SCRYPT_P);
	X509_SIG *locked = NULL;

	if (plain != NULL && how != NULL)
		locked = PKCS8_set0_pbe(phrase, (int)strlen(phrase), plain, how);
	if (locked == NULL)
		X509_ALGOR_free(how);
	PKCS8_PRIV_KEY_INFO_free(plain);
	return locked;
}

/* As key_private_pem(), under a phrase. */
static char *locked_pem(const struct key_file *file, const char *phrase)
{
	X509_SIG *locked = lock(file->pkey, phrase);
	BIO *memory = BIO_new(BIO_s_mem());
	char *id = hex_text(file->key.id, KEY_ID_SIZE);
	char *text = NULL;
	char *data;
	long size;

	if (locked != NULL && memory != NULL) {
		(void)BIO_printf(memory, "holdfast-role: %s\nholdfast-key-id: %s\n",
				 key_role_name(file->key.role), id);
		if (PEM_write_bio_PKCS8(memory, locked) == 1) {
			size = BIO_get_mem_data(memory, &data);
			text = text_of("%.*s", (int)size, data);
		}
	}
	free(id);
	BIO_free(memory);
	X509_SIG_free(locked);
	return text;
}

/* Takes over text and wipes it. */
static enum exit_code begin_file(const char *path, mode_t mode, char *text, struct output *output)
{
	enum exit_code code;

	if (text == NULL) {
		complain("%s: the key cannot be encoded: report this", path);
		return EXIT_BUG;
	}
	code = output_open(path, mode, output);
	if (code == EXIT_DONE)
		code = output_write(output, text, strlen(text));
	OPENSSL_cleanse(text, strlen(text));
	free(text);
	return code;
}

enum exit_code key_write_pair(const struct key_file *file, const char *private_path,
			      const char *public_path, const char *phrase)
{
	struct output private_half;
	struct output public_half;
	enum exit_code code;

	STEP(begin_file(public_path, 0644, key_public_pem(file, file->key.role), &public_half));
	code = begin_file(private_path, 0600,
			  phrase == NULL ? key_private_pem(file, file->key.role)
					 : locked_pem(file, phrase),
			  &private_half);
	if (code != EXIT_DONE) {
		output_discard(&public_half);
		return code;
	}
	return output_create_pair(&public_half, &private_half);
}

enum exit_code key_write_public(const struct key_file *file, const char *path)
{
	struct output output;

	STEP(begin_file(path, 0644, key_public_pem(file, file->key.role), &output));
	return output_create(&output);
}
