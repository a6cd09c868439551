// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * board.c - platform.h for the Raspberry Pi 3 Model B.
 */
#include "board.h"

#include <stddef.h>

#include "banner.h"
#include "bcm2835_pm.h"
#include "bcm2835_rng.h"
#include "config.h"
#include "cpu_engines.h"
#include "entry.h"
#include "mmio.h"
#include "pl011.h"
#include "platform.h"
#include "random.h"
#include "sdhci.h"

const struct board_window board_windows[] = {
	{ BOARD_UART, 0x1000 }, { RASPI_PM, 0x1000 },    { RASPI_RNG, 0x1000 },
	{ RASPI_GPIO, 0x1000 }, { RASPI_SDHCI, 0x1000 }, { 0, 0 },
};

const char *const board_bus = NULL;

static struct sd_card card;
static struct sdhci controller = {
	.base = RASPI_SDHCI,
	.clock_hz = RASPI_SDHCI_HZ,
	.spaced_writes = true,
};

void board_console(void)
{
	pl011_start(BOARD_UART, BOARD_UART_HZ);
}

void plat_putc(char c)
{
	if (c == '\n')
		pl011_put(BOARD_UART, '\r');
	pl011_put(BOARD_UART, c);
}

const char *plat_board(void)
{
	return "raspi3b";
}

const char *const *plat_compatible(void)
{
	static const char *const names[] = { "holdfast,raspi3b", "raspberrypi,3-model-b",
					     "brcm,bcm2837", NULL };

	return names;
}

/* GPFSELn (BCM2835 ARM Peripherals, 6.1): three bits a pin, ten pins a register. */
static void pins(unsigned first, unsigned last, uint32_t function)
{
	for (unsigned pin = first; pin <= last; pin++) {
		uintptr_t at = RASPI_GPIO + pin / 10 * 4;
		unsigned shift = pin % 10 * 3;

		mmio_write32(at, (mmio_read32(at) & ~(7u << shift)) | function << shift);
	}
}

const struct medium *const *plat_media(void)
{
	static const struct medium *media[2];
	static bool probed;

	if (!probed) {
		probed = true;
		pins(RASPI_WIFI_FIRST, RASPI_WIFI_LAST, RASPI_PIN_INPUT);
		pins(RASPI_CARD_FIRST, RASPI_CARD_LAST, RASPI_PIN_ALT3);
		media[0] = sd_card_start(&card, sdhci_host(&controller, "sd0", true));
	}
	return media;
}

static enum status draw_random(void *destination, size_t size)
{
	return bcm2835_rng_read(RASPI_RNG, destination, size);
}

enum status plat_random(void *destination, size_t size)
{
	return random_read(draw_random, destination, size);
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

	if (banner.size == 0)
		entry_banner(&banner);
	return banner.text;
}

enum status plat_quiesce(void)
{
	if (!sd_card_quiesce(&card))
		return refuse(ERR_MEDIA_IO, "quiesce",
			      "SD does not reset and may still write to memory: cut its power");
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
	pl011_drain(BOARD_UART);
	bcm2835_pm_reset(RASPI_PM);
	for (;;)
		__asm__ volatile("wfi");
}
