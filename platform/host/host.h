/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * host.h - the platform contract over files, for the tools, the unit tests and the fuzzers.
 *
 * Set a machine up (media, the earlier stage's tree), run boot_main() on it, look at what came out:
 *
 * 	host_platform_reset();
 * 	host_platform_disk_file("disk.img");
 * 	const struct host_result *result = host_platform_run(boot_main);
 *
 * RAM lies where QEMU's arm64 virt board has it, so that load addresses of real images work.
 * Hosted: it allocates, and it exits with a message where its own set-up goes wrong.
 */
#ifndef HOLDFAST_HOST_H
#define HOLDFAST_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "medium.h"
#include "region.h"
#include "span.h"
#include "status.h"

/*
 * RAM of the board at its usual size, and what is reserved there: the loader with its copy of the
 * earlier stage's tree at the top, nothing where that tree was. A loader takes less than is
 * reserved here, as much as its configuration needs. What is reserved is not mapped: the
 * sanitizer's shadow lies in its last page, and nobody may claim it.
 */
#define HOST_RAM_BASE UINT64_C(0x40000000)
#define HOST_RAM_SIZE UINT64_C(0x40000000)
#define HOST_LOADER_SIZE UINT64_C(0x200000)
#define HOST_LOADER_BASE (HOST_RAM_BASE + HOST_RAM_SIZE - HOST_LOADER_SIZE)

/* How a run ended. */
enum host_outcome {
	HOST_RETURNED = 0, /* boot_main() came back: a mistake */
	HOST_ENTERED = 1,  /* plat_enter() */
	HOST_FAILED = 2,   /* plat_fail() */
};

struct host_result {
	enum host_outcome outcome;
	uintptr_t entry; /* if entered */
	uintptr_t dtb;   /* if entered */
	enum status why; /* if failed */
	bool quiesced;   /* plat_quiesce() was the last word to the media */
	bool locked;     /* plat_lock() was called */
	bool in_flight;  /* a request was pending at the end */
	/* the core's, with the claims at the end; NULL if it never asked */
	const struct region_map *map;
};

/*
 * Called after each read with what the medium answered; may change it. OK, or what wait() shall
 * return (ERR_MEDIA_IO: an I/O error, a short read or no answer: the core cannot tell them apart).
 */
typedef enum status host_read_hook(void *context, uint64_t offset, uint8_t *bytes, size_t size);

/* Forget media, tree, console, hook; RAM is zero again. Call before each machine. */
void host_platform_reset(void);

/*
 * Add a disk with blocks of 512 bytes, read-only: a file (its length rounded down to a block), or
 * bytes of the caller's, that outlive the run. At most 4. false with errno if the file cannot be
 * opened.
 */
bool host_platform_disk_file(const char *path);
void host_platform_disk_bytes(struct span bytes);

/*
 * A medium of its own with blocks of one byte, for a bare FIT in a file or in memory; not among
 * plat_media(). NULL with errno if the file cannot be opened. Valid until host_platform_reset().
 */
const struct medium *host_medium_file(const char *path);
const struct medium *host_medium_bytes(struct span bytes);

/* A hook for all media; NULL: none. */
void host_platform_on_read(host_read_hook *hook, void *context);

/*
 * The earlier stage's tree: bytes of the caller's, copied to where plat_stage_tree() gives them;
 * empty: none.
 */
void host_platform_stage_tree(struct span tree);

/*
 * What plat_compatible() gives, NULL-terminated; NULL: the default ("holdfast,virt-arm64",
 * "qemu,virt", "linux,dummy-virt").
 */
void host_platform_compatible(const char *const *compatible);

/* What plat_privilege() gives; the default is "2". */
void host_platform_privilege(const char *privilege);

/*
 * Random bytes: from the system (the default), none (ERR_UNSUPPORTED), a constant, or a fixed
 *   sequence for tests that compare.
 */
enum host_random {
	HOST_RANDOM_SYSTEM,
	HOST_RANDOM_NONE,
	HOST_RANDOM_CONSTANT,
	HOST_RANDOM_SEQUENCE
};
void host_platform_random(enum host_random kind);

/* Also write the console to the standard output as it comes. */
void host_platform_echo(bool on);

/* The console so far, NUL-terminated; the first 256 KiB. */
const char *host_platform_console(void);

/*
 * Map RAM if it is not mapped yet; host_platform_reset() and host_platform_run() do so by
 * themselves.
 */
void host_platform_ram(void);

/* Run the core until it enters, fails or returns. The result is valid until the next run. */
const struct host_result *host_platform_run(void (*start)(void));

#endif
