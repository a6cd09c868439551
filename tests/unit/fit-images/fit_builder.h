/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fit_builder.h - FITs for tests, built node by node with libfdt and signed with OpenSSL, and media
 * to read them from. The signed bytes are found by an implementation of the rule that shares
 * nothing with the tested one.
 */
#ifndef HOLDFAST_FIT_BUILDER_H
#define HOLDFAST_FIT_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keyring.h"
#include "medium.h"

#define BUILD_MAX (512 * 1024)

/* A FIT being built. */
struct build {
	uint8_t *blob;   /* BUILD_MAX bytes, on the heap */
	size_t external; /* bytes of payload behind the metadata */
};

void build_begin(struct build *build);
void build_free(struct build *build);
/* totalsize plus external payload. */
size_t build_size(const struct build *build);

/* Add a node, parents first ("/images/k"). */
void build_node(struct build *build, const char *path);
void build_bytes(struct build *build, const char *path, const char *name, const void *value,
		 size_t size);
void build_string(struct build *build, const char *path, const char *name, const char *value);
void build_u32(struct build *build, const char *path, const char *name, uint32_t value);
void build_remove(struct build *build, const char *path, const char *name);
/* Remove a node. */
void build_remove_node(struct build *build, const char *path);

/*
 * The FIT that most tests begin with: image "k" (kernel, size bytes of data, one hash-1 of sha256),
 * configuration "c" with kernel = "k", default = "c".
 */
void build_plain(struct build *build, size_t size);
/* Compute the value of a hash node from the image's embedded data. */
void build_hash(struct build *build, const char *image, const char *hash, const char *algorithm);
/* Move embedded data of every image behind the metadata, as mkimage -E does. */
void build_externalise(struct build *build);

/* A key pair and what a keyring says of it. */
struct test_key {
	void *pair;     /* EVP_PKEY */
	struct key key; /* required, role dev, no padding pinned */
	uint8_t numbers[2][512];
	const char *padding; /* what signatures say */
};

/* kind: "rsa2048", "rsa3072", "rsa4096", "ecdsa256", "ecdsa384"; digest: "sha256", ... */
void test_key_make(struct test_key *key, const char *name, const char *kind, const char *digest);
void test_key_free(struct test_key *key);
/* Sign bytes: FIT's value into out, its length returned. */
size_t test_key_sign(const struct test_key *key, const void *bytes, size_t size, uint8_t *out);

/* Which nodes signing leaves out, and how: for tests of what a signature misses. NULL: none. */
struct build_omit {
	const char *node;      /* path whose properties are left out although the rule has them */
	bool strings;          /* no hashed-strings */
	uint32_t strings_size; /* not 0: so many instead of all */
};

/* Sign /configurations/<config> into its node `signature` (created if missing). */
void build_sign(struct build *build, const char *config, const char *signature,
		const struct test_key *key, const struct build_omit *omit);
/* The bytes that a signature of the configuration covers; *size of them, on the heap. */
uint8_t *build_message(const struct build *build, const char *config, uint32_t strings_size,
		       const char *omit, size_t *size);

/* A medium in memory. */
struct memory_medium {
	struct medium medium;
	const uint8_t *bytes;
	const uint8_t *second; /* what a block holds when it is read again; NULL: the same */
	uint8_t *seen;         /* per block; NULL: second is never used */
	size_t size;
	uint64_t fail_from; /* requests from this number on fail; 0: none */
	bool short_reads;   /* only the first half of a request arrives, then an error */
	bool dead;          /* never answers: wait() reports the time-out */
	unsigned requests, stops;
	uint64_t bytes_read;
	unsigned reread; /* blocks read more than once */
	bool in_flight;
};

void memory_medium(struct memory_medium *medium, const void *bytes, size_t size,
		   uint32_t block_size);
/* All of it. */
struct extent memory_extent(const struct memory_medium *medium);

/* Digest and modexp engines, once. Returns 0; a cmocka group set-up. */
int engines_set_up(void **state);

#endif
