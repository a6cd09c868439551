/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * platform.h - everything the core asks of a board, and nothing else.
 *
 * Resolved at link time: a board that forgets one does not link. No weak symbols.
 * platform/host implements the same contract over files for the tools, the unit
 * tests and the fuzzers.
 */
#ifndef HOLDFAST_PLATFORM_H
#define HOLDFAST_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "medium.h"
#include "region.h"
#include "span.h"
#include "status.h"

struct digest_engine; /* keys/digest.h */
struct modexp_engine; /* keys/modexp.h */

/* Write one character to the console; '\n' becomes CR LF. May drop it, never blocks for good. */
void plat_putc(char c);

/* Microseconds since reset or since the timer started; monotonic. */
uint64_t plat_now_us(void);

/* The board's name as in BOARD= ("virt-arm64"); constant. */
const char *plat_board(void);

/* The privilege we run at, for the banner: "1" or "2" (exception level), "svc", "hyp"; constant. */
const char *plat_privilege(void);

/*
 * The compatible strings of the board, most specific first, NULL-terminated; compiled in, constant.
 */
const char *const *plat_compatible(void);

/*
 * The RAM that payloads may use and what in it is taken (the loader, the earlier stage's tree and
 * reservations). The map is initialised by this call. ERR_BAD_DTB: the earlier stage's tree is
 * needed for it and unusable.
 */
enum status plat_memory(struct region_map *map) MUST_CHECK;

/*
 * The earlier stage's device tree, copied once to private RAM at start and not yet checked; empty
 * if there is none.
 */
struct span plat_stage_tree(void);

/*
 * The media to look for slots on, in the board's order, NULL-terminated. Probes at the first call.
 */
const struct medium *const *plat_media(void);

/*
 * Unpredictable bytes for kaslr-seed and rng-seed (never for verification). ERR_UNSUPPORTED if the
 * board has no source: the seeds are then left out. Never a constant.
 */
enum status plat_random(void *destination, size_t size) MUST_CHECK;

/*
 * Accelerated engines of the board, best first, NULL-terminated; may be empty. mbedTLS is appended
 * by the core.
 */
const struct digest_engine *const *plat_digest_engines(void);
const struct modexp_engine *const *plat_modexp_engines(void);

/*
 * A key=value list for the banner (" virtio=mmio cores=1"), starts with a space or is empty;
 * constant.
 */
const char *plat_banner(void);

/*
 * Make [base, base + size) visible to instruction fetch and to a CPU with caches off (clean to the
 * point of coherency).
 */
void plat_clean(const void *base, size_t size);

/*
 * Run work(context, i) once for each i below items, here and on the other processors that can be
 * had, in any order and some at the same time; returns when all are done. With none to be had: a
 * loop.
 *
 * work reads what nobody writes meanwhile and writes what is item i's alone, in ordinary RAM. It
 * may use a digest engine's begin, update and finish on a state of its own (struct digest_engine,
 * anywhere), and what is on its stack (2 KiB). It must not use the console, refuse(), a device, a
 * static variable that anybody writes, or plat_share(); and it must end within milliseconds: an
 * item that does not is done again here when its processor is off. If that cannot be had, or on an
 * exception: plat_fail().
 */
void plat_share(void (*work)(void *context, unsigned item), void *context, unsigned items);

/* Processors that have done an item of plat_share() so far, this one counted: 1 if none helped. */
unsigned plat_cores(void);

/*
 * Stop everything that may write to RAM behind the kernel's back: DMA devices reset, queues empty,
 * other processors off. ERR_MEDIA_IO: one could not be stopped, now or when a slot was refused; no
 * kernel is entered then.
 */
enum status plat_quiesce(void) MUST_CHECK;

/*
 * Once, just before entry: lock counters, key storage, write protection. Idempotent. Nothing to
 *   lock is fine.
 */
void plat_lock(void);

/*
 * Enter Linux with the state its boot protocol asks for (arm64: booting.rst, x0 = dtb, MMU off,
 * caches clean). Both are physical addresses. Does not return.
 */
_Noreturn void plat_enter(uintptr_t entry, uintptr_t dtb);

/*
 * The end without a kernel, after HF-FAIL was printed: reset, or a halt that the board documents.
 * Never a prompt.
 */
_Noreturn void plat_fail(enum status why);

#endif
