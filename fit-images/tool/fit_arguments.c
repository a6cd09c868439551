/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "fit_arguments.h"

#include <string.h>

#include "file_system.h"

enum {
	KEY_KERNEL = 0x2000,
	KEY_DTB,
	KEY_OVERLAY,
	KEY_INITRD,
	KEY_ROOT,
	KEY_ROOT_PARTITION,
	KEY_SBOM,
	KEY_COMPATIBLE,
	KEY_CMDLINE,
	KEY_INDEX,
	KEY_COMPRESSION,
	KEY_LOAD,
	KEY_ENTRY,
	KEY_EMBED,
	KEY_ALIGN,
	KEY_HASH,
	KEY_ARCH,
	KEY_CONFIG,
	KEY_DESCRIPTION,
	KEY_FLAG,
	KEY_SIGNATURE,
	KEY_SPLIT,
	KEY_KERNEL_PATH,
	KEY_DTB_PATH,
	KEY_OVERLAY_PATH,
	KEY_INITRD_PATH
};

static const struct argp_option options[] = {
	{ "kernel", KEY_KERNEL, "F", 0, "arm64 Image or arm zImage; an Image may be compressed",
	  0 },
	{ "dtb", KEY_DTB, "F", 0, "base device tree; several: one configuration each", 0 },
	{ "overlay", KEY_OVERLAY, "F", 0, "device tree overlay, applied in the order given", 0 },
	{ "initrd", KEY_INITRD, "F", 0, "initial RAM disk, as the kernel takes it", 0 },
	{ "kernel-path", KEY_KERNEL_PATH, "PATH", 0,
	  "the kernel is this file in the root, and no image of its own", 0 },
	{ "dtb-path", KEY_DTB_PATH, "PATH", 0, "the same for --dtb", 0 },
	{ "overlay-path", KEY_OVERLAY_PATH, "PATH", 0, "the same for --overlay", 0 },
	{ "initrd-path", KEY_INITRD_PATH, "PATH", 0, "the same for --initrd", 0 },
	{ "root", KEY_ROOT, "F", 0, "read-only root inside the FIT, with or without hash tree", 0 },
	{ "root-partition", KEY_ROOT_PARTITION, "F", 0,
	  "the same, but it lies in the slot's root partition; only its root hash goes into the "
	  "FIT",
	  0 },
	{ "verity-split", KEY_SPLIT, NULL, 0,
	  "its hash tree is in a partition of its own (disk --verity-split)", 0 },
	{ "sbom", KEY_SBOM, "F", 0,
	  "bill of materials (CycloneDX or SPDX 2 as JSON): signed, and never loaded", 0 },
	{ "compatible", KEY_COMPATIBLE, "STR", 0,
	  "board the configuration is for; with several --dtb one for each", 0 },
	{ "cmdline", KEY_CMDLINE, "S", 0, "kernel command line, signed with the configuration", 0 },
	{ "index", KEY_INDEX, "N", 0, "rollback index", 0 },
	{ "compression", KEY_COMPRESSION, "NAME", 0,
	  "what the kernel is compressed with: none, gzip, lz4, zstd (default: seen)", 0 },
	{ "kernel-load", KEY_LOAD, "ADDR", 0,
	  "load address of the kernel (default: the loader chooses)", 0 },
	{ "kernel-entry", KEY_ENTRY, "ADDR", 0, "entry address (default: the load address)", 0 },
	{ "verity-flag", KEY_FLAG, "NAME", 0,
	  "restart-on-corruption, panic-on-corruption, restart-on-error, panic-on-error or "
	  "check-at-most-once",
	  0 },
	{ "root-hash-signature", KEY_SIGNATURE, "F", 0,
	  "PKCS#7 signature (DER) of the root hash in hex digits, for Linux to check as well", 0 },
	{ "embed", KEY_EMBED, NULL, 0, "data inside the tree, for readers that know nothing else",
	  0 },
	{ "align", KEY_ALIGN, "BYTES", 0,
	  "alignment of external data (default 4096, so that a read lands in place)", 0 },
	{ "hash", KEY_HASH, "NAME", 0, "sha256 (default), sha384 or sha512 for the images", 0 },
	{ "arch", KEY_ARCH, "NAME", 0, "arm64 or arm (default: as the kernel says, else arm64)",
	  0 },
	{ "config", KEY_CONFIG, "NAME", 0, "name of the (first) configuration (default conf-1)",
	  0 },
	{ "description", KEY_DESCRIPTION, "S", 0, "of the whole image", 0 },
	{ 0 },
};

static void once(const char **place, const char *value, const char *name, struct argp_state *state)
{
	if (*place)
		argp_error(state, "--%s is given twice", name);
	*place = value;
}

static void append(struct text_list *list, const char *value, struct argp_state *state)
{
	if (list->count == PLAN_LIST_MAX)
		argp_error(state, "more than %d of these: %s", PLAN_LIST_MAX, value);
	list->at[list->count++] = value;
}

