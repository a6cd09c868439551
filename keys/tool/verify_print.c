/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * verify_print.c - what verify says.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "key_file.h"
#include "provenance.h"
#include "status_help.h"
#include "text.h"
#include "verify.h"

static bool judged_as_board(const struct verdict *verdict)
{
	return verdict->board != NULL && !verdict->files_unread;
}

static const char *board_text(const struct verdict *verdict)
{
	if (verdict->files_unread)
		return "not judged: what it loads is in the root; give that with --root FILE";
	if (verdict->board == NULL)
		return "not known here: addresses, kernel and device tree not judged";
	return verdict->board;
}

static json_t *root_json(const struct verity *root)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "image", json_string(fit_image_name(&root->image)));
	(void)json_object_set_new(object, "algorithm",
				  json_string(digest_name(root->tree.algorithm)));
	(void)json_object_set_new(object, "root_hash",
				  json_hex(root->tree.root_hash.at, root->tree.root_hash.size));
	(void)json_object_set_new(object, "salt",
				  json_hex(root->tree.salt.at, root->tree.salt.size));
	(void)json_object_set_new(object, "data_blocks", json_integer(root->tree.data_blocks));
	(void)json_object_set_new(object, "data_block_size",
				  json_integer(root->tree.data_block_size));
	(void)json_object_set_new(object, "in_partition", json_boolean(root->in_partition));
	return object;
}

/* What became of the list of revoked keys: those of the trust set that no longer count. */
static json_t *revocation_json(const struct verdict *verdict)
{
	const struct revocation *list = fit_config_revocation(verdict->check->config);
	json_t *object;
	json_t *keys;

	if (list->version == 0)
		return json_null();
	object = json_object();
	keys = json_array();
	for (unsigned i = 0; i < verdict->keyring->count; i++) {
		if ((list->keys >> i & 1) != 0)
			(void)json_array_append_new(keys, key_json(&verdict->keyring->keys[i]));
	}
	(void)json_object_set_new(object, "version", json_integer(list->version));
	(void)json_object_set_new(object, "counts", json_boolean(list->counts));
	(void)json_object_set_new(object, "keys", keys);
	return object;
}

static json_t *provenance_json(const struct verdict *verdict)
{
	if (verdict->provenance == NULL)
		return json_null();
	return json_pack("{s:o, s:s}", "file", json_text(verdict->provenance), "builder",
			 provenance_builder_of(verdict->statement));
}

static enum exit_code print_json(const struct verdict *verdict)
{
	const struct fit_check *check = verdict->check;
	json_t *document = json_object();

	(void)json_object_set_new(document, "trusted", json_true());
	(void)json_object_set_new(document, "fit", json_text(verdict->fit));
	(void)json_object_set_new(document, "configuration",
				  json_string(fit_config_name(check->config)));
	(void)json_object_set_new(document, "by_default", json_boolean(verdict->by_default));
	(void)json_object_set_new(document, "key", key_json(fit_config_key(check->config)));
	(void)json_object_set_new(document, "rollback_index", json_integer(verdict->index));
	(void)json_object_set_new(document, "floor", json_integer(verdict->floor));
	(void)json_object_set(document, "images", check->images);
	(void)json_object_set(document, "files", check->files);
	(void)json_object_set_new(document, "root",
				  check->has_root ? root_json(&check->root) : json_null());
	(void)json_object_set_new(document, "deep", json_boolean(verdict->deep));
	(void)json_object_set_new(document, "release", json_boolean(verdict->release));
	(void)json_object_set_new(document, "revocation", revocation_json(verdict));
	(void)json_object_set_new(document, "provenance", provenance_json(verdict));
	(void)json_object_set_new(document, "board",
				  judged_as_board(verdict) ? json_string(verdict->board)
							   : json_null());
	(void)json_object_set_new(document, "root_checked",
				  json_boolean(check->has_root && !verdict->root_unread));
	return json_print(document, "holdfast.verify");
}

static void print_file(const json_t *file)
{
	const json_t *size = json_object_get(file, "size");

	(void)printf("%-14s %s, in the root", json_string_value(json_object_get(file, "slot")),
		     json_string_value(json_object_get(file, "path")));
	if (json_is_integer(size))
		(void)printf(", %lld bytes\n", (long long)json_integer_value(size));
	else
		(void)printf(" (not given, not read)\n");
}

