// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * host_main.c - the cases of the table, one boot of the core each, in one process with sanitizers.
 *
 * usage: host_main STAGE.dtb < LIST        a line of LIST: ID TRUST.dtb DISK
 *
 * Prints "HF-CASE id=ID" and then the console of each case. The order of cases is theirs: one that
 * left something behind would show in the next.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"

#define SETS_MAX 32

static struct {
	char path[1024];
	const struct keyring *keyring;
} sets[SETS_MAX];

static const struct keyring *set_of(const char *path)
{
	unsigned i;

	for (i = 0; i < SETS_MAX && sets[i].path[0]; i++)
		if (strcmp(sets[i].path, path) == 0)
			return sets[i].keyring;
	if (i == SETS_MAX)
		abort();
	snprintf(sets[i].path, sizeof(sets[i].path), "%s", path);
	sets[i].keyring = case_trust_file(path);
	return sets[i].keyring;
}

int main(int argc, char **argv)
{
	char id[128], trust[1024], disk[1024];
	struct decision decision;
	struct span tree;

	if (argc != 2) {
		fprintf(stderr, "usage: host_main STAGE.dtb < LIST\n");
		return 2;
	}
	tree = case_file(argv[1]);
	while (scanf("%127s %1023s %1023s", id, trust, disk) == 3) {
		struct span bytes = case_file(disk);

		case_trust(set_of(trust));
		printf("HF-CASE id=%s\n", id);
		fflush(stdout);
		case_boot(bytes, tree, NULL, NULL, &decision);
		fputs(host_platform_console(), stdout);
		free((void *)(uintptr_t)bytes.at);
	}
	free((void *)(uintptr_t)tree.at);
	printf("HF-CASES end\n");
	return 0;
}
