/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fit_file.h - a FIT in memory, opened by the loader's own fit_read() and fit_open().
 */
#ifndef HOLDFAST_KEYS_FIT_FILE_H
#define HOLDFAST_KEYS_FIT_FILE_H

#include "fit.h"
#include "fit_regions.h"
#include "tool.h"

/* Big (the node table): allocate it. It does not move, the medium points into it. */
struct fit_file {
	struct span bytes; /* the whole file; the caller's */
	struct medium medium;
	struct extent extent;
	uint8_t memory[FIT_META_MAX];
	struct fit fit;
};

/* Start the digest and RSA engines, once. EXIT_BUG if they do not answer rightly. */
enum exit_code engines_ready(void);

/* A medium with one-byte blocks over bytes, which live as long as the medium. */
void medium_of_bytes(struct span bytes, struct medium *medium);

/* Read and open the FIT at the start of bytes: the errors of fit_read() and fit_open(). */
enum status fit_file_open(struct span bytes, struct fit_file *file) MUST_CHECK;

/*
 * Where an image's data lies by its (unsigned) properties: data-position, else data-offset, else
 * embedded. ERR_ABSENT: it has none. ERR_BAD_FIT, ERR_TRUNCATED: at= names the image.
 */
enum status fit_file_data(const struct fit_file *file, unsigned image,
			  struct span *data) MUST_CHECK;

/* The u32 property of that name; false if absent or of another length. */
bool fit_file_u32(const struct fit_file *file, unsigned node, const char *name, uint32_t *value);

/* A string property, or NULL if absent or no string. */
const char *fit_file_string(const struct fit_file *file, unsigned node, const char *name);

/* A property that is a list of strings, by json_text(); an empty array if there is none. */
json_t *fit_file_strings(const struct fit_file *file, unsigned node, const char *name);

/* "/images/kernel/hash-1": a fresh string, the caller frees. */
char *fit_file_path(const struct fit_file *file, unsigned node);

/* /images or /configurations, or FIT_NONE. */
unsigned fit_file_images(const struct fit_file *file);
unsigned fit_file_configurations(const struct fit_file *file);

/* The node's name starts with prefix ("hash", "signature"). */
bool fit_file_named(const struct fit_file *file, unsigned node, const char *prefix);

#endif
