/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "document.h"
#include "fit_view.h"
#include "root_image.h"
#include "sbom.h"

struct arguments {
	struct common common;
	const char *file;
	const struct board *board;
	bool sbom;
};

enum { KEY_BOARD = 0x2000, KEY_SBOM };

static const struct argp_option options[] = {
	{ "board", KEY_BOARD, "NAME", 0, "board the disk is of, if it is raw flash", 0 },
	{ "sbom", KEY_SBOM, NULL, 0, "write the bill of materials in a FIT, and nothing else", 0 },
	{ 0 },
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->common;
		return 0;
	case KEY_BOARD:
		arguments->board = board_parse(argument, state);
		return 0;
	case KEY_SBOM:
		arguments->sbom = true;
		return 0;
	case ARGP_KEY_ARG:
		if (arguments->file)
			argp_error(state, "one FILE only");
		arguments->file = argument;
		return 0;
	case ARGP_KEY_END:
		if (!arguments->file)
			argp_error(state, "which FILE?");
		if (arguments->common.output && !arguments->sbom)
			argp_error(state, "--output goes with --sbom; all else is on stdout");
		if (arguments->sbom && arguments->common.json)
			argp_error(state, "--sbom writes the bill as it is: no --json");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* A line of people's output: an indented name and a text; in JSON a member. */
static bool as_json;
static unsigned indent;

static void item(const char *key, const char *text)
{
	if (as_json)
		document_string(key, text);
	else
		printf("%*s%-16s %s\n", (int)indent, "", key, text);
}

static void item_number(const char *key, uint64_t number)
{
	if (as_json)
		document_number(key, number);
	else
		printf("%*s%-16s %llu\n", (int)indent, "", key, (unsigned long long)number);
}

static void item_hex(const char *key, struct span bytes)
{
	char *text = allocate(2 * bytes.size + 1);

	hex_text(bytes.at, bytes.size, text);
	item(key, text);
}

static void group(const char *key, const char *name)
{
	if (as_json) {
		document_object(NULL);
		document_string("name", name);
	} else {
		printf("%*s%s %s\n", (int)indent, "", key, name);
	}
	indent += 2;
}

static void group_end(void)
{
	indent -= 2;
	if (as_json)
		document_object_end();
}

static void array(const char *key)
{
	if (as_json)
		document_array(key);
}

static void array_end(void)
{
	if (as_json)
		document_array_end();
}

/* Nothing in it moves the cursor or ends the line. */
static bool is_plain(const char *string)
{
	return fit_is_string((struct span){ (const uint8_t *)string, strlen(string) + 1 });
}

/* A property as text where it is text, else as hex; strings of a list with spaces between. */
static void property_as(const char *key, const struct fit_view *view, unsigned node,
			const char *name)
{
	char text[2048] = "";
	const char *string;
	struct span value;
	unsigned i;
	size_t used = 0;

	if (!view_bytes(view, node, name, &value))
		return;
	for (i = 0; fit_list_string(value, i, &string) && is_plain(string) && used < sizeof text;
	     i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? " " : "",
					 string);
	if (i && !fit_list_string(value, i, &string))
		item(key, text);
	else
		item_hex(key, value);
}

static void property(const struct fit_view *view, unsigned node, const char *name)
{
	property_as(name, view, node, name);
}

static void show_hashes(const struct fit_view *view, unsigned image)
{
	unsigned child = image;

	while ((child = fit_next_child(&view->fit, image, child)) != FIT_NONE) {
		const char *algorithm = "?";
		struct span value;

		if (strncmp(fit_name(&view->fit, child), "hash", 4))
			continue;
		if (!view_string(view, child, "algo", &algorithm) ||
		    !view_bytes(view, child, "value", &value))
			continue;
		item_hex(algorithm, value);
	}
}

static void show_root(const struct tree_parameters *parameters, const uint8_t *root_hash,
		      const char *where)
{
	item("verity", where);
	item_hex("root_hash", (struct span){ root_hash, digest_size(parameters->algorithm) });
	item_hex("salt", (struct span){ parameters->salt, parameters->salt_size });
	item("verity_hash", digest_name(parameters->algorithm));
	item_number("data_blocks", parameters->data_blocks);
	item_number("data_block_size", parameters->data_block_size);
	item_number("hash_block_size", parameters->hash_block_size);
	item_number("hash_start_block", parameters->hash_start_block);
	if (parameters->fec_roots)
		item_number("fec_roots", parameters->fec_roots);
}

static void show_root_node(const struct fit_view *view, unsigned node, const struct view_root *root)
{
	struct span signature;

	show_root(&root->parameters, root->root_hash, root->in_partition ? "partition" : "inside");
	if (view_bytes(view, node, "holdfast,root-hash-signature", &signature))
		item_number("root_hash_signature_size", signature.size);
}

static void show_image(const struct fit_view *view, unsigned image)
{
	static const char *const names[] = { "description", "type", "arch", "os",
					     "compression", "load", "entry" };
	struct view_root root;
	struct span payload;
	size_t i;

	group("image", fit_name(&view->fit, image));
	for (i = 0; i < sizeof names / sizeof *names; i++)
		property(view, image, names[i]);
	switch (view_payload(view, image, &payload)) {
	case OK:
		item_number("offset", (uint64_t)(payload.at - view->bytes.at));
		item_number("size", payload.size);
		break;
	case ERR_ABSENT:
		break;
	default:
		item("size", "truncated");
	}
	show_hashes(view, image);
	if (view_verity(view, image, &root) == OK)
		show_root_node(view, fit_child(&view->fit, image, "dm-verity"), &root);
	group_end();
}

static void show_signatures(const struct fit_view *view, unsigned configuration)
{
	unsigned child = configuration, count = 0;

	array("signatures");
	while ((child = fit_next_child(&view->fit, configuration, child)) != FIT_NONE) {
		if (strncmp(fit_name(&view->fit, child), "signature", 9))
			continue;
		count++;
		group("signature", fit_name(&view->fit, child));
		property(view, child, "algo");
		property(view, child, "padding");
		property(view, child, "key-name-hint");
		group_end();
	}
	array_end();
	if (!count && !as_json)
		item("signatures", "none: no loader boots this");
}

static void show_configuration(const struct fit_view *view, unsigned configuration)
{
	static const char *const names[] = { "description", "compatible", "kernel", "fdt",
					     "ramdisk",     "loadables",  "cmdline" };
	static const char *const files[][2] = {
		{ "holdfast,kernel-path", "kernel_path" },
		{ "holdfast,kernel-compression", "kernel_compression" },
		{ "holdfast,fdt-path", "fdt_path" },
		{ "holdfast,ramdisk-path", "ramdisk_path" },
	};
	const char *sbom;
	uint32_t index;
	size_t i;

	group("configuration", fit_name(&view->fit, configuration));
	for (i = 0; i < sizeof names / sizeof *names; i++)
		property(view, configuration, names[i]);
	for (i = 0; i < sizeof files / sizeof *files; i++)
		property_as(files[i][1], view, configuration, files[i][0]);
	if (view_u32(view, configuration, "holdfast,rollback-index", &index))
		item_number("index", index);
	if (view_string(view, configuration, SBOM_PROPERTY, &sbom))
		item("sbom", sbom);
	show_signatures(view, configuration);
	group_end();
}

static void show_children(const struct fit_view *view, unsigned parent, const char *key,
			  void (*show)(const struct fit_view *, unsigned))
{
	unsigned child = parent;

	array(key);
	while (parent != FIT_NONE &&
	       (child = fit_next_child(&view->fit, parent, child)) != FIT_NONE)
		show(view, child);
	array_end();
}

static void show_fit(const struct fit_view *view)
{
	uint32_t timestamp;
	time_t seconds;
	char text[32];

	property(view, 0, "description");
	if (view_u32(view, 0, "timestamp", &timestamp)) {
		seconds = timestamp;
		strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime(&seconds));
		item("timestamp", text);
	}
	if (view->configurations != FIT_NONE)
		property(view, view->configurations, "default");
	show_children(view, view->images, "images", show_image);
	show_children(view, view->configurations, "configurations", show_configuration);
}

