// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * rotate_set.c - the new trust set by --add and --retire; trust sets as files; keys by name.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rotate.h"
#include "tree.h"

#define ID_DIGITS_MIN 8
#define TREE_ROOM 65536 /* KEYRING_KEYS_MAX of the largest keys take less than half of it */

bool rotate_is_key(const struct key *key, const char *word)
{
	size_t length = strlen(word);
	char *id;
	bool is;

	if (strcmp(key->name, word) == 0)
		return true;
	if (length < ID_DIGITS_MIN || length > (size_t)2 * KEY_ID_SIZE)
		return false;
	id = hex_text(key->id, KEY_ID_SIZE);
	is = strncasecmp(id, word, length) == 0;
	free(id);
	return is;
}

static enum exit_code no_such_key(const char *word)
{
	complain("%s: no key of the trust sets has that name or id: see holdfast-keys show", word);
	return EXIT_INPUT;
}

static enum exit_code several_keys(const char *word)
{
	complain("%s: several keys have that name or id: give the whole key id that holdfast-keys "
		 "show prints",
		 word);
	return EXIT_INPUT;
}

/* One key in two ways (digest, padding) is one key here. */
static bool same_key(const struct rotation *rotation, uint64_t signers)
{
	const struct key *first = NULL;

	for (unsigned i = 0; i < rotation->signer_count; i++) {
		const struct key *key = rotation->signers[i].key;

		if ((signers >> i & 1) == 0)
			continue;
		if (first != NULL && memcmp(first->id, key->id, KEY_ID_SIZE) != 0)
			return false;
		first = key;
	}
	return true;
}

enum exit_code rotate_signer(const struct rotation *rotation, const char *word, uint64_t *signer)
{
	*signer = 0;
	for (unsigned i = 0; i < rotation->signer_count; i++)
		if (rotate_is_key(rotation->signers[i].key, word))
			*signer |= 1ull << i;
	if (*signer == 0)
		return no_such_key(word);
	return same_key(rotation, *signer) ? EXIT_DONE : several_keys(word);
}

/* Take the key out: no other one, because its name is how the id of that one begins. */
static enum exit_code retire(struct rotation_set *set, const char *word)
{
	unsigned found = 0;
	unsigned at = 0;

	for (unsigned i = 0; i < set->keyring.count; i++) {
		if (!rotate_is_key(&set->keys[i], word))
			continue;
		at = i;
		found++;
	}
	if (found != 1)
		return found == 0 ? no_such_key(word) : several_keys(word);
	set->keyring.count--;
	memmove(&set->keys[at], &set->keys[at + 1],
		(set->keyring.count - at) * sizeof(set->keys[0]));
	return EXIT_DONE;
}

static enum exit_code check_room(const struct rotation_set *set, const struct key *key)
{
	for (unsigned i = 0; i < set->keyring.count; i++) {
		const struct key *old = &set->keys[i];

		if (memcmp(old->id, key->id, KEY_ID_SIZE) == 0) {
			complain("%s: is in the trust set already, as '%s'", key->name, old->name);
			return EXIT_POLICY;
		}
		if (strcmp(old->name, key->name) == 0) {
			complain("%s: another key of the trust set has that name: rename the file",
				 key->name);
			return EXIT_POLICY;
		}
		if (key_is_same(old, key) && !common.yes) {
			complain("%s: has the private half of '%s', so the two count as one: "
				 "give --yes if that is meant",
				 key->name, old->name);
			return EXIT_POLICY;
		}
	}
	if (set->keyring.count < KEYRING_KEYS_MAX)
		return EXIT_DONE;
	complain("%s: the trust set is full (%d keys): retire one in the same rotation", key->name,
		 KEYRING_KEYS_MAX);
	return EXIT_POLICY;
}

static enum exit_code add(struct rotate_job *job, const char *where, bool required)
{
	struct key_file *file = &job->added[job->added_count];
	struct rotation_set *set = &job->changed;