static uint64_t number(const char *text, bool suffixes, uint64_t limit, const char *name,
		       struct argp_state *state)
{
	uint64_t value = 0;

	if (!parse_number(text, suffixes, limit, &value))
		argp_error(state, "--%s wants a number up to %llu: %s", name,
			   (unsigned long long)limit, text);
	return value;
}

static const char *one_of(const char *text, const char *const *choices, const char *name,
			  struct argp_state *state)
{
	for (; *choices; choices++)
		if (!strcmp(text, *choices))
			return *choices;
	argp_error(state, "--%s knows no %s", name, text);
	return NULL;
}

static bool printable(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

static error_t parse_file(int key, const char *argument, struct argp_state *state,
			  struct fit_arguments *arguments)
{
	switch (key) {
	case KEY_KERNEL:
		once(&arguments->kernel, argument, "kernel", state);
		return 0;
	case KEY_DTB:
		append(&arguments->dtbs, argument, state);
		return 0;
	case KEY_OVERLAY:
		append(&arguments->overlays, argument, state);
		return 0;
	case KEY_INITRD:
		once(&arguments->initrd, argument, "initrd", state);
		return 0;
	case KEY_SBOM:
		once(&arguments->sbom, argument, "sbom", state);
		return 0;
	case KEY_SIGNATURE:
		once(&arguments->root_hash_signature, argument, "root-hash-signature", state);
		return 0;
	case KEY_SPLIT:
		arguments->split = true;
		return 0;
	case KEY_ROOT_PARTITION:
		arguments->root_in_partition = true;
		/* fall through */
	case KEY_ROOT:
		once(&arguments->root, argument, "root or --root-partition", state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* What the loader takes as a path; that it leads to a file is seen in the root. */
static const char *good_path(const char *path, struct argp_state *state)
{
	if (*path != '/' || strlen(path) > FILE_PATH_MAX || !printable(path))
		argp_error(state, "a path in the root begins with / and is printable ASCII: %s",
			   path);
	return path;
}

static error_t parse_path(int key, const char *argument, struct argp_state *state,
			  struct fit_arguments *arguments)
{
	switch (key) {
	case KEY_KERNEL_PATH:
		once(&arguments->kernel_path, good_path(argument, state), "kernel-path", state);
		return 0;
	case KEY_DTB_PATH:
		append(&arguments->dtb_paths, good_path(argument, state), state);
		return 0;
	case KEY_OVERLAY_PATH:
		append(&arguments->overlay_paths, good_path(argument, state), state);
		return 0;
	case KEY_INITRD_PATH:
		once(&arguments->initrd_path, good_path(argument, state), "initrd-path", state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_text(int key, const char *argument, struct argp_state *state,
			  struct fit_arguments *arguments)
{
	static const char *const compressions[] = { "none", "gzip", "lz4", "zstd", NULL };
	static const char *const arches[] = { "arm64", "arm", NULL };

	switch (key) {
	case KEY_COMPATIBLE:
		append(&arguments->compatible, argument, state);
		return 0;
	case KEY_CMDLINE:
		once(&arguments->cmdline, argument, "cmdline", state);
		return 0;
	case KEY_DESCRIPTION:
		once(&arguments->description, argument, "description", state);
		return 0;
	case KEY_CONFIG:
		once(&arguments->config, argument, "config", state);
		return 0;
	case KEY_COMPRESSION:
		once(&arguments->compression, one_of(argument, compressions, "compression", state),
		     "compression", state);
		return 0;
	case KEY_ARCH:
		once(&arguments->arch, one_of(argument, arches, "arch", state), "arch", state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void verity_flag(const char *name, struct argp_state *state, struct fit_arguments *arguments)
{
	static const char *const flags[] = { "restart-on-corruption", "panic-on-corruption",
					     "restart-on-error",      "panic-on-error",
					     "check-at-most-once",    NULL };
	const char *flag = one_of(name, flags, "verity-flag", state);
	unsigned i;

	for (i = 0; i < arguments->flag_count; i++)
		if (arguments->flags[i] == flag)
			argp_error(state, "--verity-flag %s is given twice", flag);
	arguments->flags[arguments->flag_count++] = flag;
}

static error_t parse_number_option(int key, const char *argument, struct argp_state *state,
				   struct fit_arguments *arguments)
{
	switch (key) {
	case KEY_INDEX:
		arguments->index = number(argument, false, UINT32_MAX, "index", state);
		arguments->has_index = true;
		return 0;
	case KEY_LOAD:
		arguments->load = number(argument, false, UINT64_MAX, "kernel-load", state);
		arguments->has_load = true;
		return 0;
	case KEY_ENTRY:
		arguments->entry = number(argument, false, UINT64_MAX, "kernel-entry", state);
		return 0;
	case KEY_ALIGN:
		arguments->alignment = number(argument, true, 1 << 20, "align", state);
		if (arguments->alignment < 8 || (arguments->alignment & (arguments->alignment - 1)))
			argp_error(state, "--align is a power of two, at least 8");
		return 0;
	case KEY_HASH:
		if (digest_by_name(argument, strlen(argument), &arguments->hash) != OK)
			argp_error(state, "no hash %s; there are sha256, sha384, sha512", argument);
		return 0;
	case KEY_FLAG:
		verity_flag(argument, state, arguments);
		return 0;
	case KEY_EMBED:
		arguments->embed = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Names that the loader's strict profile accepts. */
static bool good_name(const char *name)
{
	static const char letters[] =
		"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ,._+-";

	return *name && strlen(name) < 32 && strspn(name, letters) == strlen(name);
}

/* Each slot comes from images or from paths, and paths from a root. */
static void check_sources(const struct fit_arguments *arguments, struct argp_state *state)
{
	bool tree_files = arguments->dtbs.count || arguments->overlays.count;
	bool tree_paths = arguments->dtb_paths.count || arguments->overlay_paths.count;
	unsigned trees = arguments->dtbs.count + arguments->dtb_paths.count;

	if (!arguments->kernel && !arguments->kernel_path)
		argp_error(state, "--kernel or --kernel-path says what is booted");
	if (arguments->kernel && arguments->kernel_path)
		argp_error(state, "--kernel and --kernel-path are two kernels");
	if (arguments->initrd && arguments->initrd_path)
		argp_error(state, "--initrd and --initrd-path are two initrds");
	if (tree_files && tree_paths)
		argp_error(state, "device trees are all files, or all paths in the root");
	if ((arguments->kernel_path || arguments->initrd_path || tree_paths) && !arguments->root)
		argp_error(state, "a path wants its root: --root or --root-partition");
	if (arguments->has_load && !arguments->kernel)
		argp_error(state, "--kernel-load goes with --kernel");
	if (trees > 1 && trees != arguments->compatible.count)
		argp_error(state, "several device trees want one --compatible each, in the same "
				  "order");
}

static void check(const struct fit_arguments *arguments, struct argp_state *state)
{
	unsigned i;

	check_sources(arguments, state);
	if (!arguments->compatible.count)
		argp_error(state, "--compatible says which board this is for");
	if (arguments->flag_count && !arguments->root)
		argp_error(state, "--verity-flag without a root");
	if (arguments->root_hash_signature && !arguments->root)
		argp_error(state, "--root-hash-signature without a root");
	if (arguments->split && !arguments->root_in_partition)
		argp_error(state, "--verity-split goes with --root-partition");
	if (arguments->root && !arguments->root_in_partition &&
	    (arguments->embed || arguments->alignment < tree_defaults.data_block_size))
		argp_error(
			state,
			"--root must lie on a block of 4096 bytes: no --embed, no smaller --align");
	if (arguments->entry && !arguments->has_load)
		argp_error(state, "--kernel-entry without --kernel-load");
	if (!good_name(arguments->config))
		argp_error(state, "--config: up to 31 letters, digits and ,._+-");
	if (!printable(arguments->cmdline ? arguments->cmdline : "") ||
	    !printable(arguments->description))
		argp_error(state, "printable ASCII only");
	for (i = 0; i < arguments->compatible.count; i++)
		if (!*arguments->compatible.at[i] || !printable(arguments->compatible.at[i]))
			argp_error(state, "--compatible: printable ASCII");
	if (!arguments->common.output && !arguments->common.dry_run)
		argp_error(state, "-o FIT says where the image goes");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct fit_arguments *arguments = state->input;
	error_t result;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->common;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "what is %s?", argument);
		return 0;
	case ARGP_KEY_END:
		if (!arguments->config)
			arguments->config = "conf-1";
		if (!arguments->description)
			arguments->description = "Holdfast release";
		check(arguments, state);
		return 0;
	default:
		result = parse_file(key, argument, state, arguments);
		if (result == ARGP_ERR_UNKNOWN)
			result = parse_path(key, argument, state, arguments);
		if (result == ARGP_ERR_UNKNOWN)
			result = parse_text(key, argument, state, arguments);
		return result == ARGP_ERR_UNKNOWN
			       ? parse_number_option(key, argument, state, arguments)
			       : result;
	}
}

void fit_arguments_parse(int argc, char **argv, struct fit_arguments *arguments)
{
	static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		options,
		parse,
		"--kernel F --compatible STR -o FIT\n"
		"--kernel-path PATH --root-partition F --compatible STR -o FIT",
		"Pack a release into a FIT (flat image tree) that holdfast-keys can sign and the "
		"loader can boot."
		"\vReproducible: the same input gives the same FIT under SOURCE_DATE_EPOCH.",
		children,
		NULL,
		NULL
	};

	*arguments = (struct fit_arguments){ .alignment = 4096, .hash = DIGEST_SHA256 };
	argp_parse(&argp, argc, argv, 0, NULL, arguments);
}
