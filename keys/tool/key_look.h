/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * key_look.h - what a file holds, found out without a pass phrase and without a word on standard
 * error: for verbs that go through directories, or that say what something is before they use it.
 */
#ifndef HOLDFAST_KEYS_KEY_LOOK_H
#define HOLDFAST_KEYS_KEY_LOOK_H

#include <sys/types.h>

#include "key_file.h"

enum look_kind {
	LOOK_NOTHING = 0, /* absent, unreadable, no regular file, or nothing of ours in it */
	LOOK_PUBLIC,
	LOOK_CERTIFICATE,
	LOOK_PRIVATE,
	/* a device tree with a /signature node; whether it is right is not checked */
	LOOK_TRUST_SET
};

struct look {
	enum look_kind kind;
	bool encrypted; /* a private key under a pass phrase */
	/* file.key.id is what the text in the file says, unchecked: it is encrypted */
	bool id_claimed;
	mode_t mode;   /* permission bits */
	unsigned keys; /* how many keys and certificates the file holds */
	/*
	 * OK: file is filled in. ERR_ALGO_DENIED: a key of a kind that is not trusted. ERR_ABSENT:
	 * no numbers, since the file is encrypted or holds none.
	 */
	enum status numbers;
	char kind_text[24];   /* "rsa2048", "ecdsa256", or what it is if not trusted: "rsa1024" */
	struct key_file file; /* name and role from the file; close with key_close() */
};

/* Look at the file at path. look does not move afterwards: file.key points into it. */
void key_look(const char *path, struct look *look);

/* "private", "private, encrypted", "public", "certificate", "trust set", "nothing". */
const char *look_text(const struct look *look);

#endif
