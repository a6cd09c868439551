// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* host.c - platform.h on a workstation: RAM, console, time, the ends. */
#include "host.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>

#include "host_media.h"
#include "platform.h"

#define CONSOLE_SIZE (256u * 1024u)
#define RAM_MAPPED (HOST_LOADER_BASE - HOST_RAM_BASE)

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

static const char *const default_compatible[] = { "holdfast,virt-arm64", "qemu,virt",
						  "linux,dummy-virt", NULL };

static struct {
	bool ram;
	bool echo;
	char console[CONSOLE_SIZE];
	size_t console_used;
	const char *const *compatible;
	const char *privilege;
	enum host_random random;
	uint64_t sequence;
	uint64_t started_us;
	uint8_t *tree;
	size_t tree_size;
	jmp_buf end;
	struct host_result result;
} host = { .compatible = default_compatible, .privilege = "2" };

static void *ram_at(uint64_t base)
{
	return (void *)(uintptr_t)base;
}

void host_platform_ram(void)
{
	void *at;

	if (host.ram)
		return;
	at = mmap(ram_at(HOST_RAM_BASE), RAM_MAPPED, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
	if (at != ram_at(HOST_RAM_BASE)) {
		fprintf(stderr, "host platform: no memory at 0x%llx\n",
			(unsigned long long)HOST_RAM_BASE);
		exit(70);
	}
	host.ram = true;
}

void host_platform_reset(void)
{
	host_platform_ram();
	madvise(ram_at(HOST_RAM_BASE), RAM_MAPPED, MADV_DONTNEED);
	host_media_reset();
	free(host.tree);
	host.tree = NULL;
	host.tree_size = 0;
	host.console_used = 0;
	host.console[0] = '\0';
	host.compatible = default_compatible;
	host.privilege = "2";
	host.random = HOST_RANDOM_SYSTEM;
	host.sequence = 0;
	host.echo = false;
	memset(&host.result, 0, sizeof(host.result));
}

void host_platform_stage_tree(struct span tree)
{
	free(host.tree);
	host.tree = NULL;
	host.tree_size = 0;
	if (tree.size == 0)
		return;
	/* Exactly as long as it is, so that a read past its end is found. */
	host.tree = malloc(tree.size);
	if (!host.tree)
		exit(70);
	memcpy(host.tree, tree.at, tree.size);
	host.tree_size = tree.size;
}

void host_platform_compatible(const char *const *compatible)
{
	host.compatible = compatible ? compatible : default_compatible;
}

void host_platform_privilege(const char *privilege)
{
	host.privilege = privilege;
}

void host_platform_random(enum host_random kind)
{
	host.random = kind;
}

void host_platform_echo(bool on)
{
	host.echo = on;
}

const char *host_platform_console(void)
{
	return host.console;
}

static uint64_t clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

const struct host_result *host_platform_run(void (*start)(void))
{
	host_platform_ram();
	memset(&host.result, 0, sizeof(host.result));
	host.started_us = clock_us();
	if (setjmp(host.end) == 0)
		start();
	host.result.in_flight = host_media_in_flight();
	fflush(stdout);
	return &host.result;
}

void plat_putc(char c)
{
	if (host.echo)
		putchar(c);
	if (host.console_used < CONSOLE_SIZE - 1) {
		host.console[host.console_used++] = c;
		host.console[host.console_used] = '\0';
	}
}

uint64_t plat_now_us(void)
{
	return clock_us() - host.started_us;
}

const char *plat_board(void)
{
	return "host";
}

const char *plat_privilege(void)
{
	return host.privilege;
}

const char *const *plat_compatible(void)
{
	return host.compatible;
}

enum status plat_memory(struct region_map *map)
{
	region_init(map);
	host.result.map = map;
	TRY(region_add_window(map, HOST_RAM_BASE, HOST_RAM_SIZE));
	return region_reserve(map, HOST_LOADER_BASE, HOST_LOADER_SIZE, "loader");
}

struct span plat_stage_tree(void)
{
	return (struct span){ host.tree, host.tree_size };
}

enum status plat_random(void *destination, size_t size)
{
	uint8_t *bytes = destination;

	switch (host.random) {
	case HOST_RANDOM_SYSTEM:
		return getrandom(destination, size, 0) == (ssize_t)size ? OK : ERR_UNSUPPORTED;
	case HOST_RANDOM_CONSTANT:
		memset(destination, 0x5a, size);
		return OK;
	case HOST_RANDOM_SEQUENCE:
		for (size_t i = 0; i < size; i++)
			bytes[i] = (uint8_t)(++host.sequence * 0x9d);
		return OK;
	case HOST_RANDOM_NONE:
		break;
	}
	return ERR_UNSUPPORTED;
}

const struct digest_engine *const *plat_digest_engines(void)
{
	static const struct digest_engine *const none[] = { NULL };

	return none;
}

const struct modexp_engine *const *plat_modexp_engines(void)
{
	static const struct modexp_engine *const none[] = { NULL };

	return none;
}

const char *plat_banner(void)
{
	return "";
}

void plat_clean(const void *base, size_t size)
{
	(void)base;
	(void)size;
}

enum status plat_quiesce(void)
{
	host_media_stop();
	host.result.quiesced = true;
	return OK;
}

void plat_lock(void)
{
	host.result.locked = true;
}

void plat_enter(uintptr_t entry, uintptr_t dtb)
{
	host.result.outcome = HOST_ENTERED;
	host.result.entry = entry;
	host.result.dtb = dtb;
	longjmp(host.end, 1);
}

void plat_fail(enum status why)
{
	host.result.outcome = HOST_FAILED;
	host.result.why = why;
	longjmp(host.end, 1);
}
