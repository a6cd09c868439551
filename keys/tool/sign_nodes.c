/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sign_nodes.c - which signature node a key gets, and what is written into it before signing.
 *
 * Begin and end of every child of a configuration are signed, so adding a node breaks the
 * signatures that are there. All nodes are made first; and a signature of somebody else is never
 * broken silently.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sign.h"
#include "tree.h"

int sign_find(const void *tree, const char *configuration)
{
	int parent = fdt_subnode_offset(tree, 0, "configurations");

	return parent < 0 ? parent : fdt_subnode_offset(tree, parent, configuration);
}

bool sign_is_node(const void *tree, int node)
{
	const char *name = fdt_get_name(tree, node, NULL);

	return name != NULL && strncmp(name, "signature", 9) == 0;
}

static bool has(const void *tree, int node, const char *property)
{
	return fdt_getprop(tree, node, property, NULL) != NULL;
}

bool sign_has_value(const void *tree, int node)
{
	return has(tree, node, "value");
}

static bool hint_is(const void *tree, int node, const char *name)
{
	int size;
	const char *hint = fdt_getprop(tree, node, "key-name-hint", &size);

	return hint != NULL && (size_t)size == strlen(name) + 1 &&
	       memcmp(hint, name, (size_t)size) == 0;
}

int sign_find_node(const void *tree, const char *configuration, const char *name)
{
	int node;
	int parent = sign_find(tree, configuration);

	if (parent < 0)
		return parent;
	fdt_for_each_subnode (node, tree, parent) {
		if (sign_is_node(tree, node) && hint_is(tree, node, name))
			return node;
	}
	return -FDT_ERR_NOTFOUND;
}

/* A node for one of the keys, or for a name that is to be reserved. */
static bool is_ours(const struct signing *signing, int node)
{
	for (unsigned i = 0; i < signing->key_count; i++)
		if (hint_is(signing->tree, node, signing->keys[i].name))
			return true;
	for (unsigned i = 0; i < signing->reserved_count; i++)
		if (hint_is(signing->tree, node, signing->reserved[i]))
			return true;
	return false;
}

/* A node without value that is not meant for another of ours: one from an .its file. */
static int find_empty(const struct signing *signing, int parent)
{
	int node;

	fdt_for_each_subnode (node, signing->tree, parent) {
		if (sign_is_node(signing->tree, node) && !sign_has_value(signing->tree, node) &&
		    !is_ours(signing, node))
			return node;
	}
	return -FDT_ERR_NOTFOUND;
}

/* The node that a key or a name gets; another one of the same name is somebody else's. */
static bool is_the_one(const struct signing *signing, const char *configuration, int node)
{
	const char *hint = fdt_getprop(signing->tree, node, "key-name-hint", NULL);

	return is_ours(signing, node) && sign_find_node(signing->tree, configuration, hint) == node;
}

/* With --replace: the nodes that are not ours go. */
static int remove_others(struct signing *signing, const char *configuration)
{
	void *tree = signing->tree;
	int node = fdt_first_subnode(tree, sign_find(tree, configuration));

	while (node >= 0) {
		if (!sign_is_node(tree, node) || is_the_one(signing, configuration, node)) {
			node = fdt_next_subnode(tree, node);
			continue;
		}
		sign_record_removed(signing, configuration, node);
		if (fdt_del_node(tree, node) != 0)
			return -FDT_ERR_INTERNAL;
		node = fdt_first_subnode(tree, sign_find(tree, configuration));
	}
	return node == -FDT_ERR_NOTFOUND ? 0 : node;
}

static enum exit_code may_add(const struct signing *signing, const char *configuration)
{
	int node;
	int parent = sign_find(signing->tree, configuration);

	fdt_for_each_subnode (node, signing->tree, parent) {
		if (sign_is_node(signing->tree, node) && sign_has_value(signing->tree, node) &&
		    !is_ours(signing, node)) {
			complain(
				"%s: is signed by another key, and one more node would break that: "
				"give all keys in one run, --reserve a node for each when the "
				"first one signs, or --replace it",
				configuration);
			return EXIT_POLICY;
		}
	}
	return EXIT_DONE;
}

/* signature, signature-1, signature-2, ... */
static int add_node(void *tree, const char *configuration)
{
	char name[24] = "signature";
	int parent = sign_find(tree, configuration);

	for (unsigned i = 1; i < 100 && fdt_subnode_offset(tree, parent, name) >= 0; i++)
		(void)snprintf(name, sizeof(name), "signature-%u", i);
	return fdt_add_subnode(tree, parent, name);
}

/* An empty node that was meant for another name is taken all the same. */
static void say_whose(const void *tree, int node, const char *configuration, const char *name)
{
	char *hint = sign_hint(tree, node);

	if (has(tree, node, "key-name-hint"))
		note("%s: the empty signature node of '%s' is for '%s' now", configuration, hint,
		     name);
	free(hint);
}

