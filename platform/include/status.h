/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * status.h - one vocabulary for every failure.
 *
 * A function that can fail returns enum status and is MUST_CHECK. OK is neither
 * 0 nor a small number, so that a cleared register, a skipped load or a counter
 * is never mistaken for success; its bit pattern is an undefined instruction on
 * both A64 and A32, so that a stray store of it into code cannot act.
 *
 * The words are what people and scripts read: on the console, in the tools, in
 * JSON, in the device tree. Extend the table, never rename or renumber.
 */
#ifndef HOLDFAST_STATUS_H
#define HOLDFAST_STATUS_H

#include <stddef.h>
#include <stdint.h>

#define MUST_CHECK __attribute__((warn_unused_result))

/* X(name, number, word) */
#define STATUS_TABLE(X)                                                                            \
	X(ERR_INTERNAL, 0x01, "internal")                                                          \
	X(ERR_NO_IMAGE, 0x02, "no-image")                                                          \
	X(ERR_BAD_GPT, 0x03, "bad-gpt")                                                            \
	X(ERR_BAD_FDT, 0x04, "bad-fdt")                                                            \
	X(ERR_BAD_FIT, 0x05, "bad-fit")                                                            \
	X(ERR_TRUNCATED, 0x06, "truncated")                                                        \
	X(ERR_TOO_BIG, 0x07, "too-big")                                                            \
	X(ERR_CONFIG_MISSING, 0x08, "config-missing")                                              \
	X(ERR_NO_MATCH, 0x09, "no-match")                                                          \
	X(ERR_NO_TRUST, 0x0a, "no-trust")                                                          \
	X(ERR_NO_SIGNATURE, 0x0b, "no-signature")                                                  \
	X(ERR_UNKNOWN_KEY, 0x0c, "unknown-key")                                                    \
	X(ERR_BAD_SIGNATURE, 0x0d, "bad-signature")                                                \
	X(ERR_KEY_ROLE, 0x0e, "key-role")                                                          \
	X(ERR_KEY_REVOKED, 0x0f, "key-revoked")                                                    \
	X(ERR_ALGO_DENIED, 0x10, "algo-denied")                                                    \
	X(ERR_NOT_COVERED, 0x11, "not-covered")                                                    \
	X(ERR_NO_HASH, 0x12, "no-hash")                                                            \
	X(ERR_HASH_MISMATCH, 0x13, "hash-mismatch")                                                \
	X(ERR_OVERLAP, 0x14, "overlap")                                                            \
	X(ERR_BAD_LOAD, 0x15, "bad-load")                                                          \
	X(ERR_BAD_KERNEL, 0x16, "bad-kernel")                                                      \
	X(ERR_BAD_DTB, 0x17, "bad-dtb")                                                            \
	X(ERR_BAD_OVERLAY, 0x18, "bad-overlay")                                                    \
	X(ERR_CMDLINE_TOO_LONG, 0x19, "cmdline-too-long")                                          \
	X(ERR_DECOMPRESS, 0x1a, "decompress")                                                      \
	X(ERR_ROLLBACK, 0x1b, "rollback")                                                          \
	X(ERR_VERITY_PARAMS, 0x1c, "verity-params")                                                \
	X(ERR_VERITY_ROOT, 0x1d, "verity-root")                                                    \
	X(ERR_VERITY_IO, 0x1e, "verity-io")                                                        \
	X(ERR_STATE_BAD, 0x1f, "state-bad")                                                        \
	X(ERR_MEDIA_IO, 0x20, "media-io")                                                          \
	X(ERR_ENGINE_SELFTEST, 0x21, "engine-selftest")                                            \
	X(ERR_TPM, 0x22, "tpm")                                                                    \
	X(ERR_WATCHDOG, 0x23, "watchdog")                                                          \
	X(ERR_NO_SLOT, 0x24, "no-slot")                                                            \
	/* Ours: never the reason of a refusal by themselves. */                                   \
	X(ERR_ABSENT, 0x25, "absent")                                                              \
	X(ERR_UNSUPPORTED, 0x26, "unsupported")

enum status {
#define STATUS_ENUM(name, number, word) name = (number),
	STATUS_TABLE(STATUS_ENUM)
#undef STATUS_ENUM
		OK = 0x67f5a9f6
};

/*
 * The word of a status as written on the console ("hash-mismatch"); "ok" for OK,
 * "internal" for anything else. A constant string, never NULL.
 */
const char *status_word(enum status why);

/* Return from the calling function unless the expression is OK. */
#define TRY(expression)                                                                            \
	do {                                                                                       \
		enum status try_status_ = (expression);                                            \
		if (try_status_ != OK)                                                             \
			return try_status_;                                                        \
	} while (0)

/*
 * What the last refusal was about; feeds HF-REFUSE and the tools' diagnostics.
 * at: what it happened to ("kernel", "conf-1"), "" if nothing fits. hint: the next
 * action for a person, "" if there is none. want/got: leading bytes of two values
 * that should have been equal; size 0 if there were none.
 */
#define REFUSAL_TEXT_MAX 64
#define REFUSAL_BYTES 8
struct refusal {
	enum status why;
	char at[REFUSAL_TEXT_MAX];
	const char *hint;
	uint8_t want[REFUSAL_BYTES];
	uint8_t got[REFUSAL_BYTES];
	size_t size;
};

/*
 * Record why something is refused and return the code, so that a failing line reads
 * "return refuse(ERR_NO_HASH, name, "add a hash-1 node");". at is copied (cut at
 * REFUSAL_TEXT_MAX-1; bytes outside printable ASCII become '?'; NULL = ""); hint
 * must be a string literal (it is kept by reference; NULL = ""). A later call replaces an
 * earlier one: call it where the failure is understood, not while passing it on.
 */
enum status refuse(enum status why, const char *at, const char *hint) MUST_CHECK;

/*
 * As refuse(), with the two values that differ: size bytes each are readable at
 * want and got, the first REFUSAL_BYTES are kept.
 */
enum status refuse_different(enum status why, const char *at, const char *hint, const void *want,
			     const void *got, size_t size) MUST_CHECK;

/* Without hints their texts are not in the loader at all. */
#ifndef CONFIG_REFUSAL_HINTS
#define refuse(why, at, hint) refuse(why, at, ((void)sizeof(hint), NULL))
#define refuse_different(why, at, hint, want, got, size)                                           \
	refuse_different(why, at, ((void)sizeof(hint), NULL), want, got, size)
#endif

/* The last refusal since refusal_clear(); its why is ERR_INTERNAL if there was none. */
const struct refusal *refusal_last(void);

/* Forget the last refusal (before a new slot or a new file). */
void refusal_clear(void);

#endif
