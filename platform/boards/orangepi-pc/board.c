// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * board.c - platform.h for the Orange Pi PC.
 */
#include "board.h"

#include <stddef.h>

#include "banner.h"
#include "config.h"
#include "cpu_engines.h"
#include "entry.h"
#include "ns16550.h"
#include "platform.h"
#include "sunxi_mmc.h"
#include "sunxi_wdt.h"

const struct board_window board_windows[] = {
	{ ORANGEPI_MMC, 0x1000 },
	{ ORANGEPI_CCU, 0x1000 }, /* with the watchdog */
	{ BOARD_UART, 0x1000 },
	{ 0, 0 },
};

const char *const board_bus = NULL;

static const struct ns16550 uart = { BOARD_UART, BOARD_UART_HZ, 2, true };
static struct sunxi_mmc controller = { .base = ORANGEPI_MMC, .clock = ORANGEPI_MMC_CLOCK };
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
	return "orangepi-pc";
}

const char *const *plat_compatible(void)
{
	static const char *const names[] = { "holdfast,orangepi-pc", "xunlong,orangepi-pc", NULL };

	return names;
}

const struct medium *const *plat_media(void)
{
	static const struct medium *media[2];
	static bool probed;

	if (!probed) {
		probed = true;
		media[0] = sd_card_start(&card, sunxi_mmc_host(&controller, "sd0", true));
	}
	return media;
}

/* The H3 has a generator (in its crypto engine), but nobody has shown here that it works. */
enum status plat_random(void *destination, size_t size)
{
	(void)destination;
	(void)size;
	return ERR_UNSUPPORTED;
}

const struct digest_engine *const *plat_digest_engines(void)
{
	return cpu_digest_engines;
}

const struct modexp_engine *const *plat_modexp_engines(void)
{
	return cpu_modexp_engines;
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
	if (!sd_card_quiesce(&card))
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
}

_Noreturn void plat_fail(enum status why)
{
	(void)why;
	ns16550_drain(&uart);
	sunxi_wdt_reset(ORANGEPI_WATCHDOG);
	for (;;)
		__asm__ volatile("wfi");
}
