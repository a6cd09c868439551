/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sign_choice.c - two signed configurations for one board are a choice for whoever writes the
 * medium: `default` is not signed.
 */
#define _GNU_SOURCE
#include <string.h>

#include "sign.h"

static struct span property_of(const struct fit_file *file, unsigned node, const char *name)
{
	struct fit_property property;

	if (!fit_property(&file->fit, node, name, &property))
		return (struct span){ NULL, 0 };
	return property.value;
}

static bool equal(struct span a, struct span b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

static bool names(struct span list, const char *wanted)
{
	const char *string;

	for (unsigned i = 0; fit_list_string(list, i, &string); i++)
		if (strcmp(string, wanted) == 0)
			return true;
	return false;
}

/* One board would take either: a string of `compatible` in common, or neither has any. */
static bool fit_one_board(const struct fit_file *file, unsigned a, unsigned b)
{
	struct span first = property_of(file, a, "compatible");
	struct span second = property_of(file, b, "compatible");
	const char *string;

	if (first.size == 0 || second.size == 0)
		return first.size == second.size;
	for (unsigned i = 0; fit_list_string(first, i, &string); i++)
		if (names(second, string))
			return true;
	return false;
}

/* What is signed with this run, or has been. */
static bool is_signed(const struct signing *signing, unsigned configuration)
{
	const struct fit_file *file = signing->original;
	const struct fit *fit = &file->fit;

	if (signing->configuration == NULL ||
	    strcmp(signing->configuration, fit_name(fit, configuration)) == 0)
		return true;
	for (unsigned node = fit_next_child(fit, configuration, configuration); node != FIT_NONE;
	     node = fit_next_child(fit, configuration, node))
		if (fit_file_named(file, node, "signature") &&
		    property_of(file, node, "value").size != 0)
			return true;
	return false;
}

/* In what they differ; what a release might mean by it is only said. */
static const struct {
	const char *property;
	const char *what;
	bool stops;
} parts[] = {
	{ "kernel", "kernels", true },    { "cmdline", "command lines", true },
	{ "ramdisk", "ramdisks", false }, { "loadables", "roots", false },
	{ "fdt", "device trees", false },
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

static enum exit_code say(const char *a, const char *b, size_t part)
{
	if (!parts[part].stops) {
		note("%s and %s are for one board and differ in their %s: whoever writes the "
		     "medium may pick either",
		     a, b, parts[part].what);
		return EXIT_DONE;
	}
	complain("%s and %s are for one board and differ in their %s: whoever writes the medium "
		 "may pick either; %s",
		 a, b, parts[part].what,
		 common.yes ? "signed all the same"
			    : "give each a compatible of its own, or say --yes");
	return common.yes ? EXIT_DONE : EXIT_POLICY;
}

static enum exit_code compare(const struct signing *signing, unsigned a, unsigned b)
{
	const struct fit_file *file = signing->original;
	size_t i = 0;

	if (!is_signed(signing, a) || !is_signed(signing, b) || !fit_one_board(file, a, b))
		return EXIT_DONE;
	while (i < PARTS && equal(property_of(file, a, parts[i].property),
				  property_of(file, b, parts[i].property)))
		i++;
	if (i == PARTS)
		return EXIT_DONE;
	return say(fit_name(&file->fit, a), fit_name(&file->fit, b), i);
}

enum exit_code sign_unambiguous(struct signing *signing)
{
	const struct fit *fit = &signing->original->fit;
	unsigned parent = fit_file_configurations(signing->original);

	if (parent == FIT_NONE)
		return EXIT_DONE;
	for (unsigned a = fit_next_child(fit, parent, parent); a != FIT_NONE;
	     a = fit_next_child(fit, parent, a))
		for (unsigned b = fit_next_child(fit, parent, a); b != FIT_NONE;
		     b = fit_next_child(fit, parent, b))
			STEP(compare(signing, a, b));
	return EXIT_DONE;
}
