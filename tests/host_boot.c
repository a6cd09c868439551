// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * host_boot.c - the whole core on a workstation, with sanitizers: boot disk images, see what would
 * run.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "digest.h"
#include "host.h"
#include "keyring.h"
#include "tree.h"
#include "trust_dtb.h"

static struct trust_set trust;
static enum tree_source source = TREE_STAGE_BEFORE;

/* The core asks for a table even where it is replaced. */
const struct keyring keyring_table = { NULL, 0, REQUIRED_ALL, 0 };

/* What a board has compiled in is chosen here on the command line. */
const struct keyring *keyring_built_in(void)
{
	return &trust.keyring;
}

enum tree_source tree_source(void)
{
	return source;
}

static _Noreturn void usage(void)
{
	fputs("usage: host-boot --trust TRUST.dtb [options] DISK...\n"
	      "  --dtb FILE            the earlier stage's device tree\n"
	      "  --dtb-source WHERE    stage-before (default) or fit\n"
	      "  --compatible STRING   the board, instead of the virt board's names\n"
	      "  --expect CODE         exit 0 only if some slot was refused with this code\n"
	      "                        and none was entered ('ok': only if one was)\n"
	      "  --dump-dtb FILE       write the tree that Linux would get\n"
	      "  --seed                seeds in the tree are a fixed sequence\n",
	      stderr);
	exit(2);
}

/* A file in memory, at a multiple of 16; lives until the end. */
static struct span read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = NULL;
	size_t size = 0;
	size_t got;

	if (!file) {
		perror(path);
		exit(3);
	}
	do {
		bytes = realloc(bytes, size + 65536);
		if (!bytes)
			exit(70);
		got = fread(bytes + size, 1, 65536, file);
		size += got;
	} while (got > 0);
	fclose(file);
	return (struct span){ bytes, size };
}

static void read_trust(const char *path)
{
	enum status why = trust_dtb_read(read_file(path), &trust);

	if (why != OK) {
		fprintf(stderr, "%s: %s at=%s\n", path, status_word(why), refusal_last()->at);
		exit(3);
	}
}

static void print_region(const struct region *region)
{
	struct span bytes = { (const uint8_t *)(uintptr_t)region->base, (size_t)region->size };
	uint8_t digest[DIGEST_SIZE_MAX];

	if (digest_of(DIGEST_SHA256, bytes, digest) != OK)
		exit(70);
	printf("REGION owner=%s base=0x%08llx size=0x%llx sha256=", region->owner,
	       (unsigned long long)region->base, (unsigned long long)region->size);
	for (size_t i = 0; i < digest_size(DIGEST_SHA256); i++)
		printf("%02x", digest[i]);
	printf("\n");
}

static void print_result(const struct host_result *result, const char *dump)
{
	if (result->outcome != HOST_ENTERED) {
		printf("NOT ENTERED outcome=%d\n", (int)result->outcome);
		return;
	}
	printf("ENTERED entry=0x%08llx dtb=0x%08llx quiesced=%d locked=%d in-flight=%d\n",
	       (unsigned long long)result->entry, (unsigned long long)result->dtb, result->quiesced,
	       result->locked, result->in_flight);
	for (unsigned i = result->map->reserved_count; i < result->map->taken_count; i++) {
		const struct region *region = &result->map->taken[i];

		print_region(region);
		if (dump && region->base == result->dtb) {
			FILE *file = fopen(dump, "wb");

			if (!file ||
			    fwrite((const void *)result->dtb, 1, region->size, file) !=
				    region->size ||
			    fclose(file) != 0)
				exit(6);
		}
	}
}

/* Whether a line of the console refuses a slot with this code. */
static bool was_refused(const char *code)
{
	char word[64];

	snprintf(word, sizeof(word), " code=%s", code);
	for (const char *at = host_platform_console(); (at = strstr(at, word)); at++)
		if (at[strlen(word)] == ' ' || at[strlen(word)] == '\n')
			return true;
	return false;
}

static int verdict(const struct host_result *result, const char *expect)
{
	bool entered = result->outcome == HOST_ENTERED;

	if (result->outcome == HOST_RETURNED || result->in_flight ||
	    (entered && (!result->quiesced || !result->locked)))
		return 70;
	if (!expect || strcmp(expect, "ok") == 0)
		return entered ? 0 : 1;
	return !entered && was_refused(expect) ? 0 : 1;
}

/* What the command line asks for; the platform is set up on the way. */
struct request {
	const char *compatible[2];
	const char *expect;
	const char *dump;
};

static void set_option(struct request *request, int option, const char *value)
{
	struct span tree;

	switch (option) {
	case 't':
		read_trust(value);
		break;
	case 'd':
		tree = read_file(value);
		host_platform_stage_tree(tree);
		free((void *)(uintptr_t)tree.at);
		break;
	case 's':
		source = strcmp(value, "fit") == 0 ? TREE_FROM_FIT : TREE_STAGE_BEFORE;
		break;
	case 'c':
		request->compatible[0] = value;
		host_platform_compatible(request->compatible);
		break;
	case 'e':
		request->expect = value;
		break;
	case 'o':
		request->dump = value;
		break;
	case 'r':
		host_platform_random(HOST_RANDOM_SEQUENCE);
		break;
	default:
		usage();
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "trust", required_argument, NULL, 't' },
		{ "dtb", required_argument, NULL, 'd' },
		{ "dtb-source", required_argument, NULL, 's' },
		{ "compatible", required_argument, NULL, 'c' },
		{ "expect", required_argument, NULL, 'e' },
		{ "dump-dtb", required_argument, NULL, 'o' },
		{ "seed", no_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	struct request request = { .expect = NULL };
	const struct host_result *result;
	int option;

	host_platform_reset();
	host_platform_echo(true);
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		set_option(&request, option, optarg);
	if (optind == argc)
		usage();
	for (; optind < argc; optind++) {
		if (!host_platform_disk_file(argv[optind])) {
			perror(argv[optind]);
			return 3;
		}
	}
	result = host_platform_run(boot_main);
	print_result(result, request.dump);
	return verdict(result, request.expect);
}
