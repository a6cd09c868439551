/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "document.h"
#include "fit_arguments.h"
#include "payload.h"
#include "root_files.h"
#include "sbom.h"
#include "verity.h"

/* Bytes that tell what a kernel is. */
#define KERNEL_HEAD 64
/* What the loader takes as a device tree. */
#define TREE_MOST (2u << 20)

static struct plan_image *add_file(struct plan *plan, const char *name, const char *type,
				   const char *description, const struct input *file)
{
	struct plan_image *image = plan_add(plan, name, type, description);

	image->data = input_span(file);
	return image;
}

/* What a kernel is by its first bytes, held against what was asked for: fills plan->arch. */
static const char *look_at_kernel(struct plan *plan, const struct fit_arguments *arguments,
				  const struct input *file)
{
	const char *seen = payload_compression(file);
	const char *compression = arguments->compression ? arguments->compression : seen;
	const char *arch = payload_kernel_arch(file);

	if (strcmp(compression, seen))
		fail_refused_at(ERR_DECOMPRESS, file->path, "not compressed as --compression says");
	if (!arch && !strcmp(compression, "none"))
		note(&arguments->common,
		     "%s is neither an arm64 Image nor a zImage; the loader will say bad-kernel",
		     file->path);
	if (arch && arguments->arch && strcmp(arch, arguments->arch))
		fail_refused_at(ERR_BAD_KERNEL, file->path,
				"a kernel for another architecture than --arch");
	plan->arch = arguments->arch ? arguments->arch : arch ? arch : "arm64";
	return compression;
}

static void add_kernel(struct plan *plan, const struct fit_arguments *arguments)
{
	struct input file = input_open(arguments->kernel);
	const char *compression = look_at_kernel(plan, arguments, &file);
	struct plan_image *image = add_file(plan, "kernel", "kernel_noload", "Linux", &file);

	image->arch = plan->arch;
	image->os = "linux";
	image->compression = compression;
	/* U-Boot wants the cells for kernel_noload too: entry is relative there */
	image->has_load = true;
	if (arguments->has_load) {
		image->type = "kernel";
		image->load = arguments->load;
		image->entry = arguments->entry ? arguments->entry : arguments->load;
	}
	plan->kernel = image->name;
}

static void name_kernel(struct plan *plan, const struct fit_arguments *arguments,
			struct root_files *files)
{
	struct input file = root_files_input(files, arguments->kernel_path, KERNEL_HEAD);

	plan->kernel_compression = look_at_kernel(plan, arguments, &file);
	plan->kernel_path = arguments->kernel_path;
}

/* The file of a list of base trees and overlays. */
static const char *tree_at(const struct text_list *bases, const struct text_list *overlays,
			   unsigned index)
{
	return index < bases->count ? bases->at[index] : overlays->at[index - bases->count];
}

static void add_trees(struct plan *plan, const struct fit_arguments *arguments)
{
	unsigned bases = arguments->dtbs.count, i;
	char name[32];

	for (i = 0; i < bases + arguments->overlays.count; i++) {
		bool overlay = i >= bases;
		struct input file = input_open(tree_at(&arguments->dtbs, &arguments->overlays, i));
		struct plan_image *image;

		payload_check_tree(&file, overlay ? ERR_BAD_OVERLAY : ERR_BAD_DTB);
		snprintf(name, sizeof name, overlay ? "overlay-%u" : "fdt-%u",
			 (overlay ? i - bases : i) + 1);
		image = add_file(plan, name, "flat_dt", overlay ? "overlay" : "device tree", &file);
		image->arch = plan->arch;
		image->compression = payload_compression(&file);
		plan->trees[i] = image->name;
	}
}

static void name_trees(struct plan *plan, const struct fit_arguments *arguments,
		       struct root_files *files)
{
	unsigned bases = arguments->dtb_paths.count, i;

	for (i = 0; i < bases + arguments->overlay_paths.count; i++) {
		enum status why = i < bases ? ERR_BAD_DTB : ERR_BAD_OVERLAY;
		const char *path = tree_at(&arguments->dtb_paths, &arguments->overlay_paths, i);
		struct input file = root_files_input(files, path, TREE_MOST);

		if (strcmp(payload_compression(&file), "none"))
			fail_refused_at(why, path,
					"compressed: in a root only the kernel may be that");
		payload_check_tree(&file, why);
		plan->trees[i] = path;
		plan->fdt_paths = true;
	}
}

static void add_initrd(struct plan *plan, const struct fit_arguments *arguments)
{
	struct input file;
	struct plan_image *image;

	if (!arguments->initrd)
		return;
	file = input_open(arguments->initrd);
	if (!file.size)
		fail_refused_at(ERR_NO_IMAGE, file.path, "the initrd is empty");
	image = add_file(plan, "initrd", "ramdisk", "initial RAM disk", &file);
	image->arch = plan->arch;
	image->os = "linux";
	plan->ramdisk = image->name;
}

static void name_initrd(struct plan *plan, const struct fit_arguments *arguments,
			struct root_files *files)
{
	if (!arguments->initrd_path)
		return;
	root_files_input(files, arguments->initrd_path, 1);
	plan->ramdisk_path = arguments->initrd_path;
}

static void add_sbom(struct plan *plan, const struct fit_arguments *arguments)
{
	struct input file;
	struct plan_image *image;

	if (!arguments->sbom)
		return;
	file = sbom_open(arguments->sbom);
	image = add_file(plan, SBOM_IMAGE, "firmware", "bill of materials", &file);
	plan->sbom = image->name;
}

