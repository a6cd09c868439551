/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * trust_edit.h - trust sets as files: read one, put a key in, write its properties as mkimage -K -r
 * does.
 */
#ifndef HOLDFAST_KEYS_TRUST_EDIT_H
#define HOLDFAST_KEYS_TRUST_EDIT_H

#include "key_file.h"
#include "trust_dtb.h"

/* A trust set that was read from a file; the keyring points into the file. */
struct trust_file {
	struct input input;
	struct trust_set set;
};

/*
 * EXIT_INPUT: unreadable. EXIT_REFUSED: not a trust set (the loader's build would not take it
 *   either).
 */
enum exit_code trust_open(const char *path, struct trust_file *trust);
void trust_close(struct trust_file *trust);

/* How a key enters a set. */
struct enrolment {
	/* key.name, key.algorithm, key.padding and key.role as to be written */
	const struct key_file *file;
	bool required;
	uint32_t threshold;      /* 0: leave as it is */
	enum required_mode mode; /* 0: leave as it is */
};

/*
 * Add the key to tree, an open (writable) device tree of capacity bytes, which gets a /signature
 * node if it has none. EXIT_BUG if it does not fit.
 */
enum exit_code trust_add(void *tree, const struct enrolment *enrolment);

#endif
