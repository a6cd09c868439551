// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * board.c - platform.h for ASPEED's AST2600 evaluation board.
 */
#include "board.h"

#include <stddef.h>

#include "aspeed_acry.h"
#include "aspeed_fmc.h"
#include "aspeed_hace.h"
#include "aspeed_scu.h"
#include "aspeed_wdt.h"
#include "banner.h"
#include "config.h"
#include "cpu_engines.h"
#include "entry.h"
#include "mapped_flash.h"
#include "ns16550.h"
#include "platform.h"
#include "sdhci.h"
#include "sha256_arm.h"

const struct board_window board_windows[] = {
	{ BOARD_UART, 0x2000 }, /* with the watchdogs */
	{ AST2600_HACE, 0x1000 },
	{ AST2600_SCU, 0x1000 },
	{ AST2600_ACRY, 0x1000 },
	{ AST2600_ACRY_SRAM, 0x2000 },
	{ AST2600_EMMC, 0x1000 },
	{ AST2600_FMC, 0x1000 },
	{ AST2600_FLASH, AST2600_FLASH_SIZE },
	{ 0, 0 },
};

const char *const board_bus = NULL;

/* The first megabyte has U-Boot SPL, and at 64 KiB us. holdfast-image knows the same numbers. */
static const struct medium_part flash_map[] = {
	{ "holdfast-a", 0x00100000, 0x01400000 },
	{ "holdfast-b", 0x01500000, 0x01400000 },
	{ "holdfast-recovery", 0x02900000, 0x016e0000 },
	{ "holdfast-env-a", 0x03fe0000, 0x00010000 },
	{ "holdfast-env-b", 0x03ff0000, 0x00010000 },
	{ NULL, 0, 0 },
};

static const struct ns16550 uart = { BOARD_UART, BOARD_UART_HZ, 2, false };
static struct mapped_flash flash;
static struct sdhci emmc = { .base = AST2600_EMMC_SDHCI, .clock_hz = AST2600_EMMC_HZ };
static struct sd_card card;
void board_console(void)
{
	ns16550_start(&uart);
}

void plat_putc(char c)
{
	if (c == '\n')
		ns16550_put(&uart, '\r');
	ns16550_put(&uart, c);
}

const char *plat_board(void)
{
	return "ast2600-evb";
}

const char *const *plat_compatible(void)
{
	static const char *const names[] = { "holdfast,ast2600-evb", "aspeed,ast2600-evb", NULL };

	return names;
}

/* FITs from flash, the root from the eMMC. */
const struct medium *const *plat_media(void)
{
	static const struct medium *media[3];

	if (!media[0]) {
		aspeed_fmc_show_all(AST2600_FMC);
		media[0] =
			mapped_flash(&flash, "flash", AST2600_FLASH, AST2600_FLASH_SIZE, flash_map);
		aspeed_scu_wake(AST2600_SCU, ASPEED_CLOCK_EMMC, ASPEED_RESET_EMMC);
		media[1] = sd_card_start(&card, sdhci_host(&emmc, "emmc", true));
	}
	return media;
}

enum status plat_random(void *destination, size_t size)
{
	(void)destination;
	(void)size;
	return ERR_UNSUPPORTED;
}

const struct digest_engine *const *plat_digest_engines(void)
{
	static const struct digest_engine *const engines[] = {
		&digest_engine_hace,
		IS_ENABLED(CONFIG_SHA_ARM) ? &digest_engine_sha256_arm : NULL,
		NULL,
	};

	return IS_ENABLED(CONFIG_ASPEED_HACE) ? engines : cpu_digest_engines;
}

const struct modexp_engine *const *plat_modexp_engines(void)
{
	static const struct modexp_engine *engines[3];
	unsigned count = 0;

	if (IS_ENABLED(CONFIG_ASPEED_ACRY))
		engines[count++] = &modexp_engine_acry;
	engines[count] = cpu_modexp_engines[0];
	return engines;
}

const char *plat_banner(void)
{
	static struct banner banner;

	if (banner.size == 0) {
		entry_banner(&banner);
	}
	return banner.text;
}

enum status plat_quiesce(void)
{
	bool still = sd_card_quiesce(&card);

	if (IS_ENABLED(CONFIG_ASPEED_HACE) && !aspeed_hace_quiesce())
		still = false;
	if (!still)
		return refuse(
			ERR_MEDIA_IO, "quiesce",
			"a device does not reset and may still write to memory: cut its power");
	return OK;
}

void plat_lock(void)
{
}

void board_start(void)
{
	const struct aspeed_hace hace = { AST2600_HACE, AST2600_SCU, BOARD_RAM_BASE,
					  BOARD_RAM_SIZE };
	const struct aspeed_acry acry = { AST2600_ACRY, AST2600_ACRY_SRAM, AST2600_SCU,
					  BOARD_RAM_BASE, BOARD_RAM_SIZE };

	if (IS_ENABLED(CONFIG_ASPEED_HACE))
		aspeed_hace_start(&hace);
	if (IS_ENABLED(CONFIG_ASPEED_ACRY))
		aspeed_acry_start(&acry);
}

_Noreturn void plat_fail(enum status why)
{
	(void)why;
	ns16550_drain(&uart);
	aspeed_wdt_reset(AST2600_WATCHDOG);
	for (;;)
		__asm__ volatile("wfi");
}
