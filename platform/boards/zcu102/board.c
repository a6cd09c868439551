// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * board.c - platform.h for the Xilinx ZCU102.
 */
#include "board.h"

#include <stddef.h>

#include "banner.h"
#include "cadence_uart.h"
#include "config.h"
#include "cores.h"
#include "cpu_engines.h"
#include "entry.h"
#include "platform.h"
#include "psci.h"
#include "sdhci.h"

const struct board_window board_windows[] = {
	{ BOARD_UART, 0x1000 },
	{ ZCU102_SDHCI, 0x1000 },
	{ 0, 0 },
};

const char *const board_bus = NULL;

static struct sd_card card;
static struct sdhci controller = {
	.base = ZCU102_SDHCI,
};

void board_console(void)
{
	cadence_uart_start(BOARD_UART, BOARD_UART_HZ);
}

void plat_putc(char c)
{
	if (c == '\n')
		cadence_uart_put(BOARD_UART, '\r');
	cadence_uart_put(BOARD_UART, c);
}

const char *plat_board(void)
{
	return "zcu102";
}

const char *const *plat_compatible(void)
{
	static const char *const names[] = { "holdfast,zcu102", "xlnx,zynqmp-zcu102-rev1.0",
					     "xlnx,zynqmp-zcu102", NULL };

	return names;
}

const struct medium *const *plat_media(void)
{
	static const struct medium *media[2];
	static bool probed;

	if (!probed) {
		probed = true;
		media[0] = sd_card_start(&card, sdhci_host(&controller, "sd0", true));
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
		if (IS_ENABLED(CONFIG_CORES))
			cores_banner(&banner);
	}
	return banner.text;
}

enum status plat_quiesce(void)
{
	if (!sd_card_quiesce(&card))
		return refuse(ERR_MEDIA_IO, "quiesce",
			      "SD does not reset and may still write to memory: cut its power");
	return IS_ENABLED(CONFIG_CORES) ? cores_quiesce() : OK;
}

void plat_lock(void)
{
}

void board_start(void)
{
	psci_start(entry_found()->facts.psci);
}

_Noreturn void plat_fail(enum status why)
{
	(void)why;
	cadence_uart_drain(BOARD_UART);
	if (IS_ENABLED(CONFIG_CORES))
		(void)cores_stop();
	psci_system_reset();
	for (;;)
		__asm__ volatile("wfi");
}
