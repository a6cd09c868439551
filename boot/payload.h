/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * payload.h - one image, or one file of the root, in memory: placed by a claim, read once, proved,
 * unpacked if it is packed.
 *
 * Three steps, so that all places are claimed before anything is read: payload_open() or
 * payload_open_file(), payload_place(), payload_bring(). Nothing is freed on an error; the caller
 * ends all claims of a refused slot.
 */
#ifndef HOLDFAST_PAYLOAD_H
#define HOLDFAST_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decompress.h"
#include "file_system.h"
#include "fit_verify.h"
#include "proof.h"
#include "region.h"

struct payload {
	const char *name;          /* the image's, or the path; for people */
	struct fit_image image;    /* not if it is a file */
	struct file_system *files; /* where file is; NULL: an image */
	struct node file;
	enum compression compression;
	size_t stored;    /* bytes on the medium */
	bool has_load;    /* there is a load address */
	uint64_t load;    /* if so */
	uint64_t base;    /* the claim, after payload_place() */
	size_t capacity;  /* bytes claimed there */
	size_t size;      /* bytes that are there, after payload_bring() */
	uint64_t staging; /* where it is read to if packed; 0: none */
};

/* How a payload likes to be placed where it has no load address, and what it may become. */
struct payload_wish {
	const char *owner; /* constant, for the region map: "kernel" */
	uint64_t
		/*
		 * bytes it may have once unpacked; more room than it stores is claimed up to here
		 */
		most;
	uint64_t align;  /* of base; a load address must have it too */
	uint64_t lowest; /* [lowest, highest) */
	uint64_t highest;
	bool high;         /* from the top down */
	bool grows;        /* wants all of most even if not packed (a kernel's bss) */
	bool packed_stays; /* is handed on as it is stored (an initrd) */
};

/*
 * Read what the signature says about the image and how long it is. ERR_TOO_BIG: longer than
 * wish->most. ERR_BAD_LOAD: a load address that is not aligned. ERR_TRUNCATED for an empty payload;
 * the errors of fit_image_*() and compression_by_name().
 */
enum status payload_open(const struct fit_image *image, const struct payload_wish *wish,
			 struct payload *payload) MUST_CHECK;

/*
 * The same for the file at an absolute path of the root, packed as the signature says. It never has
 * a load address. ERR_TOO_BIG; the errors of file_open().
 */
enum status payload_open_file(struct file_system *files, const char *path,
			      enum compression compression, const struct payload_wish *wish,
			      struct payload *payload) MUST_CHECK;

/* Claim its place and, if packed, the place it is read to. The errors of region_claim*(). */
enum status payload_place(struct payload *payload, const struct payload_wish *wish,
			  struct region_map *map) MUST_CHECK;

/*
 * Read, prove and unpack it to its place; ends the claim for staging. The claim at base is not
 * shrunk. The errors of fit_load(), file_read() and decompress(); a file that was read in part is
 * wiped then.
 */
enum status payload_bring(struct payload *payload, struct region_map *map,
			  struct proof *proof) MUST_CHECK;

/* The bytes in memory, after payload_bring(). */
struct span payload_bytes(const struct payload *payload);

#endif
