/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * log.h - every HF- line on the console, and nothing else.
 *
 * A line is a tag and key=value pairs, one space between. A value that is not made of
 * letters, digits and ._,:/@+- is put in double quotes, and what is not printable ASCII or is a
 * quote becomes '?': whatever an image calls its nodes, a line stays a line.
 *
 * An engine that fails is struck off in keys/ (quarantine.h) in the middle of the work. Its line,
 * "HF-ENGINE engine=NAME state=struck-off code=CODE", is printed at the next call of any of these:
 * after the banner, which names it too (struck-off=), or before the line of what came of the work.
 */
#ifndef HOLDFAST_LOG_H
#define HOLDFAST_LOG_H

#include <stdint.h>

#include "fit_verify.h"
#include "slot.h"
#include "status.h"
#include "tree.h"

/* The version of this loader ("0.1.0"); constant. */
const char *log_version(void);

/* HF-BOOT: after the engines have started, so that the line names those that will do the work. */
void log_banner(enum tree_source source);

/* HF-SLOT: this slot is tried now. */
void log_slot(const struct slot *slot);

/* HF-VERIFIED: the configuration's signature satisfied the keyring. index is the rollback index. */
void log_verified(const struct slot *slot, const struct fit_config *config, uint32_t index);

/* HF-REFUSE, with what refusal_last() knows if it is about the same code. */
void log_refused(const struct slot *slot, enum status why);

/*
 * Figures of a boot that succeeded. Addresses are physical, times microseconds, bytes read from
 * media.
 */
struct handoff {
	uint64_t load;
	uint64_t dtb;
	uint64_t load_us;
	uint64_t hash_us;
	uint64_t verify_us;
	uint64_t total_us;
	uint64_t bytes;
	const char *file_system; /* of the root that files were read from; NULL: none was */
	uint64_t root_blocks;    /* data blocks of it that were verified */
	uint64_t hash_blocks;    /* blocks of its hash tree */
	uint64_t repaired;       /* of both, by error correction */
};

/* HF-HANDOFF: the last line of the loader. */
void log_handoff(const struct slot *slot, const struct handoff *handoff);

/* HF-FAIL: no slot was entered. */
void log_failed(enum status why);

#endif