/* A root of its own: its tree is recomputed, and its parity if there is any. */
static void show_root_file(const char *path)
{
	struct root_image root = root_open(path, &tree_defaults);

	show_root(&root.tree.parameters, root.tree.root_hash, "appended");
	item_number("size", tree_image_size(&root.tree));
}

static void show_partition(const struct partition *partition, struct span disk)
{
	static const uint8_t none[16]; /* in raw flash */
	struct tree_parameters parameters;
	struct fit_view *view;
	struct span bytes;
	char uuid[37];

	gpt_uuid_text(partition->uuid, uuid);
	group("partition", partition->name);
	if (memcmp(partition->uuid, none, sizeof none))
		item("uuid", uuid);
	item_number("offset", partition->extent.offset);
	item_number("size", partition->extent.size);
	if (span_sub(disk, partition->extent.offset, partition->extent.size, &bytes) != OK)
		fail_refused_at(ERR_BAD_GPT, partition->name,
				"the partition lies outside the file");
	if (bytes.size >= 4 && load_be32(bytes.at) == 0xd00dfeed) {
		if (fit_view_open(bytes, &view) == OK)
			show_fit(view);
		else
			item("refused", status_word(refusal_last()->why));
	} else if (!strncmp(partition->name, "root-", 5) && tree_find(bytes, &parameters)) {
		item_number("data_blocks", parameters.data_blocks);
	}
	group_end();
}

