/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fit.h - a FIT's metadata: read once to private RAM, walked once, looked up by offsets found in
 * that walk.
 *
 * A FIT (Flat Image Tree) is a flattened device tree (Devicetree Specification 0.4, chapter 5) that
 * describes images and configurations. fit_read() brings the metadata in and leaves payload where
 * it is; fit_open() checks the strict profile (fit-images/README.md) and builds the node table.
 * Nothing here is verified: only fit_verify() makes something that may be acted on.
 */
#ifndef HOLDFAST_FIT_H
#define HOLDFAST_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "medium.h"
#include "span.h"
#include "status.h"

#ifndef CONFIG_FIT_META_MAX
#define CONFIG_FIT_META_MAX 256 /* KiB */
#endif
#define FIT_META_MAX (CONFIG_FIT_META_MAX * (size_t)1024)
#define FIT_NODES_MAX 1024
#define FIT_DATA_MAX 128 /* images with embedded data */
#define FIT_DEPTH_MAX 8  /* root is depth 0 */
#define FIT_NAME_MAX 64  /* bytes of a node name, without NUL */

/* A node, found by the one walk. Index 0 is the root. */
struct fit_node {
	uint32_t begin;      /* offset of its FDT_BEGIN_NODE token in the structure block */
	uint32_t properties; /* offset of the first token after its name */
	uint32_t end;        /* offset just past its FDT_END_NODE token */
	uint16_t parent;     /* index; the root's is 0 */
	uint16_t depth;
};

/* Where the embedded data of an image lies on the medium; in RAM the property has length 0. */
struct fit_data {
	uint32_t property; /* offset of its FDT_PROP token in the structure block in RAM */
	uint64_t offset;   /* bytes from the start of the FIT */
	uint32_t size;
};

struct fit {
	struct extent container; /* the partition or file the FIT is in; offset 0 is its header */
	/* header's totalsize: external data begins at this, rounded up to 4 */
	uint32_t total_size;
	struct span structure; /* private copy, embedded data removed */
	struct span strings;   /* private copy */
	struct fit_node nodes[FIT_NODES_MAX];
	unsigned node_count;
	struct fit_data data[FIT_DATA_MAX];
	unsigned data_count;
};

/*
 * Read the metadata of the FIT at the start of container into memory (FIT_META_MAX bytes, the
 * caller's, private) and fill structure, strings, data and container of fit. Reads header, strings,
 * then streams the structure block through a small window; embedded payload is skipped, not read.
 * ERR_NO_IMAGE: no FDT magic. ERR_BAD_FIT: header nonsense, at= names the field. ERR_TRUNCATED:
 * blocks outside container. ERR_TOO_BIG: metadata above FIT_META_MAX. ERR_MEDIA_IO.
 */
enum status fit_read(const struct extent *container, uint8_t *memory, struct fit *fit) MUST_CHECK;

/*
 * Check the strict profile in one iterative walk and fill the node table. ERR_BAD_FIT with at=
 * naming what: token, name character, duplicate node or property, depth, second root, nodes after
 * the root, string outside its block, too many nodes.
 */
enum status fit_open(struct fit *fit) MUST_CHECK;

/* No node; what look-ups return when there is none. */
#define FIT_NONE 0xffffu

/* The direct child of node `parent` with exactly this name, or FIT_NONE. */
unsigned fit_child(const struct fit *fit, unsigned parent, const char *name);

/* The same for a name of size bytes without NUL. */
unsigned fit_child_named(const struct fit *fit, unsigned parent, const char *name, size_t size);

/* The first direct child of parent after `after` (pass parent itself to begin), or FIT_NONE. */
unsigned fit_next_child(const struct fit *fit, unsigned parent, unsigned after);

/* A node's name, NUL-terminated, inside the structure block. */
const char *fit_name(const struct fit *fit, unsigned node);

/* A property as found: its value, its name's place, its token. */
struct fit_property {
	const char *name; /* NUL-terminated, inside the strings block */
	uint32_t name_offset;
	uint32_t token; /* offset of FDT_PROP */
	uint32_t next;  /* offset of the token behind it, for iterating */
	struct span value;
};

/*
 * The next property of node whose token is at or after *cursor (start with nodes[node].properties);
 * false at the end.
 */
bool fit_next_property(const struct fit *fit, unsigned node, uint32_t *cursor,
		       struct fit_property *property);

/*
 * An unverified property by exact name; false if absent. For choosing and for signature nodes only:
 * everything that steers the boot is read through fit_config_* / fit_image_* in fit_verify.h.
 */
bool fit_property(const struct fit *fit, unsigned node, const char *name,
		  struct fit_property *property);

/* True if the value is one NUL-terminated string of printable ASCII, at least one character. */
bool fit_is_string(struct span value);

/* True if the value equals the string including its NUL. */
bool fit_equals(struct span value, const char *string);

/*
 * The index-th string of a string list; false if there is none or the value is not a list of
 * NUL-terminated strings.
 */
bool fit_list_string(struct span value, unsigned index, const char **string);

/*
 * The configuration for a board (unverified; fit_verify() reads it again through the coverage
 * gate): candidates are those whose own `compatible` names one of compatible[] (NULL-terminated,
 * most specific first), best rank first; two at one rank: the one that `default` names. If no
 * configuration has `compatible`: `default`.
 * ERR_CONFIG_MISSING: no /configurations, two at one rank and `default` names neither, `default`
 *   absent or naming none.
 * ERR_NO_MATCH: configurations have compatible and none matches.
 */
enum status fit_choose(const struct fit *fit, const char *const *compatible,
		       unsigned *configuration) MUST_CHECK;

/* The configuration with this name (tools only). ERR_CONFIG_MISSING. */
enum status fit_choose_named(const struct fit *fit, const char *name,
			     unsigned *configuration) MUST_CHECK;

#endif
