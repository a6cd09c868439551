// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* case.c - booting the core on the host, again and again, and reading what it decided. */
#include "case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#include "boot.h"
#include "release.h"
#include "trust_dtb.h"

static const struct keyring nobody = { NULL, 0, REQUIRED_ALL, 0 };
static const struct keyring *trusted = &nobody;

/* What a build generates; not used, because the sets change from boot to boot. */
const struct keyring keyring_table = { NULL, 0, REQUIRED_ALL, 0 };

const struct keyring *keyring_built_in(void)
{
	return trusted;
}

void case_trust(const struct keyring *keyring)
{
	trusted = keyring ? keyring : &nobody;
}

struct span case_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *bytes;
	long size;

	if (!f || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0) {
		fprintf(stderr, "cannot read %s\n", path);
		exit(3);
	}
	rewind(f);
	bytes = malloc((size_t)size + 1);
	if (!bytes || fread(bytes, 1, (size_t)size, f) != (size_t)size)
		exit(3);
	fclose(f);
	return (struct span){ bytes, (size_t)size };
}

const struct keyring *case_trust_file(const char *path)
{
	struct trust_set *set = calloc(1, sizeof(*set));

	if (!set || trust_dtb_read(case_file(path), set) != OK)
		return &nobody;
	return &set->keyring;
}

/* The value of key= in the first line that starts with tag; "" if there is none. */
static void line_value(const char *tag, const char *key, char *value, size_t size)
{
	const char *line = strstr(host_platform_console(), tag);
	const char *end = line ? strchr(line, '\n') : NULL;
	const char *at = line ? strstr(line, key) : NULL;
	size_t n = 0;

	value[0] = '\0';
	if (!at || (end && at > end))
		return;
	for (at += strlen(key); *at > ' ' && n + 1 < size; at++)
		value[n++] = *at;
	value[n] = '\0';
}

static void take_regions(const struct region_map *map, struct decision *decision)
{
	unsigned i;

	for (i = map->reserved_count; i < map->taken_count; i++) {
		const struct region *region = &map->taken[i];

		if (decision->regions == DECISION_REGIONS)
			abort();
		decision->region[decision->regions].base = region->base;
		decision->region[decision->regions].size = region->size;
		SHA256((const void *)(uintptr_t)region->base, region->size,
		       decision->region[decision->regions].digest);
		decision->regions++;
	}
}

void case_decide(struct decision *decision)
{
	const struct host_result *result;

	memset(decision, 0, sizeof(*decision));
	/* A machine starts with nothing of the boot before. */
	memset(release_storage(), 0, sizeof(struct release));
	result = host_platform_run(boot_main);
	decision->outcome = result->outcome;
	/* Whatever happened: no request may be left running, and nobody comes back. */
	if (result->in_flight || result->outcome == HOST_RETURNED)
		abort();
	if (result->outcome == HOST_ENTERED) {
		if (!result->quiesced || !result->locked)
			abort();
		strcpy(decision->code, "ok");
		line_value("HF-HANDOFF ", "slot=", decision->slot, sizeof(decision->slot));
		decision->entry = result->entry;
		take_regions(result->map, decision);
		return;
	}
	line_value("HF-REFUSE ", "code=", decision->code, sizeof(decision->code));
	if (decision->code[0] == '\0')
		line_value("HF-FAIL ", "code=", decision->code, sizeof(decision->code));
}

void case_boot(struct span disk, struct span stage_tree, host_read_hook *hook, void *context,
	       struct decision *decision)
{
	host_platform_reset();
	host_platform_random(HOST_RANDOM_SEQUENCE);
	host_platform_stage_tree(stage_tree);
	host_platform_disk_bytes(disk);
	host_platform_on_read(hook, context);
	case_decide(decision);
}

bool case_same(const struct decision *a, const struct decision *b)
{
	unsigned i;

	if (a->outcome != b->outcome || a->entry != b->entry || a->regions != b->regions)
		return false;
	for (i = 0; i < a->regions; i++)
		if (a->region[i].base != b->region[i].base ||
		    a->region[i].size != b->region[i].size ||
		    memcmp(a->region[i].digest, b->region[i].digest, 32) != 0)
			return false;
	return true;
}