static enum exit_code node_for(struct signing *signing, const char *configuration, const char *name,
			       int *node)
{
	*node = sign_find_node(signing->tree, configuration, name);
	if (*node >= 0)
		return EXIT_DONE;
	*node = find_empty(signing, sign_find(signing->tree, configuration));
	if (*node >= 0) {
		say_whose(signing->tree, *node, configuration, name);
		return EXIT_DONE;
	}
	STEP(may_add(signing, configuration));
	*node = add_node(signing->tree, configuration);
	return *node >= 0 ? EXIT_DONE : sign_failed(*node);
}

/* The algorithm that the node asks for, or the key's own. The key must be of that kind. */
static enum exit_code choose_algorithm(const struct signing *signing, const struct key *key,
				       int node, struct signature_algorithm *algorithm)
{
	int size;
	const char *word = fdt_getprop(signing->tree, node, "algo", &size);
	const char *name = fdt_get_name(signing->tree, node, NULL);
	const char *comma;

	*algorithm = key->algorithm;
	if (signing->hash != 0)
		algorithm->digest = signing->hash;
	if (word == NULL)
		return EXIT_DONE;
	if (!fit_is_string((struct span){ (const uint8_t *)word, (size_t)size }))
		return refused_because(ERR_BAD_FIT, name, "algo is not a string");
	comma = strchr(word, ',');
	if (comma == NULL || strcmp(comma + 1, key_type_text(key)) != 0) {
		complain("key %s is %s, but the signature node says %s", key->name,
			 key_type_text(key), word);
		return refused_because(
			ERR_ALGO_DENIED, name,
			"sign with a key of that kind, or rebuild the FIT for this one");
	}
	if (signing->hash == 0 && !signing->pinned &&
	    signature_by_name(word, strlen(word), algorithm) != OK)
		return refused_because(ERR_ALGO_DENIED, name,
				       "--hash sha256 replaces the weak hash");
	return EXIT_DONE;
}

/* NULL in *padding: the property goes away (ECDSA). */
static enum exit_code choose_padding(const struct signing *signing, const struct key *key, int node,
				     const char **padding)
{
	int size;
	const char *word = fdt_getprop(signing->tree, node, "padding", &size);
	enum rsa_padding asked = signing->padding;

	*padding = NULL;
	if (key->algorithm.type != KEY_RSA)
		return EXIT_DONE;
	if (asked == 0)
		asked = key->padding;
	*padding = asked == RSA_PSS ? "pss" : "pkcs-1.5";
	if (asked != 0 || word == NULL)
		return EXIT_DONE;
	if (size == 4 && memcmp(word, "pss", 4) == 0)
		*padding = "pss";
	else if (size != 9 || memcmp(word, "pkcs-1.5", 9) != 0)
		return refused_because(ERR_ALGO_DENIED, fdt_get_name(signing->tree, node, NULL),
				       "padding is pkcs-1.5 or pss");
	return EXIT_DONE;
}

static enum exit_code describe(struct signing *signing, const struct key *key, int node)
{
	struct signature_algorithm algorithm;
	const char *padding;
	char text[32];
	int error = 0;

	STEP(choose_algorithm(signing, key, node, &algorithm));
	STEP(choose_padding(signing, key, node, &padding));
	signature_name(&algorithm, text);
	if (padding == NULL && has(signing->tree, node, "padding"))
		error = fdt_delprop(signing->tree, node, "padding");
	if (error == 0 && padding != NULL)
		error = tree_put_string(signing->tree, node, "padding", padding);
	if (error == 0)
		error = tree_put_string(signing->tree, node, "key-name-hint", key->name);
	if (error == 0)
		error = tree_put_string(signing->tree, node, "algo", text);
	return error == 0 ? EXIT_DONE : sign_failed(error);
}

/* An empty node that only says for whom it is. */
static enum exit_code reserve(struct signing *signing, const char *configuration, const char *name)
{
	int node = -1;
	int error;

	STEP(node_for(signing, configuration, name, &node));
	error = tree_put_string(signing->tree, node, "key-name-hint", name);
	return error == 0 ? EXIT_DONE : sign_failed(error);
}

enum exit_code sign_nodes(struct signing *signing, unsigned original)
{
	const char *configuration = fit_name(&signing->original->fit, original);
	int node = signing->replace ? remove_others(signing, configuration) : 0;

	if (node != 0)
		return sign_failed(node);
	for (unsigned i = 0; i < signing->key_count; i++) {
		STEP(node_for(signing, configuration, signing->keys[i].name, &node));
		if (!sign_holds(&signing->original->fit, configuration, signing->tree, node,
				&signing->keys[i].key))
			sign_record_removed(signing, configuration, node);
		STEP(describe(signing, &signing->keys[i].key, node));
	}
	for (unsigned i = 0; i < signing->reserved_count; i++)
		STEP(reserve(signing, configuration, signing->reserved[i]));
	return EXIT_DONE;
}
