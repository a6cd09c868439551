/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "document.h"
#include "root_files.h"

enum form { FORM_NOTHING, FORM_TEXT, FORM_JSON };

/* Printable ASCII as it is, the rest as \xNN: a name writes no lines of its own. */
static void print_name(const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < ' ' || c > '~' || c == '\\')
			printf("\\x%02x", c);
		else
			putchar(c);
	}
}

static const char *kind_word(enum node_kind kind)
{
	switch (kind) {
	case NODE_FILE:
		return "file";
	case NODE_DIRECTORY:
		return "directory";
	case NODE_LINK:
		return "link";
	default:
		return "other";
	}
}

/* What a link points to; NULL if this is none. */
static const char *target(struct root_files *files, const struct node *node)
{
	static char text[FILE_PATH_MAX + 1];
	enum status status;

	if (node->kind != NODE_LINK)
		return NULL;
	if (node->size > FILE_PATH_MAX)
		fail_refused_at(ERR_FILE_SYSTEM, "link", "longer than a path may be");
	status = file_read(&files->fs, node, 0, text, (size_t)node->size);
	if (status != OK)
		fail_refused(status);
	text[node->size] = '\0';
	return text;
}

static void show(struct root_files *files, const char *name, const struct node *node,
		 enum form form)
{
	const char *to = target(files, node);

	if (form == FORM_JSON) {
		document_object(NULL);
		document_string("name", name);
		document_string("type", kind_word(node->kind));
		document_number("size", node->size);
		if (to)
			document_string("target", to);
		document_object_end();
	} else if (form == FORM_TEXT) {
		printf("%-9s %12llu ", kind_word(node->kind), (unsigned long long)node->size);
		print_name(name);
		if (to) {
			fputs(" -> ", stdout);
			print_name(to);
		}
		putchar('\n');
	}
}

static void list(struct root_files *files, const char *path, const struct node *node,
		 enum form form)
{
	struct cursor cursor = { { 0 } };
	static struct entry entry;
	enum status status;

	if (node->kind != NODE_DIRECTORY) {
		show(files, path, node, form);
		return;
	}
	while ((status = file_list(&files->fs, node, &cursor, &entry)) == OK)
		show(files, entry.name, &entry.node, form);
	if (status != ERR_ABSENT)
		fail_refused(status);
}

static void list_as_json(struct root_files *files, const char *path, const struct node *node)
{
	/* Once for nothing: a document is whole, or it is not begun. */
	list(files, path, node, FORM_NOTHING);
	document_begin("ls");
	document_string("path", path);
	document_string("file_system", files->fs.driver->name);
	document_array("entries");
	list(files, path, node, FORM_JSON);
	document_array_end();
	document_end();
}

int verb_ls(int argc, char **argv)
{
	static struct files_arguments arguments;
	static struct root_files files;
	struct node node;
	enum status status;

	files_arguments_parse(
		argc, argv,
		"List a directory of a dm-verity root, read as the loader reads it: type, size and "
		"name of each entry."
		"\vNothing is printed of a block that the root hash does not prove.",
		&arguments);
	if (arguments.common.output)
		fail(EXIT_USAGE, "the list goes to standard output: use cat for --output");
	root_files_open(&files, &arguments);
	status = file_find(&files.fs, arguments.path, true, &node);
	if (status != OK)
		fail_refused(status);
	if (arguments.common.json)
		list_as_json(&files, arguments.path, &node);
	else
		list(&files, arguments.path, &node, FORM_TEXT);
	root_files_repairs(&files, &arguments.common);
	return EXIT_DONE;
}
