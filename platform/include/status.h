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

/*
 * X(name, number, word, meaning, fix). Meaning and fix are for people, a line each: the tools print
 * them, boot/REFUSALS.md is made from them, the loader leaves them out.
 */
#define STATUS_TABLE(X)                                                                            \
	X(ERR_INTERNAL, 0x01, "internal",                                                          \
	  "A mistake in the program, or memory that changed while it ran.",                        \
	  "Reset once. If it comes back, report it with the console log and the FIT.")             \
	X(ERR_NO_IMAGE, 0x02, "no-image", "There is nothing to boot where the slot should be.",    \
	  "Connect the medium, or write the slot: holdfast-image disk, holdfast-image slot.")      \
	X(ERR_BAD_GPT, 0x03, "bad-gpt",                                                            \
	  "The partition table is damaged, or two things in it have one name or one place.",       \
	  "Write it again with holdfast-image disk; remove a second medium with these names.")     \
	X(ERR_BAD_FDT, 0x04, "bad-fdt",                                                            \
	  "A file that must be a device tree is none, or is damaged.",                             \
	  "Make it again: a trust set with holdfast-keys enroll, a FIT with holdfast-image fit.")  \
	X(ERR_BAD_FIT, 0x05, "bad-fit", "A node or a property of the FIT is not as it must be.",   \
	  "Correct what at= names (the profile is in fit-images/README.md), and sign again.")      \
	X(ERR_TRUNCATED, 0x06, "truncated",                                                        \
	  "Something ends before its stated end: written in part, or cut off.",                    \
	  "Write the whole file again; compare its size with that of the partition.")              \
	X(ERR_TOO_BIG, 0x07, "too-big",                                                            \
	  "Something is longer than the place for it, or than the limit.",                         \
	  "Make it smaller, or build a loader with a higher limit (make menuconfig).")             \
	X(ERR_CONFIG_MISSING, 0x08, "config-missing",                                              \
	  "No configuration can be chosen: none is there, or several are equally right.",          \
	  "Let default name one, or give each a compatible of its own; sign again.")               \
	X(ERR_NO_MATCH, 0x09, "no-match", "The release is for other boards.",                      \
	  "Write the one for this board: holdfast-keys inspect shows compatible.")                 \
	X(ERR_NO_TRUST, 0x0a, "no-trust",                                                          \
	  "The trust set has no required key, fewer than its rule needs, or is malformed.",        \
	  "Make it with holdfast-keys enroll, look at it with show, and build the loader again.")  \
	X(ERR_NO_SIGNATURE, 0x0b, "no-signature", "The configuration is not signed.",              \
	  "Sign it with holdfast-keys sign.")                                                      \
	X(ERR_UNKNOWN_KEY, 0x0c, "unknown-key",                                                    \
	  "It is signed, but not with a key that is trusted here.",                                \
	  "Sign with an enrolled key; compare key ids (holdfast-keys show, inspect).")             \
	X(ERR_BAD_SIGNATURE, 0x0d, "bad-signature",                                                \
	  "A signature is wrong for these bytes, or one that the rule needs is not there.",        \
	  "Write the release again as it was published; if that does not help, sign it again.")    \
	X(ERR_KEY_ROLE, 0x0e, "key-role", "A release may not trust a key of this role.",           \
	  "Build with keys of role release: holdfast-keys new --role release, then enroll.")       \
	X(ERR_KEY_REVOKED, 0x0f, "key-revoked",                                                    \
	  "The image revokes a key that its own signature needs.",                                 \
	  "Sign it with keys that its list does not name: holdfast-keys inspect shows both.")      \
	X(ERR_ALGO_DENIED, 0x10, "algo-denied",                                                    \
	  "An algorithm, a key size or a padding is too weak, or not what the key is for.",        \
	  "Use SHA-256 or more, RSA-2048 or more or ECDSA, as the key was enrolled; sign again.")  \
	X(ERR_NOT_COVERED, 0x11, "not-covered",                                                    \
	  "The signature leaves out something that the loader acts on.",                           \
	  "Sign with holdfast-keys sign, which covers all of it (older mkimage does not).")        \
	X(ERR_NO_HASH, 0x12, "no-hash",                                                            \
	  "An image has no hash, so no signature says what is in it.",                             \
	  "Give it a hash-1 node, and sign with holdfast-keys sign, which fills it in.")           \
	X(ERR_HASH_MISMATCH, 0x13, "hash-mismatch",                                                \
	  "The data is not what was signed: it was damaged or changed.",                           \
	  "Write the image again. If it comes back, test the medium, then think of an attack.")    \
	X(ERR_OVERLAP, 0x14, "overlap", "Two things want the same memory.",                        \
	  "Leave load out of the image source, or choose another; sign again.")                    \
	X(ERR_BAD_LOAD, 0x15, "bad-load",                                                          \
	  "An address is not in RAM, not aligned, or out of reach.",                               \
	  "Leave load and entry out of the image source, or choose others; sign again.")           \
	X(ERR_BAD_KERNEL, 0x16, "bad-kernel",                                                      \
	  "The kernel is not one that this loader enters, or it is cut off.",                      \
	  "Take an Image (arm64) or zImage (arm), with type, os and arch set; sign again.")        \
	X(ERR_BAD_DTB, 0x17, "bad-dtb",                                                            \
	  "The device tree is missing, malformed, or not one for this board.",                     \
	  "Build it again with dtc, one base tree a configuration; sign again.")                   \
	X(ERR_BAD_OVERLAY, 0x18, "bad-overlay",                                                    \
	  "A device tree overlay is malformed, or does not fit the base tree.",                    \
	  "Build the base with dtc -@, try fdtoverlay on both; sign again.")                       \
	X(ERR_CMDLINE_TOO_LONG, 0x19, "cmdline-too-long",                                          \
	  "The kernel's command line is longer than the kernel takes.",                            \
	  "Shorten cmdline in the configuration; sign again.")                                     \
	X(ERR_DECOMPRESS, 0x1a, "decompress",                                                      \
	  "A payload cannot be unpacked to its end, or is of an unknown format.",                  \
	  "Compress it again with gzip, lz4 or zstd, or not at all; sign again.")                  \
	X(ERR_ROLLBACK, 0x1b, "rollback", "The release is older than this device accepts.",        \
	  "Install one with a higher holdfast,rollback-index: holdfast-keys inspect shows it.")    \
	X(ERR_VERITY_PARAMS, 0x1c, "verity-params",                                                \
	  "The root's dm-verity node and the place of the root do not go together.",               \
	  "Make the root with holdfast-image verity, the FIT with holdfast-image fit; sign it.")   \
	X(ERR_VERITY_ROOT, 0x1d, "verity-root",                                                    \
	  "The root image is not the one whose root hash was signed.",                             \
	  "Write the root that belongs to this release; if it comes back, test the medium.")       \
	X(ERR_VERITY_IO, 0x1e, "verity-io",                                                        \
	  "A block of the root is not what was signed, or cannot be read, or is not there.",       \
	  "Write the whole root again (holdfast-image slot); if it comes back, test the medium.")  \
	X(ERR_STATE_BAD, 0x1f, "state-bad",                                                        \
	  "The record that says which slot to try cannot be read or has a wrong value.",           \
	  "Write it again with the tools of the running system.")                                  \
	X(ERR_MEDIA_IO, 0x20, "media-io", "The boot medium did not answer, or with an error.",     \
	  "Switch off and on; check the contacts; replace the medium.")                            \
	X(ERR_ENGINE_SELFTEST, 0x21, "engine-selftest",                                            \
	  "A hash or RSA engine gave a wrong answer, and no other could take its place.",          \
	  "Switch off and on. If it comes back, the chip is faulty or under attack.")              \
	X(ERR_TPM, 0x22, "tpm", "The TPM did not answer, or with an error.",                       \
	  "Switch off and on; check that it is there and enabled.")                                \
	X(ERR_WATCHDOG, 0x23, "watchdog", "The watchdog cannot be started.",                       \
	  "Check the board's device tree and drivers.")                                            \
	X(ERR_NO_SLOT, 0x24, "no-slot", "No slot could be booted, so the board resets.",           \
	  "Read the HF-REFUSE lines above: each slot has one with its own reason.")                \
	X(ERR_NO_FILE, 0x27, "no-file",                                                            \
	  "A path of the configuration leads to no file in the root.",                             \
	  "Look with holdfast-image ls, correct the path or the root; sign again.")                \
	X(ERR_FILE_SYSTEM, 0x28, "file-system",                                                    \
	  "The root is of no file system that this loader reads, or is malformed.",                \
	  "Make it with mkfs.erofs or mksquashfs (fit-images/files/README.md says how).")          \
	/* Ours: never the reason of a refusal by themselves. */                                   \
	X(ERR_ABSENT, 0x25, "absent",                                                              \
	  "Something optional is not there; never printed as a reason.",                           \
	  "Report it with the console log.")                                                       \
	X(ERR_UNSUPPORTED, 0x26, "unsupported",                                                    \
	  "An engine or a board cannot do this; never printed as a reason.",                       \
	  "Report it with the console log.")

enum status {
#define STATUS_ENUM(name, number, word, meaning, fix) name = (number),
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
