/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * provenance.c - the statement about a FIT that was just signed, and its envelope.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "dsse.h"
#include "fit_file.h"
#include "fit_regions.h"
#include "provenance.h"

#define BUILDER_MAX 1024

const char *provenance_builder;

/* What the statement is made from. */
struct release {
	const char *name; /* of the file, without its directory */
	struct span bytes;
	struct fit_file *file;
	const json_t *signatures;
	bool images[FIT_NODES_MAX]; /* covered by a configuration that was signed */
};

bool provenance_builder_is_good(const char *builder)
{
	static const char scheme[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789+-.";
	size_t length = strspn(builder, scheme);

	if (length == 0 || builder[length] != ':' || builder[length + 1] == '\0' ||
	    strlen(builder) > BUILDER_MAX)
		return false;
	for (; *builder != '\0'; builder++) {
		if (*builder <= ' ' || *builder > '~')
			return false;
	}
	return true;
}

static enum exit_code choose_builder(const char **builder)
{
	const char *given = getenv("HOLDFAST_BUILDER_ID");

	*builder = provenance_builder;
	if (*builder == NULL)
		*builder = given == NULL || given[0] == '\0' ? PROVENANCE_BUILDER_DEFAULT : given;
	if (provenance_builder_is_good(*builder))
		return EXIT_DONE;
	complain("HOLDFAST_BUILDER_ID: it must be a URI, such as urn:acme:ci:release");
	return EXIT_USAGE;
}

static json_t *sha256_of(struct span bytes)
{
	uint8_t digest[DIGEST_SIZE_MAX];

	if (digest_of(DIGEST_SHA256, bytes, digest) != OK) {
		complain("SHA-256 failed");
		exit(EXIT_BUG);
	}
	return json_pack("{s:o}", "sha256", json_hex(digest, 32));
}

/* {name, digest} for every image with data; name is prefix and the image's. */
static void add_images(const struct release *release, const char *prefix, json_t *list)
{
	const struct fit *fit = &release->file->fit;
	unsigned images = fit_file_images(release->file);

	for (unsigned i = fit_next_child(fit, images, images); i != FIT_NONE;
	     i = fit_next_child(fit, images, i)) {
		struct span data;
		char *name;

		if (!release->images[i] || fit_file_data(release->file, i, &data) != OK ||
		    data.size == 0)
			continue;
		name = text_of("%s%s", prefix, fit_name(fit, i));
		(void)json_array_append_new(
			list, json_pack("{s:s, s:o}", "name", name, "digest", sha256_of(data)));
		free(name);
	}
}

static json_t *subjects(const struct release *release)
{
	json_t *list = json_array();
	char *prefix = text_of("%s#", release->name);

	(void)json_array_append_new(list, json_pack("{s:s, s:o}", "name", release->name, "digest",
						    sha256_of(release->bytes)));
	add_images(release, prefix, list);
	free(prefix);
	return list;
}

static json_t *dependencies(const struct release *release)
{
	json_t *list = json_array();

	add_images(release, "", list);
	(void)json_array_append_new(list, json_pack("{s:s, s:s}", "name", "holdfast", "uri",
						    "pkg:generic/holdfast@" HOLDFAST_VERSION));
	return list;
}

/* The root hash of the image that is a dm-verity root, or null. */
static json_t *root_hash_of(const struct fit_file *file, unsigned configuration)
{
	struct fit_property property;
	const char *name;

	if (!fit_property(&file->fit, configuration, "loadables", &property))
		return json_null();
	for (unsigned i = 0; fit_list_string(property.value, i, &name); i++) {
		unsigned image = fit_child(&file->fit, fit_file_images(file), name);
		struct fit_property digest;

		if (image == FIT_NONE)
			continue;
		image = fit_child(&file->fit, image, "dm-verity");
		if (image != FIT_NONE && fit_property(&file->fit, image, "digest", &digest))
			return json_hex(digest.value.at, digest.value.size);
	}
	return json_null();
}

static json_t *describe(const struct fit_file *file, unsigned configuration)
{
	uint32_t index = 0;

	(void)fit_file_u32(file, configuration, "holdfast,rollback-index", &index);
	return json_pack("{s:s, s:o, s:I, s:o}", "name", fit_name(&file->fit, configuration),
			 "compatible", fit_file_strings(file, configuration, "compatible"),
			 "rollbackIndex", (json_int_t)index, "rootHash",
			 root_hash_of(file, configuration));
}

/* True if signatures names the configuration, or is no list at all. */
static bool was_signed(const json_t *signatures, const char *name)
{
	const json_t *one;
	size_t i;

	if (!json_is_array(signatures))
		return true;
	json_array_foreach(signatures, i, one)
	{
		const char *of = json_string_value(json_object_get(one, "configuration"));

		if (of != NULL && strcmp(of, name) == 0)
			return true;
	}
	return false;
}

static enum exit_code mark_images(struct release *release, unsigned configuration)
{
	struct fit_coverage *coverage = allocate(sizeof(*coverage));
	enum status status = fit_coverage(&release->file->fit, configuration, coverage);

	for (unsigned i = 0; status == OK && i < release->file->fit.node_count; i++)
		release->images[i] |= coverage->cover[i] == COVER_ALL;
	free(coverage);
	return status == OK ? EXIT_DONE : refused(status);
}

/* The configurations that were signed; and which images they cover. */
static enum exit_code configurations(struct release *release, json_t *list)
{
	const struct fit *fit = &release->file->fit;
	unsigned parent = fit_file_configurations(release->file);

	if (parent == FIT_NONE)
		return refused_because(ERR_CONFIG_MISSING, "configurations",
				       "the FIT has no /configurations");
	for (unsigned i = fit_next_child(fit, parent, parent); i != FIT_NONE;
	     i = fit_next_child(fit, parent, i)) {
		if (!was_signed(release->signatures, fit_name(fit, i)))
			continue;
		STEP(mark_images(release, i));
		(void)json_array_append_new(list, describe(release->file, i));
	}
	return EXIT_DONE;
}

/* The signer knows one moment only. */
static json_t *run_details(const char *builder)
{
	const char *invocation = getenv("HOLDFAST_INVOCATION_ID");
	time_t seconds = timestamp();
	json_t *metadata;
	char text[32];
	struct tm tm;

	(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &tm));
	metadata = json_pack("{s:s, s:s}", "startedOn", text, "finishedOn", text);
	if (invocation != NULL && invocation[0] != '\0')
		(void)json_object_set_new(metadata, "invocationId", json_string(invocation));
	return json_pack("{s:{s:s, s:{s:s}}, s:o}", "builder", "id", builder, "version",
			 "holdfast-keys", HOLDFAST_VERSION, "metadata", metadata);
}

