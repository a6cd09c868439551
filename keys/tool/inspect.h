/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * inspect.h - the parts of holdfast-keys inspect: everything is collected as JSON, the text is
 * printed from that.
 *
 * What is described here may be hostile, and is no better for having been described: apart from
 * the signatures that --trust asks about, nothing is verified.
 */
#ifndef HOLDFAST_KEYS_INSPECT_H
#define HOLDFAST_KEYS_INSPECT_H

#include "fit_file.h"
#include "keyring.h"

/* What is described, and what came of it so far. */
struct inspection {
	const struct fit_file *file;
	const struct keyring *keyring; /* NULL: no trust set was given */
	json_t *warnings;              /* an array of {code, at, text} */
};

/* Add a warning: a reason for which a loader would refuse. */
void inspect_warn(const struct inspection *inspection, enum status why, const char *at,
		  const char *text);

/*
 * What is said of one image: properties, where its data lies, hash nodes and whether they match,
 * the geometry of a dm-verity root (null if it is none).
 */
json_t *inspect_image(const struct inspection *inspection, unsigned node);

/*
 * The geometry in an image's dm-verity node, null if there is none; what is absent in it is null.
 */
json_t *inspect_root(const struct inspection *inspection, unsigned image);

/*
 * What is said of one configuration: properties, root, rollback index, revocation list, SBOM, what
 * a signature covers, the signatures.
 */
json_t *inspect_configuration(const struct inspection *inspection, unsigned node);

/*
 * Its signature nodes. coverage is of the configuration; NULL if there is none, then no signature
 * can be judged.
 */
json_t *inspect_signatures(const struct inspection *inspection, unsigned configuration,
			   const struct fit_coverage *coverage);

/* The list of keys that it takes back, null if there is none. */
json_t *inspect_revocation(const struct inspection *inspection, unsigned configuration);

/* The image that holdfast,sbom names, and what kind of document it holds; null if none. */
json_t *inspect_sbom(const struct inspection *inspection, unsigned configuration);

/*
 * What an envelope says (provenance.h), and with a trust set whether that is so. sha256 is of the
 * FIT, in hex.
 */
json_t *inspect_provenance(const struct inspection *inspection, const struct input *input,
			   const char *sha256);

/* A node's properties but data*: true (no value), a string, a list of strings, or hex. */
json_t *inspect_properties(const struct fit_file *file, unsigned node);

/* The same as text for people. */
void inspect_print(const json_t *document);

/* For inspect_print(): a string member, "" if it is none; a number, 0 if it is none. */
const char *inspect_text(const json_t *object, const char *key);
long long inspect_number(const json_t *object, const char *key);

/* A configuration as text. */
void inspect_print_configuration(const json_t *configuration, const json_t *images);

#endif
