// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * corpus_main.c - the cases of the table on a board: one after the other, in one boot of the
 * machine.
 *
 * A test build: the loader's own objects, linked with another main. The linker's --wrap puts the
 * functions here between the core and the platform: what the core takes for its medium is a window
 * on the corpus disk (table.py has its layout), what it takes for its keyring is the case's, and
 * where it would enter a kernel or give up, the next case follows.
 */
#include <stdbool.h>
#include <string.h>

#include "boot.h"
#include "keyring.h"
#include "platform.h"
#include "release.h"

#define SECTOR 512u
#define ENTRY_SIZE 64u
#define NAME_SIZE 48u

void __wrap_boot_main(void);
const struct medium *const *__wrap_plat_media(void);
const struct keyring *__wrap_keyring_built_in(void);
_Noreturn void __wrap_plat_enter(uintptr_t entry, uintptr_t dtb);
_Noreturn void __wrap_plat_fail(enum status why);
void __real_boot_main(void);
const struct medium *const *__real_plat_media(void);
_Noreturn void __real_plat_fail(enum status why);
int corpus_mark(uint64_t place[13]);
_Noreturn void corpus_jump(const uint64_t place[13]);

/* In the order of the sorted names of the trust sets; NULL: nobody is trusted. Generated. */
extern const struct keyring *const corpus_keyrings[];

static const struct keyring nobody = { NULL, 0, REQUIRED_ALL, 0 };

static struct {
	const struct medium *disk;
	uint64_t first; /* sector of the case's disk */
	const struct keyring *keyring;
	bool running; /* a case: the core's ends come back here */
	uint64_t place[13];
} corpus;

static enum status case_start(const struct medium *medium, uint64_t lba, uint32_t blocks,
			      void *destination)
{
	(void)medium;
	return corpus.disk->start(corpus.disk, corpus.first + lba, blocks, destination);
}

static enum status case_wait(const struct medium *medium, uint32_t timeout_ms)
{
	(void)medium;
	return corpus.disk->wait(corpus.disk, timeout_ms);
}

static void case_stop(const struct medium *medium)
{
	(void)medium;
	corpus.disk->stop(corpus.disk);
}

static struct medium window = {
	.name = "case", .start = case_start, .wait = case_wait, .stop = case_stop
};

const struct medium *const *__wrap_plat_media(void)
{
	static const struct medium *const media[] = { &window, NULL };

	return media;
}

const struct keyring *__wrap_keyring_built_in(void)
{
	return corpus.keyring;
}

/* The corpus ends with a reset; a fault inside a case ends it too, and the missing cases tell. */
_Noreturn void __wrap_plat_fail(enum status why)
{
	if (!corpus.running || why == ERR_INTERNAL)
		__real_plat_fail(why);
	corpus_jump(corpus.place);
}

_Noreturn void __wrap_plat_enter(uintptr_t entry, uintptr_t dtb)
{
	(void)entry;
	(void)dtb;
	corpus_jump(corpus.place);
}

static void say(const char *text)
{
	while (*text)
		plat_putc(*text++);
}

static void run_case(const uint8_t *entry)
{
	char name[NAME_SIZE];
	uint32_t set = load_le32(entry + 56);

	memcpy(name, entry, NAME_SIZE);
	name[NAME_SIZE - 1] = '\0';
	corpus.first = load_le32(entry + 48);
	window.blocks = load_le32(entry + 52);
	corpus.keyring = corpus_keyrings[set] ? corpus_keyrings[set] : &nobody;
	memset(release_storage(), 0, sizeof(struct release));
	say("HF-CASE id=");
	say(name);
	say("\n");
	if (corpus_mark(corpus.place) == 0) {
		corpus.running = true;
		__real_boot_main();
	}
	corpus.running = false;
}

static enum status run_cases(void)
{
	static uint8_t sector[SECTOR] __attribute__((aligned(MEDIUM_ALIGN)));
	struct extent whole = extent_whole(corpus.disk);
	uint32_t count, index, i;

	TRY(extent_read(&whole, 0, sector, SECTOR));
	if (memcmp(sector, "HFCORPUS", 8) != 0)
		return ERR_NO_IMAGE;
	count = load_le32(sector + 8);
	index = load_le32(sector + 12);
	for (i = 0; i < count; i++) {
		uint8_t entry[ENTRY_SIZE];

		TRY(extent_read(&whole, (uint64_t)index * SECTOR + (uint64_t)i * ENTRY_SIZE, entry,
				ENTRY_SIZE));
		run_case(entry);
	}
	return OK;
}

void __wrap_boot_main(void)
{
	enum status status;

	corpus.disk = *__real_plat_media();
	if (!corpus.disk)
		__real_plat_fail(ERR_NO_IMAGE);
	window.block_size = corpus.disk->block_size;
	window.max_blocks = corpus.disk->max_blocks;
	status = run_cases();
	say("HF-CASES end=");
	say(status_word(status));
	say("\n");
	__real_plat_fail(ERR_NO_SLOT);
}
