/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * inspect.h - the parts of holdfast-keys inspect: everything is collected as JSON, the text is
 * printed from that.
 */
#ifndef HOLDFAST_KEYS_INSPECT_H
#define HOLDFAST_KEYS_INSPECT_H

#include "fit_file.h"

/* Add a warning, {code, at, text}: a reason for which a loader would refuse. */
void inspect_warn(json_t *warnings, enum status why, const char *at, const char *text);

/*
 * What is said of one image: properties, where its data lies, hash nodes and whether they match,
 * dm-verity.
 */
json_t *inspect_image(const struct fit_file *file, unsigned node, json_t *warnings);

/*
 * What is said of one configuration: properties, what a signature covers, the signatures (none is
 * verified).
 */
json_t *inspect_configuration(const struct fit_file *file, unsigned node, json_t *warnings);

/* A property as JSON: true (no value), a string, a list of strings, or hex. */
json_t *inspect_value(const char *name, struct span value);

/* The same as text for people. */
void inspect_print(const json_t *document);

#endif
