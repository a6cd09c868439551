/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * release.h - everything known about the release that is being tried; one at a time, wiped between
 * slots.
 *
 * The steps here are what boot/main.c reads aloud where a step is more than one call.
 */
#ifndef HOLDFAST_RELEASE_H
#define HOLDFAST_RELEASE_H

#include "fit.h"
#include "fit_verify.h"
#include "kernel.h"
#include "keyring.h"
#include "log.h"
#include "platform.h"
#include "proof.h"
#include "region.h"
#include "root.h"
#include "slot.h"
#include "tree.h"

struct release {
	struct region_map map; /* outlives the slot; its claims do not */
	uint8_t *metadata;     /* FIT_META_MAX bytes, private */
	struct slot_place place;
	struct fit fit;
	unsigned choice;                 /* configuration, unverified */
	const struct fit_config *config; /* exists only once verified */
	uint32_t index;                  /* rollback index, signed; 0 if it has none */
	struct proof proof;
	struct root root;
	struct kernel kernel;
	struct handoff figures;
	char refused[32]; /* outlives the slot: "A hash-mismatch" */
};

/* The one there is; empty at start. */
struct release *release_storage(void);

/* Both kinds of engines: probed, tested, chosen. ERR_ENGINE_SELFTEST. Called once. */
enum status engines_start(void) MUST_CHECK;

/*
 * The built-in keyring can decide (keyring_usable()) and, in a release build, has no test or dev
 * keys. ERR_NO_TRUST, ERR_KEY_ROLE. Called before any image is read.
 */
enum status trust_start(void) MUST_CHECK;

/*
 * Verify the chosen configuration and say so: proof, signature, keyring rule, rollback index. The
 * errors of fit_verify().
 */
enum status release_verify(struct release *release, const struct slot *slot) MUST_CHECK;

/* kernel_load(), timed, and what was read of the root. */
enum status release_load(struct release *release) MUST_CHECK;

/* kernel_describe() with what is known about the release. */
enum status release_describe(struct release *release, const struct slot *slot) MUST_CHECK;

/* The figures for HF-HANDOFF, complete; valid until the release is wiped. */
const struct handoff *release_figures(struct release *release);

/*
 * The slot is refused: media are stopped, claims end, metadata, proof and masks are wiped, the line
 * is printed and kept for the next slot's device tree.
 */
void release_refuse(struct release *release, const struct slot *slot, enum status why);

#endif
