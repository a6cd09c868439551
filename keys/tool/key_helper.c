/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * key_helper.c - a key behind a helper program.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>

#include "helper_run.h"
#include "key_helper.h"
#include "key_store.h"

bool key_helper_is(const char *where)
{
	return strncmp(where, "cmd:", 4) == 0;
}

static enum exit_code check_program(const char *path)
{
	struct stat st;
	int error = 0;

	if (stat(path, &st) != 0 || (S_ISREG(st.st_mode) && access(path, X_OK) != 0))
		error = errno;
	else if (!S_ISREG(st.st_mode))
		error = EISDIR;
	if (error == 0)
		return EXIT_DONE;
	complain("helper %s: %s: %s", path, error == EISDIR ? "not a program" : strerror(error),
		 error == EACCES ? "chmod +x it" : "give the path of a program");
	return EXIT_KEY;
}

static enum exit_code ask_public(const char *path, struct store_keys *keys, enum key_role *role)
{
	char *argv[] = { text_of("%s", path), text_of("public"), NULL };
	struct helper_output *output = allocate(sizeof(*output));
	enum exit_code code = helper_run(argv, NULL, 0, output);
	FILE *stream = NULL;

	if (code == EXIT_DONE && output->size != 0) {
		store_read_text(output->data, output->size, keys);
		stream = fmemopen(output->data, output->size, "r");
	}
	if (stream != NULL) {
		*role = store_role(stream);
		(void)fclose(stream);
	}
	if (code == EXIT_DONE && keys->pkey == NULL) {
		complain("helper %s: '%s public' printed no PEM public key: put it into %s.pub",
			 path, path, path);
		code = EXIT_KEY;
	}
	free(output);
	free(argv[0]);
	free(argv[1]);
	return code;
}

/* Takes over the key. */
static enum exit_code describe(const char *path, const struct store_keys *keys,
			       struct key_file *file)
{
	if (keys->is_private) {
		complain("helper %s: shows its private key: it must print the public half", path);
		EVP_PKEY_free(keys->pkey);
		return EXIT_KEY;
	}
	STEP(key_describe(keys->pkey, file));
	key_name_from_path(path, file->name);
	return EXIT_DONE;
}

enum exit_code key_helper_open(const char *where, bool want_private, struct key_file *file)
{
	const char *path = where + 4;
	char *beside = text_of("%s.pub", path);
	bool is_beside = access(beside, F_OK) == 0;
	struct store_keys keys = { .pkey = NULL };
	enum key_role role = 0;
	enum exit_code code = EXIT_DONE;

	if (want_private || !is_beside)
		code = check_program(path);
	if (code == EXIT_DONE && is_beside)
		code = key_open_file(beside, false, file);
	else if (code == EXIT_DONE)
		code = ask_public(path, &keys, &role);
	if (code == EXIT_DONE && !is_beside) {
		code = describe(path, &keys, file);
		file->role = role;
	}
	if (code == EXIT_DONE && is_beside)
		key_name_from_path(path, file->name);
	if (code == EXIT_DONE && want_private)
		file->helper = text_of("%s", path);
	free(beside);
	ERR_clear_error();
	return code;
}

static const char *padding_word(const struct key_file *file, enum rsa_padding padding)
{
	if (file->key.algorithm.type != KEY_RSA)
		return "-";
	return padding == RSA_PKCS1 ? "pkcs-1.5" : "pss";
}

enum exit_code key_helper_sign(const struct key_file *file, enum digest_algorithm algorithm,
			       enum rsa_padding padding, const uint8_t *digest, uint8_t *raw,
			       size_t *size)
{
	char *argv[] = { file->helper,
			 text_of("sign"),
			 text_of("%s", key_type_text(&file->key)),
			 text_of("%s", digest_name(algorithm)),
			 text_of("%s", padding_word(file, padding)),
			 NULL };
	struct helper_output *output = allocate(sizeof(*output));
	enum exit_code code = helper_run(argv, digest, digest_size(algorithm), output);

	if (code == EXIT_DONE && (output->size == 0 || output->size > SIGNATURE_SIZE_MAX)) {
		complain("helper %s: wrote %zu bytes: the raw signature is expected, nothing else",
			 file->helper, output->size);
		code = EXIT_KEY;
	}
	if (code == EXIT_DONE) {
		memcpy(raw, output->data, output->size);
		*size = output->size;
	}
	for (size_t i = 1; argv[i] != NULL; i++)
		free(argv[i]);
	free(output);
	return code;
}
