/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sign_hashes.c - a signature is worth what the hash values under it are worth: fill them in, or
 * check them.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "sign.h"
#include "tree.h"

/*
 * OpenSSL's, because it is several times faster on a PC than the loader's software. The loader's
 * reads it all again later.
 */
static bool digest_data(enum digest_algorithm algorithm, struct span data, uint8_t *out)
{
	return EVP_Q_digest(NULL, digest_name(algorithm), NULL,
			    data.at == NULL ? "" : (const void *)data.at, data.size, out,
			    NULL) == 1;
}

static enum exit_code put_value(struct signing *signing, unsigned node, const uint8_t *value,
				size_t size)
{
	char *path = fit_file_path(signing->original, node);
	int offset = fdt_path_offset(signing->tree, path);
	int error = offset < 0 ? offset
			       : fdt_setprop(signing->tree, offset, "value", value, (int)size);

	detail("%s: value filled in", path);
	free(path);
	return error == 0 ? EXIT_DONE : sign_failed(error);
}

static enum exit_code one_hash(struct signing *signing, unsigned image, unsigned node,
			       struct span data)
{
	const struct fit_file *file = signing->original;
	const char *name = fit_name(&file->fit, image);
	const char *word = fit_file_string(file, node, "algo");
	enum digest_algorithm algorithm;
	uint8_t value[DIGEST_SIZE_MAX];
	struct fit_property old;

	if (word == NULL)
		return refused_because(ERR_BAD_FIT, name, "a hash node has no algo");
	if (digest_by_name(word, strlen(word), &algorithm) != OK)
		return refused_because(ERR_ALGO_DENIED, name,
				       "hash images with sha256, sha384 or sha512 only");
	if (!digest_data(algorithm, data, value))
		return EXIT_BUG;
	if (!fit_property(&file->fit, node, "value", &old))
		return put_value(signing, node, value, digest_size(algorithm));
	if (old.value.size != digest_size(algorithm))
		return refused_because(ERR_BAD_FIT, name, "a hash value has the wrong length");
	if (memcmp(old.value.at, value, old.value.size) != 0)
		return refused(refuse_different(ERR_HASH_MISMATCH, name,
						"the data is not what the FIT says: rebuild it",
						old.value.at, value, old.value.size));
	return EXIT_DONE;
}

static enum exit_code image_hashes(struct signing *signing, unsigned image)
{
	const struct fit_file *file = signing->original;
	struct span data;
	enum status status = fit_file_data(file, image, &data);

	if (status != OK)
		return status == ERR_ABSENT
			       ? refused_because(ERR_BAD_FIT, fit_name(&file->fit, image),
						 "the image has no data")
			       : refused(status);
	for (unsigned node = fit_next_child(&file->fit, image, image); node != FIT_NONE;
	     node = fit_next_child(&file->fit, image, node)) {
		if (fit_file_named(file, node, "hash"))
			STEP(one_hash(signing, image, node, data));
	}
	return EXIT_DONE;
}

enum exit_code sign_hashes(struct signing *signing, unsigned configuration)
{
	const struct fit_file *file = signing->original;
	unsigned images = fit_file_images(file);
	struct fit_coverage *coverage = allocate(sizeof(*coverage));
	enum status status = fit_coverage(&file->fit, configuration, coverage);
	enum exit_code code = status == OK ? EXIT_DONE : refused(status);

	for (unsigned i = 0; code == EXIT_DONE && i < file->fit.node_count; i++) {
		if (coverage->cover[i] == COVER_ALL && i != 0 &&
		    file->fit.nodes[i].parent == images)
			code = image_hashes(signing, i);
	}
	free(coverage);
	return code;
}