static void show_disk(const struct board *board, const struct gpt *gpt, struct span disk)
{
	unsigned i;

	item("table", board->flash ? "flash" : gpt->from_backup ? "backup" : "primary");
	array("partitions");
	for (i = 0; i < gpt->count; i++)
		show_partition(&gpt->partitions[i], disk);
	array_end();
}

static void begin(const char *kind)
{
	if (as_json)
		document_begin("show");
	item("kind", kind);
}

int verb_show(int argc, char **argv)
{
	static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		options,
		parse,
		"FILE",
		"Say what a FIT, a root image with hash tree, or a disk image holds."
		"\vNothing is verified against keys: holdfast-keys verify does that. A root's "
		"hash tree is recomputed.",
		children,
		NULL,
		NULL
	};
	static struct arguments arguments;
	static struct gpt gpt;
	struct tree_parameters parameters;
	struct fit_view *view;
	struct input file;
	enum status status;

	arguments.board = boards;
	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	as_json = arguments.common.json;
	file = input_open(arguments.file);
	if (arguments.sbom)
		return sbom_write(&arguments.common, input_span(&file));
	if (file.size >= 4 && load_be32(file.at) == 0xd00dfeed) {
		status = fit_view_open(input_span(&file), &view);
		if (status != OK)
			fail_refused(status);
		begin("fit");
		show_fit(view);
	} else if ((status = gpt_read(disk_medium(arguments.board, input_span(&file)), &gpt)) ==
		   OK) {
		begin("disk");
		show_disk(arguments.board, &gpt, input_span(&file));
	} else if (status != ERR_NO_IMAGE) {
		fail_refused(status);
	} else if (tree_find(input_span(&file), &parameters)) {
		begin("root");
		show_root_file(arguments.file);
	} else {
		fail_refused_at(
			ERR_NO_IMAGE, arguments.file,
			"neither a FIT, nor a disk with a GPT, nor a root with its hash tree");
	}
	if (as_json)
		document_end();
	return EXIT_DONE;
}
