/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * list.c - holdfast-keys list: which keys there are, in directories, files, trust sets and tokens.
 * No pass phrase is asked for.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "key_look.h"
#include "key_write.h"
#include "list_token.h"
#include "text.h"
#include "trust_edit.h"

struct list_arguments {
	const char *const *places; /* argv's */
	int count;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct list_arguments *arguments = state->input;

	(void)argument;
	switch (key) {
	case ARGP_KEY_ARGS:
		arguments->places = (const char *const *)state->argv + state->next;
		arguments->count = state->argc - state->next;
		return 0;
	case ARGP_KEY_END:
		refuse_output(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	NULL,
	parse,
	"[DIRECTORY|KEY|TRUST.dtb|URI]...",
	"List keys: those of a directory (default: this one), of a trust set, of a token. "
	"Asks for no pass phrase.",
	children,
	NULL,
	NULL
};

static json_t *row_of(const char *path, const char *kind, const struct key *key,
		      const char *algorithm)
{
	json_t *row = json_object();

	(void)json_object_set_new(row, "file", json_text(path));
	(void)json_object_set_new(row, "kind", json_string(kind));
	(void)json_object_set_new(row, "name", json_string(key->name));
	(void)json_object_set_new(row, "role",
				  json_string(key->role == 0 ? "none" : key_role_name(key->role)));
	(void)json_object_set_new(row, "algorithm", json_string(algorithm));
	return row;
}

static void add_id(json_t *row, const struct key *key, bool known)
{
	(void)json_object_set_new(row, "key_id",
				  known ? json_hex(key->id, KEY_ID_SIZE) : json_null());
}

/* An encrypted key is of the kind that KEY.pub beside it says, if the two belong together. */
static void borrow_kind(const char *path, struct look *look)
{
	char *public_path = key_public_path(path);
	struct look *half = allocate(sizeof(*half));

	key_look(public_path, half);
	if (half->numbers == OK && look->id_claimed &&
	    memcmp(half->file.key.id, look->file.key.id, KEY_ID_SIZE) == 0)
		memcpy(look->kind_text, half->kind_text, sizeof(look->kind_text));
	key_close(&half->file);
	free(half);
	free(public_path);
}

static void add_look(json_t *rows, const char *path, const struct look *look)
{
	const char *kind = look_text(look);
	const struct key *key = &look->file.key;
	json_t *row = row_of(path, kind, key, look->kind_text[0] == '\0' ? "-" : look->kind_text);

	add_id(row, key, look->numbers == OK || look->id_claimed);
	(void)json_object_set_new(row, "trusted_kind",
				  json_boolean(look->numbers != ERR_ALGO_DENIED));
	(void)json_object_set_new(row, "private", json_boolean(look->kind == LOOK_PRIVATE));
	(void)json_object_set_new(row, "encrypted", json_boolean(look->encrypted));
	(void)json_array_append_new(rows, row);
	if (look->numbers == ERR_ALGO_DENIED)
		note("%s: no loader accepts %s: use rsa3072, rsa4096, ecdsa-p256 or ecdsa-p384",
		     path, look->kind_text);
	if (look->kind == LOOK_PRIVATE && (look->mode & 077) != 0)
		note("%s: others than the owner may use it: chmod 600 %s", path, path);
}

static enum exit_code add_trust(json_t *rows, const char *path)
{
	struct trust_file *trust = allocate(sizeof(*trust));
	enum exit_code code = trust_open(path, trust);

	for (unsigned i = 0; code == EXIT_DONE && i < trust->set.keyring.count; i++) {
		const struct key *key = &trust->set.keys[i];
		json_t *row = row_of(path, key->required ? "required" : "optional", key,
				     key_type_text(key));

		add_id(row, key, true);
		(void)json_object_set_new(row, "trusted_kind", json_true());
		(void)json_object_set_new(row, "private", json_false());
		(void)json_object_set_new(row, "encrypted", json_false());
		(void)json_array_append_new(rows, row);
	}
	if (code == EXIT_DONE)
		trust_close(trust);
	free(trust);
	return code;
}

/* One file. In a directory (explicit false) what is no key is passed over. */
static enum exit_code add_file(json_t *rows, const char *path, bool explicit)
{
	struct look *look = allocate(sizeof(*look));
	enum exit_code code = EXIT_DONE;

	key_look(path, look);
	if (look->kind == LOOK_TRUST_SET) {
		code = add_trust(rows, path);
	} else if (look->kind != LOOK_NOTHING) {
		if (look->encrypted)
			borrow_kind(path, look);
		add_look(rows, path, look);
	} else if (explicit) {
		complain("%s: no key and no trust set: give a key, a trust set or a directory",
			 path);
		code = EXIT_KEY;
	}
	key_close(&look->file);
	free(look);
	return code;
}

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static enum exit_code add_directory(json_t *rows, const char *path)
{
	struct dirent **entries = NULL;
	enum exit_code code = EXIT_DONE;
	int count = scandir(path, &entries, is_shown, alphasort);

	if (count < 0) {
		complain("%s: %s: %s", path, strerror(errno), file_advice(errno));
		return EXIT_INPUT;
	}
	for (int i = 0; i < count; i++) {
		char *file = strcmp(path, ".") == 0 ? text_of("%s", entries[i]->d_name)
						    : text_of("%s/%s", path, entries[i]->d_name);

		if (code == EXIT_DONE)
			code = add_file(rows, file, false);
		free(file);
		free(entries[i]);
	}
	free(entries);
	return code;
}

/* A key on a token or behind a helper: its public half. */
static enum exit_code add_elsewhere(json_t *rows, const char *where)
{
	static struct key_file file;
	json_t *row;

	STEP(key_open_public(where, &file));
	row = row_of(where, "public", &file.key, key_type_text(&file.key));
	add_id(row, &file.key, true);
	(void)json_object_set_new(row, "trusted_kind", json_true());
	(void)json_object_set_new(row, "private", json_false());
	(void)json_object_set_new(row, "encrypted", json_false());
	(void)json_array_append_new(rows, row);
	key_close(&file);
	return EXIT_DONE;
}

static enum exit_code add_token(json_t *rows, const char *where)
{
	char *uris[LIST_TOKEN_MAX];
	unsigned count = 0;
	enum exit_code code = token_keys(where, uris, &count);

	for (unsigned i = 0; i < count; i++) {
		if (code == EXIT_DONE)
			code = add_elsewhere(rows, uris[i]);
		free(uris[i]);
	}
	return code;
}

static enum exit_code add_place(json_t *rows, const char *where)
{
	struct stat st;

	if (token_is_whole(where))
		return add_token(rows, where);
	if (strncmp(where, "pkcs11:", 7) == 0 || strncmp(where, "cmd:", 4) == 0)
		return add_elsewhere(rows, where);
	if (stat(where, &st) != 0) {
		complain("%s: %s: %s", where, strerror(errno), file_advice(errno));
		return EXIT_INPUT;
	}
	return S_ISDIR(st.st_mode) ? add_directory(rows, where) : add_file(rows, where, true);
}

static const char *cell(const json_t *row, const char *column)
{
	const char *text = json_string_value(json_object_get(row, column));

	return text == NULL ? "-" : text;
}

static void print_rows(const json_t *rows)
{
	static const char *const columns[] = { "name", "role", "algorithm", "key_id", "kind" };
	static const char *const titles[] = { "NAME", "ROLE", "ALGORITHM", "FINGERPRINT", "KIND" };
	int widths[5];
	size_t index;
	json_t *row;
	char *file;

	for (size_t i = 0; i < 5; i++) {
		widths[i] = (int)strlen(titles[i]);
		json_array_foreach(rows, index, row)
		{
			int width = i == 3 ? 16 : (int)strlen(cell(row, columns[i]));

			widths[i] = width > widths[i] ? width : widths[i];
		}
		(void)printf("%-*s  ", widths[i], titles[i]);
	}
	(void)printf("FILE\n");
	json_array_foreach(rows, index, row)
	{
		for (size_t i = 0; i < 5; i++)
			(void)printf("%-*.*s  ", widths[i], i == 3 ? 16 : 64,
				     cell(row, columns[i]));
		file = text_of("%s", cell(row, "file"));
		text_tame(file);
		(void)printf("%s\n", file);
		free(file);
	}
}

enum exit_code verb_list(int argc, char **argv)
{
	static const char *const here[] = { "." };
	struct list_arguments arguments = { here, 1 };
	enum exit_code code = EXIT_DONE;
	json_t *document;
	json_t *rows = json_array();

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EXIT_USAGE;
	for (int i = 0; code == EXIT_DONE && i < arguments.count; i++)
		code = add_place(rows, arguments.places[i]);
	if (code == EXIT_DONE && common.json) {
		document = json_pack("{sO}", "keys", rows);
		code = json_print(document, "holdfast.list");
	} else if (code == EXIT_DONE && json_array_size(rows) == 0) {
		note("no keys there: make one with 'holdfast-keys new'");
	} else if (code == EXIT_DONE) {
		print_rows(rows);
	}
	json_decref(rows);
	return code;
}
