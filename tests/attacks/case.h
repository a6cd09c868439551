/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * case.h - one machine on the host with one disk and one trust set, booted by the whole core.
 */
#ifndef HOLDFAST_TEST_CASE_H
#define HOLDFAST_TEST_CASE_H

#include <stdbool.h>

#include "digest.h"
#include "host.h"
#include "keyring.h"

/* What a boot decided, reduced to what may differ between two boots that are the same. */
#define DECISION_REGIONS 16
struct decision {
	enum host_outcome outcome;
	char code[32]; /* of the first refusal, or of the end; "ok" if a kernel is entered */
	char slot[16]; /* that was entered */
	uint64_t entry;
	unsigned regions;
	struct {
		uint64_t base;
		uint64_t size;
		uint8_t digest[32];
	} region[DECISION_REGIONS]; /* what the kernel would find in memory */
};

/* The trust set the next boots use; NULL: nobody. The keyring outlives the boots. */
void case_trust(const struct keyring *keyring);

/* The whole file; exits with a message if it cannot be read. The bytes are malloc()ed. */
struct span case_file(const char *path);

/* Read a trust set; a set that the reader refuses is an empty keyring. Never freed. */
const struct keyring *case_trust_file(const char *path);

/*
 * Boot from a disk that holds these bytes, with the earlier stage's tree (its /chosen seeds and
 * ours are fixed). The hook may be NULL. Memory is zero before each boot.
 */
void case_boot(struct span disk, struct span stage_tree, host_read_hook *hook, void *context,
	       struct decision *decision);

/*
 * The same for bytes on a medium of the caller's making: nothing is reset before. For
 * host_platform_*() set-ups.
 */
void case_decide(struct decision *decision);

/* Whether two boots would start the same thing: entry, regions and every byte in them. */
bool case_same(const struct decision *a, const struct decision *b);

#endif
