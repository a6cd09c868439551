/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * doctor_nodes.c - what the nodes of a FIT say to its signer, and which configuration a board
 * takes.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "doctor.h"

/* What a configuration may name images in, in U-Boot's words. */
static const char *const image_properties[] = { "kernel",   "fdt",        "ramdisk", "loadables",
						"firmware", "standalone", "fpga",    "script" };
#define IMAGE_PROPERTIES (sizeof(image_properties) / sizeof(image_properties[0]))

/* Whether property is in the node's sign-images; without one mkimage takes three by itself. */
static bool is_in_sign_images(const struct fit_file *file, unsigned node, const char *property)
{
	struct fit_property list;
	const char *word;

	if (!fit_property(&file->fit, node, "sign-images", &list))
		return strcmp(property, "kernel") == 0 || strcmp(property, "fdt") == 0 ||
		       strcmp(property, "script") == 0;
	for (unsigned i = 0; fit_list_string(list.value, i, &word); i++) {
		if (strcmp(word, property) == 0)
			return true;
	}
	return false;
}

static void check_sign_images(struct doctor *doctor, const struct fit_file *file,
			      unsigned configuration, unsigned node)
{
	struct fit_property property;

	for (size_t i = 0; i < IMAGE_PROPERTIES; i++) {
		const char *word = image_properties[i];
		char *fix;

		if (!fit_property(&file->fit, configuration, word, &property) ||
		    is_in_sign_images(file, node, word))
			continue;
		fix = text_of("add \"%s\" to sign-images, or sign with 'holdfast-keys sign'", word);
		doctor_say(doctor, WILL_SURPRISE, "fit-sign-images",
			   fit_name(&file->fit, configuration), fix,
			   "mkimage would leave '%s' out of the signature, and every loader would "
			   "refuse it",
			   word);
		free(fix);
	}
}

static bool is_for(const char *hint, const struct key *key)
{
	return hint == NULL || strcmp(hint, key->name) == 0;
}

/* "rsa2048" in "sha256,rsa2048". */
static const char *crypto_of(const char *algorithm)
{
	const char *comma = strchr(algorithm, ',');

	return comma == NULL ? algorithm : comma + 1;
}

/* mkimage signs with a key of another size all the same. */
static void check_algorithm(struct doctor *doctor, const struct fit_file *file,
			    unsigned configuration, unsigned node)
{
	const char *algorithm = fit_file_string(file, node, "algo");
	const char *hint = fit_file_string(file, node, "key-name-hint");
	const char *name = fit_name(&file->fit, configuration);
	const struct key *key = &doctor->look->file.key;

	if (algorithm == NULL)
		return;
	if (doctor->key != NULL && doctor->look->numbers == OK && is_for(hint, key) &&
	    strcmp(crypto_of(algorithm), key_type_text(key)) != 0)
		doctor_say(doctor, WILL_FAIL, "fit-algorithm", name,
			   "correct algo, or take another key",
			   "a signature node says %s, the key is %s", algorithm,
			   key_type_text(key));
	for (unsigned i = 0; doctor->set != NULL && i < doctor->set->set.keyring.count; i++) {
		char pinned[32];

		key = &doctor->set->set.keys[i];
		signature_name(&key->algorithm, pinned);
		if (hint != NULL && is_for(hint, key) && strcmp(algorithm, pinned) != 0)
			doctor_say(doctor, WILL_FAIL, "fit-algorithm", name,
				   "correct algo, or make the set anew",
				   "a signature node says %s, the set has %s for '%s'", algorithm,
				   pinned, key->name);
	}
}

static bool is_signed(const struct fit_file *file, unsigned configuration)
{
	struct fit_property value;
	unsigned i = configuration;

	for (i = fit_next_child(&file->fit, configuration, configuration); i != FIT_NONE;
	     i = fit_next_child(&file->fit, configuration, i)) {
		if (fit_file_named(file, i, "signature") &&
		    fit_property(&file->fit, i, "value", &value))
			return true;
	}
	return false;
}

static void check_signatures(struct doctor *doctor, const struct fit_file *file,
			     unsigned configuration)
{
	const struct fit *fit = &file->fit;
	unsigned i = configuration;

	for (i = fit_next_child(fit, configuration, configuration); i != FIT_NONE;
	     i = fit_next_child(fit, configuration, i)) {
		if (!fit_file_named(file, i, "signature"))
			continue;
		check_algorithm(doctor, file, configuration, i);
		if (!is_signed(file, configuration))
			check_sign_images(doctor, file, configuration, i);
	}
}

static void check_default(struct doctor *doctor, const struct fit_file *file, unsigned parent)
{
	const char *name = fit_file_string(file, parent, "default");

	if (name == NULL)
		doctor_say(doctor, WILL_SURPRISE, "fit-default", "configurations",
			   "add default = \"...\"",
			   "no default: only a board that a compatible names boots it");
	else if (fit_child(&file->fit, parent, name) == FIT_NONE)
		doctor_say(doctor, WILL_FAIL, "fit-default", name,
			   "let default name a configuration",
			   "default names a configuration that is not there");
}

/* The two have a compatible in common. A fresh string, NULL if they have none. */
static char *common_compatible(const struct fit *fit, unsigned a, unsigned b)
{
	struct fit_property of_a;
	struct fit_property of_b;
	const char *word_a;
	const char *word_b;

	if (!fit_property(fit, a, "compatible", &of_a) ||
	    !fit_property(fit, b, "compatible", &of_b))
		return NULL;
	for (unsigned i = 0; fit_list_string(of_a.value, i, &word_a); i++) {
		for (unsigned j = 0; fit_list_string(of_b.value, j, &word_b); j++) {
			if (strcmp(word_a, word_b) == 0)
				return text_of("%s", word_a);
		}
	}
	return NULL;
}

static bool same_property(const struct fit *fit, unsigned a, unsigned b, const char *name)
{
	struct fit_property of_a = { .value = { NULL, 0 } };
	struct fit_property of_b = { .value = { NULL, 0 } };
	bool has_a = fit_property(fit, a, name, &of_a);
	bool has_b = fit_property(fit, b, name, &of_b);

	return has_a == has_b && of_a.value.size == of_b.value.size &&
	       (of_a.value.size == 0 || memcmp(of_a.value.at, of_b.value.at, of_a.value.size) == 0);
}

static void check_pair(struct doctor *doctor, const struct fit *fit, unsigned a, unsigned b)
{
	char *compatible;

	if (same_property(fit, a, b, "kernel") && same_property(fit, a, b, "cmdline"))
		return;
	compatible = common_compatible(fit, a, b);
	if (compatible == NULL)
		return;
	doctor_say(doctor, WILL_SURPRISE, "fit-ambiguous", compatible,
		   "sign one configuration for a board",
		   "'%s' and '%s' are for it, with other kernels or command lines: who writes the "
		   "medium picks",
		   fit_name(fit, a), fit_name(fit, b));
	free(compatible);
}

void doctor_fit_nodes(struct doctor *doctor, const struct fit_file *file)
{
	const struct fit *fit = &file->fit;
	unsigned parent = fit_file_configurations(file);
	unsigned i;

	if (parent == FIT_NONE)
		return;
	check_default(doctor, file, parent);
	for (i = fit_next_child(fit, parent, parent); i != FIT_NONE;
	     i = fit_next_child(fit, parent, i)) {
		check_signatures(doctor, file, i);
		for (unsigned j = fit_next_child(fit, parent, i); j != FIT_NONE;
		     j = fit_next_child(fit, parent, j))
			check_pair(doctor, fit, i, j);
	}
}