	if (job->added_count == ROTATE_WORDS_MAX) {
		complain("%s: at most %d keys at a time", where, ROTATE_WORDS_MAX);
		return EXIT_POLICY;
	}
	STEP(key_open_public(where, file));
	job->added_count++;
	file->key.name = file->name;
	file->key.role = file->role != 0 ? file->role : ROLE_DEV;
	file->key.required = required;
	STEP(check_room(set, &file->key));
	set->keys[set->keyring.count++] = file->key;
	return EXIT_DONE;
}

enum exit_code rotate_change(struct rotate_job *job)
{
	const struct rotate_arguments *arguments = job->arguments;
	const struct keyring *from = job->rotation.fleet[0];

	job->changed.keyring = *from;
	job->changed.keyring.keys = job->changed.keys;
	memcpy(job->changed.keys, from->keys, from->count * sizeof(from->keys[0]));
	for (unsigned i = 0; i < arguments->retire.count; i++)
		STEP(retire(&job->changed, arguments->retire.at[i]));
	for (unsigned i = 0; i < arguments->add.count; i++)
		STEP(add(job, arguments->add.at[i], true));
	for (unsigned i = 0; i < arguments->add_optional.count; i++)
		STEP(add(job, arguments->add_optional.at[i], false));
	return EXIT_DONE;
}

/* The rule word for word: trust_add() would loosen mode all with a threshold. */
static int put_rule(void *tree, const struct keyring *keyring)
{
	int node = fdt_subnode_offset(tree, 0, "signature");
	int error = 0;

	if (node < 0)
		return node;
	if (keyring->threshold != 0)
		error = fdt_setprop_u32(tree, node, "holdfast,threshold", keyring->threshold);
	if (error != 0)
		return error;
	return tree_put_string(tree, node, "required-mode",
			       keyring->mode == REQUIRED_ANY ? "any" : "all");
}

/* The last key first: libfdt puts a new node in front. */
static enum exit_code put_keys(void *tree, const struct keyring *keyring)
{
	for (unsigned i = keyring->count; i-- > 0;) {
		struct key_file *file = allocate(sizeof(*file));
		struct enrolment enrolment = { .file = file,
					       .required = keyring->keys[i].required };
		enum exit_code code;

		file->key = keyring->keys[i];
		(void)snprintf(file->name, sizeof(file->name), "%s", file->key.name);
		code = trust_add(tree, &enrolment);
		free(file);
		STEP(code);
	}
	return EXIT_DONE;
}

/* What was made is read as the loader's build reads it, and decides alike. */
static enum exit_code check_written(const void *tree, const struct keyring *keyring)
{
	struct trust_set *set = allocate(sizeof(*set));
	bool good = trust_dtb_read((struct span){ tree, fdt_totalsize(tree) }, set) == OK &&
		    rotation_covers(keyring, &set->keyring) &&
		    rotation_covers(&set->keyring, keyring);

	free(set);
	if (good)
		return EXIT_DONE;
	complain("the trust set that was made is not the one that was meant");
	return EXIT_BUG;
}

enum exit_code rotate_write(const struct keyring *keyring, const char *path)
{
	void *tree = allocate(TREE_ROOM);
	enum exit_code code = EXIT_DONE;

	if (fdt_create_empty_tree(tree, TREE_ROOM) != 0)
		code = EXIT_BUG;
	if (code == EXIT_DONE)
		code = put_keys(tree, keyring);
	if (code == EXIT_DONE && (put_rule(tree, keyring) != 0 || fdt_pack(tree) != 0))
		code = EXIT_BUG;
	if (code == EXIT_DONE)
		code = check_written(tree, keyring);
	if (code == EXIT_DONE && !common.dry_run)
		code = output_file(path, 0644, tree, fdt_totalsize(tree));
	free(tree);
	return code;
}