static json_t *statement_of(const struct release *release, json_t *described, const char *builder)
{
	json_t *internal = json_object();

	if (json_is_array(release->signatures))
		(void)json_object_set_new(internal, "signatures",
					  json_deep_copy(release->signatures));
	return json_pack("{s:s, s:o, s:s, s:{s:{s:s, s:{s:s, s:O}, s:o, s:o}, s:o}}", "_type",
			 PROVENANCE_STATEMENT_TYPE, "subject", subjects(release), "predicateType",
			 PROVENANCE_PREDICATE_TYPE, "predicate", "buildDefinition", "buildType",
			 PROVENANCE_BUILD_TYPE, "externalParameters", "fit", release->name,
			 "configurations", described, "internalParameters", internal,
			 "resolvedDependencies", dependencies(release), "runDetails",
			 run_details(builder));
}

/* The file's bytes: the envelope as indented JSON and a newline. */
static enum exit_code write_envelope(const json_t *envelope, const char *path,
				     struct output *output)
{
	char *text = json_dumps(envelope, JSON_INDENT(2) | JSON_SORT_KEYS);
	enum exit_code code;

	if (text == NULL) {
		complain("the envelope cannot be made");
		return EXIT_BUG;
	}
	code = output_open(path, 0644, output);
	if (code == EXIT_DONE)
		code = output_write(output, text, strlen(text));
	if (code == EXIT_DONE)
		code = output_write(output, "\n", 1);
	free(text);
	return code;
}

static enum exit_code prepare(struct release *release, const char *path, const char *builder,
			      const struct key_file *keys, unsigned key_count,
			      struct output *output)
{
	json_t *described = json_array();
	json_t *envelope = NULL;
	json_t *statement;
	char *payload;
	enum exit_code code = configurations(release, described);

	if (code == EXIT_DONE) {
		statement = statement_of(release, described, builder);
		payload = json_dumps(statement, JSON_COMPACT | JSON_SORT_KEYS);
		json_decref(statement);
		if (payload == NULL) {
			complain("the statement cannot be made: a text is not UTF-8");
			code = EXIT_BUG;
		} else {
			code = dsse_sign(PROVENANCE_PAYLOAD_TYPE,
					 (struct span){ (uint8_t *)payload, strlen(payload) }, keys,
					 key_count, &envelope);
		}
		free(payload);
	}
	if (code == EXIT_DONE)
		code = write_envelope(envelope, path, output);
	json_decref(envelope);
	json_decref(described);
	return code;
}

static bool is_same_inode(const char *a, const char *b)
{
	struct stat first;
	struct stat second;

	return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
	       first.st_ino == second.st_ino;
}

/* "." for a name without a directory; a fresh string. */
static char *directory_of(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');

	*name = slash == NULL ? path : slash + 1;
	return slash == NULL ? text_of(".") : text_of("%.*s", (int)(slash - path) + 1, path);
}

/* Neither need be there yet. */
static bool is_same_file(const char *a, const char *b)
{
	const char *first;
	const char *second;
	char *first_place = directory_of(a, &first);
	char *second_place = directory_of(b, &second);
	bool same = is_same_inode(a, b) ||
		    (strcmp(first, second) == 0 && is_same_inode(first_place, second_place));

	free(first_place);
	free(second_place);
	return same;
}

enum exit_code provenance_prepare(const char *path, const char *fit_name, struct span fit,
				  const struct key_file *keys, unsigned key_count,
				  const json_t *signatures, struct output *output)
{
	const char *slash = strrchr(fit_name, '/');
	struct release *release;
	const char *builder;
	enum exit_code code;
	enum status status;

	STEP(choose_builder(&builder));
	if (is_same_file(path, fit_name)) {
		complain("%s: --provenance would overwrite the FIT: choose another name", path);
		return EXIT_POLICY;
	}
	release = allocate(sizeof(*release));
	*release = (struct release){ .name = slash == NULL ? fit_name : slash + 1,
				     .bytes = fit,
				     .file = allocate(sizeof(*release->file)),
				     .signatures = signatures };
	status = fit_file_open(fit, release->file);
	code = status == OK ? prepare(release, path, builder, keys, key_count, output)
			    : refused(status);
	free(release->file);
	free(release);
	return code;
}
