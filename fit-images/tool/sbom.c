/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "sbom.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "digest.h"

static bool is_bill(const json_t *bill)
{
	const char *format = json_string_value(json_object_get(bill, "bomFormat"));
	const char *version = json_string_value(json_object_get(bill, "spdxVersion"));

	return (format && !strcmp(format, "CycloneDX")) ||
	       (version && !strncmp(version, "SPDX-", 5));
}

struct input sbom_open(const char *path)
{
	struct input file = input_open(path);
	json_error_t error;
	json_t *bill = json_loadb(file.size ? (const char *)file.at : "", file.size,
				  JSON_REJECT_DUPLICATES, &error);

	if (!bill)
		fail(EXIT_INPUT, "%s:%d: no JSON (%s): give a CycloneDX or SPDX document", path,
		     error.line, error.text);
	if (!is_bill(bill))
		fail(EXIT_INPUT,
		     "%s: neither bomFormat CycloneDX nor an spdxVersion: give a bill of materials",
		     path);
	json_decref(bill);
	return file;
}

/* What the configuration calls its bill; false if it has none. */
static bool name_of(const struct fit_view *view, unsigned configuration, const char **name)
{
	return configuration != FIT_NONE && view_string(view, configuration, SBOM_PROPERTY, name);
}

static bool find_name(const struct fit_view *view, const char **name)
{
	unsigned parent = view->configurations, child = parent;
	const char *chosen;

	if (parent == FIT_NONE)
		return false;
	if (view_string(view, parent, "default", &chosen) &&
	    name_of(view, fit_child(&view->fit, parent, chosen), name))
		return true;
	while ((child = fit_next_child(&view->fit, parent, child)) != FIT_NONE)
		if (name_of(view, child, name))
			return true;
	return false;
}

static void check_hash(const struct fit_view *view, unsigned hash, struct span bill,
		       const char *image)
{
	enum digest_algorithm algorithm;
	uint8_t digest[DIGEST_SIZE_MAX];
	struct span value;
	const char *name;

	if (!view_string(view, hash, "algo", &name) ||
	    digest_by_name(name, strlen(name), &algorithm) != OK)
		fail_refused_at(ERR_ALGO_DENIED, image, "its hash is of an unknown or weak kind");
	if (!view_bytes(view, hash, "value", &value) || value.size != digest_size(algorithm))
		fail_refused_at(ERR_BAD_FIT, image, "its hash node is damaged: sign again");
	if (digest_of(algorithm, bill, digest) != OK)
		fail(EXIT_INTERNAL, "digest failed");
	if (memcmp(digest, value.at, value.size))
		fail_refused(refuse_different(ERR_HASH_MISMATCH, image,
					      "the bill is not the one that was packed", value.at,
					      digest, value.size));
}

struct span sbom_find(const struct fit_view *view)
{
	unsigned image, child, hashes = 0;
	const char *name = "";
	struct span bill;

	if (!find_name(view, &name))
		fail_refused_at(ERR_NO_IMAGE, SBOM_PROPERTY,
				"no configuration has a bill of materials (fit --sbom)");
	image = view->images == FIT_NONE ? FIT_NONE : fit_child(&view->fit, view->images, name);
	if (image == FIT_NONE)
		fail_refused_at(ERR_CONFIG_MISSING, name,
				"the image that " SBOM_PROPERTY " names is not there");
	if (view_payload(view, image, &bill) != OK)
		fail_refused_at(ERR_TRUNCATED, name, "its data lies outside the file");
	for (child = image; (child = fit_next_child(&view->fit, image, child)) != FIT_NONE;) {
		if (strncmp(fit_name(&view->fit, child), "hash", 4))
			continue;
		check_hash(view, child, bill, name);
		hashes++;
	}
	if (!hashes)
		fail_refused_at(ERR_NO_HASH, name, "give the image a hash-1 node");
	return bill;
}

int sbom_write(const struct common *common, struct span file)
{
	struct fit_view *view;
	enum status status = fit_view_open(file, &view);
	struct output *output;
	struct span bill;

	if (status != OK)
		fail_refused(status);
	bill = sbom_find(view);
	if (common->dry_run)
		return EXIT_DONE;
	if (!common->output) {
		if (fwrite(bill.at, 1, bill.size, stdout) != bill.size || fflush(stdout))
			fail(EXIT_OUTPUT, "standard output cannot be written");
		return EXIT_DONE;
	}
	output = output_open(common->output);
	output_write(output, 0, bill.at, bill.size);
	outputs_commit();
	return EXIT_DONE;
}