static void print_image(const json_t *image)
{
	const json_t *hashes = json_object_get(image, "hashes");
	size_t index;
	json_t *hash;

	(void)printf("%-14s %s, %lld bytes", json_string_value(json_object_get(image, "slot")),
		     json_string_value(json_object_get(image, "name")),
		     (long long)json_integer_value(json_object_get(image, "size")));
	if (strcmp(json_string_value(json_object_get(image, "proved_by")), "hash") == 0) {
		json_array_foreach(hashes, index, hash)(void)
			printf(", %s %s", json_string_value(json_object_get(hash, "algorithm")),
			       json_string_value(json_object_get(hash, "value")));
	}
	(void)fputc('\n', stdout);
}

static void print_revocation(const struct verdict *verdict)
{
	const struct revocation *list = fit_config_revocation(verdict->check->config);
	bool any = false;

	if (list->version == 0)
		return;
	(void)printf("%-14s version %u", "revoked", list->version);
	if (!list->counts)
		(void)printf(", ignored: nobody signed who may revoke");
	for (unsigned i = 0; i < verdict->keyring->count; i++) {
		if ((list->keys >> i & 1) == 0)
			continue;
		(void)printf("%s %s", any ? "," : ":", verdict->keyring->keys[i].name);
		any = true;
	}
	if (list->counts && !any)
		(void)printf(", no key of this trust set");
	(void)fputc('\n', stdout);
}

static void print_root(const struct verdict *verdict)
{
	const struct verity *root = &verdict->check->root;
	char *text = hex_text(root->tree.root_hash.at, root->tree.root_hash.size);

	(void)printf("%-14s %s, %s %s%s\n", "root hash", fit_image_name(&root->image),
		     digest_name(root->tree.algorithm), text,
		     verdict->root_unread ? ", in the slot's partition (not given, not read)" : "");
	free(text);
}

static void print_provenance(const struct verdict *verdict)
{
	char *builder = text_plain(provenance_builder_of(verdict->statement));

	(void)printf("%-14s built by %s\n", "provenance", builder);
	free(builder);
}

enum exit_code verdict_print(const struct verdict *verdict)
{
	const struct fit_check *check = verdict->check;
	const struct key *key = fit_config_key(check->config);
	char algorithm[32];
	size_t index;
	json_t *image;
	char *text;

	if (common.json)
		return print_json(verdict);
	signature_name(&key->algorithm, algorithm);
	text = hex_text(key->id, KEY_ID_SIZE);
	(void)printf("%-14s %s%s\n", "trusted", verdict->fit,
		     verdict->deep && check->has_root ? ", and every block of its root" : "");
	(void)printf("%-14s %s%s\n", "configuration", fit_config_name(check->config),
		     verdict->by_default ? " (the FIT's default: nothing was asked for)" : "");
	(void)printf("%-14s %s, %s, role %s, id %s\n", "key", key->name, algorithm,
		     key_role_name(key->role), text);
	(void)printf("%-14s %u\n", "rollback index", verdict->index);
	print_revocation(verdict);
	json_array_foreach(check->images, index, image) print_image(image);
	json_array_foreach(check->files, index, image) print_file(image);
	free(text);
	(void)printf("%-14s %s\n", "board", board_text(verdict));
	if (check->has_root)
		print_root(verdict);
	if (verdict->provenance != NULL)
		print_provenance(verdict);
	return EXIT_DONE;
}

enum exit_code verdict_refused(const char *fit, enum status why, enum exit_code code)
{
	const struct refusal *last = refusal_last();
	bool known = last->why == why;
	json_t *document;

	if (!common.json)
		return code;
	document = json_object();
	(void)json_object_set_new(document, "trusted", json_false());
	(void)json_object_set_new(document, "fit", json_text(fit));
	(void)json_object_set_new(document, "code", json_string(status_word(why)));
	(void)json_object_set_new(document, "meaning", json_string(status_meaning(why)));
	(void)json_object_set_new(document, "fix", json_string(status_fix(why)));
	(void)json_object_set_new(document, "at", json_string(known ? last->at : ""));
	(void)json_object_set_new(document, "hint", json_string(known ? last->hint : ""));
	if (known && last->size != 0) {
		(void)json_object_set_new(document, "want", json_hex(last->want, last->size));
		(void)json_object_set_new(document, "got", json_hex(last->got, last->size));
	}
	return json_print(document, "holdfast.verify") == EXIT_DONE ? code : EXIT_OUTPUT;
}