/* A DER sequence of the file's length (of 256 bytes or more, as signatures are). */
static struct span signature_open(const char *path)
{
	struct input file = input_open(path);

	if (file.size < 4 || file.at[0] != 0x30 || file.at[1] != 0x82 ||
	    file.size != 4 + (load_be32(file.at) & 0xffff))
		fail_refused_at(ERR_VERITY_PARAMS, path,
				"no PKCS#7 in DER: openssl smime -sign -outform DER");
	if (file.size > VERITY_SIGNATURE_MAX)
		fail_refused_at(ERR_VERITY_PARAMS, path, "too long: sign with -nocerts -noattr");
	return input_span(&file);
}

static void add_root(struct plan *plan, const struct fit_arguments *arguments,
		     const struct root_image *root)
{
	struct plan_image *image;

	if (!arguments->root)
		return;
	image = plan_add(plan, "root", "filesystem", "read-only root");
	image->data = root->data;
	image->tree = &root->tree;
	image->verity_options = arguments->flags;
	image->in_partition = arguments->root_in_partition;
	image->split = arguments->split;
	if (arguments->root_hash_signature)
		image->signature = signature_open(arguments->root_hash_signature);
	plan->loadable = image->name;
}

static void add_configurations(struct plan *plan, const struct fit_arguments *arguments)
{
	unsigned bases = arguments->dtbs.count + arguments->dtb_paths.count;
	unsigned overlays = arguments->overlays.count + arguments->overlay_paths.count;
	unsigned count = bases > 1 ? bases : 1, i, k;

	for (i = 0; i < count; i++) {
		struct plan_configuration *configuration =
			&plan->configurations[plan->configuration_count++];

		snprintf(configuration->name, sizeof configuration->name, "%s", arguments->config);
		if (i)
			snprintf(configuration->name, sizeof configuration->name, "conf-%u", i + 1);
		for (k = 0; k < arguments->compatible.count; k++)
			if (count == 1 || k == i)
				configuration->compatible[configuration->compatible_count++] =
					arguments->compatible.at[k];
		if (bases)
			configuration->fdt[configuration->fdt_count++] = plan->trees[i];
		for (k = 0; k < overlays; k++)
			configuration->fdt[configuration->fdt_count++] = plan->trees[bases + k];
	}
}

static void print(const struct fit_arguments *arguments, const struct plan *plan, uint64_t size)
{
	const struct plan_image *last = &plan->images[plan->image_count - 1];
	unsigned i;

	if (!arguments->common.json) {
		if (arguments->common.verbose)
			for (i = 0; i < plan->image_count; i++)
				note(&arguments->common, "%s: %llu bytes", plan->images[i].name,
				     (unsigned long long)plan->images[i].size);
		return;
	}
	document_begin("fit");
	document_number("size", size);
	document_number("timestamp", plan->timestamp);
	document_array("images");
	for (i = 0; i < plan->image_count; i++) {
		document_object(NULL);
		document_string("name", plan->images[i].name);
		document_string("type", plan->images[i].type);
		document_string("compression", plan->images[i].compression);
		document_number("size", plan->images[i].size);
		document_object_end();
	}
	document_array_end();
	document_array("configurations");
	for (i = 0; i < plan->configuration_count; i++)
		document_string(NULL, plan->configurations[i].name);
	document_array_end();
	if (last->tree)
		document_hex("root_hash", last->tree->root_hash,
			     digest_size(last->tree->parameters.algorithm));
	document_end();
}

static void plan_begin(struct plan *plan, const struct fit_arguments *arguments)
{
	plan->timestamp = source_date();
	plan->description = arguments->description;
	plan->cmdline = arguments->cmdline;
	plan->hash = arguments->hash;
	plan->embed = arguments->embed;
	plan->alignment = (uint32_t)arguments->alignment;
	plan->rollback_index = (uint32_t)arguments->index;
	plan->has_rollback_index = arguments->has_index;
}

/* What is in the root already; the loader's own reader looks. */
static void name_files(struct plan *plan, const struct fit_arguments *arguments,
		       const struct root_image *root)
{
	static struct root_files files;

	if (!arguments->kernel_path && !arguments->initrd_path && !arguments->dtb_paths.count &&
	    !arguments->overlay_paths.count)
		return;
	root_files_mount(&files, root);
	if (arguments->kernel_path)
		name_kernel(plan, arguments, &files);
	name_trees(plan, arguments, &files);
	name_initrd(plan, arguments, &files);
}

int verb_fit(int argc, char **argv)
{
	static struct plan plan;
	struct fit_arguments arguments;
	struct output *output;
	struct root_image root;
	uint64_t size;

	fit_arguments_parse(argc, argv, &arguments);
	plan_begin(&plan, &arguments);
	if (arguments.root)
		root = root_open(arguments.root, &tree_defaults);
	if (arguments.kernel)
		add_kernel(&plan, &arguments);
	name_files(&plan, &arguments, &root);
	add_trees(&plan, &arguments);
	add_initrd(&plan, &arguments);
	add_sbom(&plan, &arguments);
	add_root(&plan, &arguments, &root);
	add_configurations(&plan, &arguments);
	plan_layout(&plan);
	output = arguments.common.dry_run ? NULL : output_open(arguments.common.output);
	size = plan_write(&plan, output);
	outputs_commit();
	print(&arguments, &plan, size);
	return EXIT_DONE;
}
