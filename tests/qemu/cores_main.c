// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * cores_main.c - the other processors of a board at work, and what becomes of it when one of them
 * goes wrong.
 *
 * A test build: the loader's own platform/ and keys/ with another boot_main(). Digests of blocks in
 * RAM, by all processors and by this one alone, are compared; then all are stopped and started
 * again:
 *
 * 	HF-CORES algorithm=sha256 wrong=0 helped=3 quiesce=ok
 *
 * helped: processors besides this one. With a word at BOARD_RAM + 64 MiB that is not 0 (QEMU's
 * loader device writes it) the others do what MISCHIEF says instead, and there must be no
 * "survived".
 */
#include <string.h>

#include "boot.h"
#include "config.h"
#include "cores.h"
#include "digest.h"
#include "digest_blocks.h"
#include "keyring.h"
#include "platform.h"

#define TEST_AT (BOARD_RAM_BASE / 0x100000 * 0x100000 + 0x4000000)
#define BLOCKS_AT (TEST_AT + 0x100000)
#define BLOCK 4096u
#define BLOCKS 1024u

enum mischief { NONE, WRITES_TO_NOTHING, HANGS, OVERFLOWS_ITS_STACK, RUNS_DATA };

/* Nobody is trusted: nothing here asks. */
const struct keyring keyring_table
	__attribute__((section(".keyring"))) = { NULL, 0, REQUIRED_ALL, 0 };

static uint8_t digests[BLOCKS * DIGEST_SIZE_MAX];
static uint8_t data[64];

static void say(const char *text)
{
	while (*text)
		plat_putc(*text++);
}

static void say_count(const char *name, unsigned value)
{
	char digits[12];
	char *at = digits + sizeof(digits) - 1;

	*at = '\0';
	do
		*--at = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	say(name);
	say(at);
}

/* No two blocks are alike. */
static uint8_t *fill(void)
{
	uint32_t *word = (uint32_t *)(uintptr_t)BLOCKS_AT;

	for (uint32_t i = 0; i < BLOCKS * BLOCK / 4; i++)
		word[i] = i * 2654435761u;
	return (uint8_t *)word;
}

static unsigned count_wrong(enum digest_algorithm algorithm, struct span salt,
			    const uint8_t *blocks)
{
	uint8_t want[DIGEST_SIZE_MAX];
	struct digest digest;
	unsigned wrong = 0;

	for (unsigned i = 0; i < BLOCKS; i += 5) {
		if (digest_begin(&digest, algorithm) != OK ||
		    digest_update(&digest, salt.at, salt.size) != OK ||
		    digest_update(&digest, blocks + i * BLOCK, BLOCK) != OK ||
		    digest_finish(&digest, want) != OK ||
		    memcmp(want, digests + i * digest_size(algorithm), digest_size(algorithm)) != 0)
			wrong++;
	}
	return wrong;
}

static void digest_all(enum digest_algorithm algorithm, const uint8_t *blocks)
{
	const struct span salt = { blocks + 100, 32 };
	enum status status = digest_blocks(algorithm, salt, blocks, BLOCK, BLOCKS, digests);

	say("HF-CORES algorithm=");
	say(digest_name(algorithm));
	say_count(" wrong=", status == OK ? count_wrong(algorithm, salt, blocks) : BLOCKS);
	say_count(" helped=", plat_cores() - 1);
	say(" quiesce=");
	say(status_word(plat_quiesce()));
	say("\n");
}

/* For one of the others; this one gives them time to take an item. */
static void misbehave(void *context, unsigned item)
{
	enum mischief mischief = *(const enum mischief *)context;
	uint64_t until = plat_now_us() + 200000;
	uintptr_t at = 8; /* where nothing is mapped */

	(void)item;
	if (core_self() == 0) {
		while (plat_now_us() < until)
			core_yield();
		return;
	}
	while (mischief == HANGS)
		core_yield();
	if (mischief == OVERFLOWS_ITS_STACK)
		at = (uintptr_t)__builtin_frame_address(0) - CORE_PAGE - 256;
	if (mischief == RUNS_DATA)
		at = (uintptr_t)data;
	__asm__ volatile("" : "+r"(at));
	if (mischief == RUNS_DATA)
		((void (*)(void))at)();
	*(volatile uint8_t *)at = 1;
}

void boot_main(void)
{
	enum mischief mischief = (enum mischief) * (const volatile uint32_t *)(uintptr_t)TEST_AT;
	uint8_t *blocks = fill();

	say("HF-CORES privilege=");
	say(plat_privilege());
	say(plat_banner());
	say("\n");
	if (digest_engines_start(plat_digest_engines()) != OK)
		plat_fail(ERR_INTERNAL);
	if (mischief != NONE) {
		plat_share(misbehave, &mischief, 8);
		say("HF-CORES survived=1\n");
	}
	for (enum digest_algorithm a = DIGEST_SHA256; mischief == NONE && a <= DIGEST_SHA512; a++)
		digest_all(a, blocks);
	say("HF-CORES end=1\n");
	plat_fail(ERR_NO_SLOT);
}
