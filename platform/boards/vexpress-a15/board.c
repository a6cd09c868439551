// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * board.c - platform.h for the Versatile Express with a Cortex-A15.
 */
#include "board.h"

#include <stddef.h>

#include "banner.h"
#include "config.h"
#include "cpu_engines.h"
#include "entry.h"
#include "mapped_flash.h"
#include "pl011.h"
#include "pl181.h"
#include "platform.h"
#include "random.h"
#include "vexpress_sys.h"
#include "virtio_crypto.h"
#include "virtio_mmio.h"
#include "virtio_rng.h"

const struct board_window board_windows[] = {
	{ VEXPRESS_FLASH, VEXPRESS_FLASH_SIZE },
	{ VEXPRESS_SYS, 0x1000 },
	{ VEXPRESS_MMCI, 0x1000 },
	{ BOARD_UART, 0x1000 },
	{ VEXPRESS_VIRTIO, 0x1000 },
	{ 0, 0 },
};

const char *const board_bus = NULL;

/* We are in the first MiB, which is 0 too. The last erase blocks (256 KiB each) are for state. */
static const struct medium_part flash_map[] = {
	{ "holdfast-a", 0x00100000, 0x01400000 },
	{ "holdfast-b", 0x01500000, 0x01400000 },
	{ "holdfast-recovery", 0x02900000, 0x01680000 },
	{ "holdfast-env-a", 0x03f80000, 0x00040000 },
	{ "holdfast-env-b", 0x03fc0000, 0x00040000 },
	{ NULL, 0, 0 },
};

static struct mapped_flash flash;
static struct pl181 controller = { .base = VEXPRESS_MMCI, .clock_hz = VEXPRESS_MMCI_HZ };
static struct sd_card card;
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
	return "vexpress-a15";
}

const char *const *plat_compatible(void)
{
	static const char *const names[] = { "holdfast,vexpress-a15", "arm,vexpress,v2p-ca15,tc1",
					     "arm,vexpress,v2p-ca15", NULL };

	return names;
}

/* Whether the devices that are not ours have stopped. */
static bool others_are_still = true;

static bool take_device(const struct virtio_device *device)
{
	if (device->type == VIRTIO_ID_RNG && IS_ENABLED(CONFIG_VIRTIO_RNG))
		return virtio_rng_add(device);
	if (device->type == VIRTIO_ID_CRYPTO && IS_ENABLED(CONFIG_VIRTIO_CRYPTO))
		return virtio_crypto_add(device);
	if (!virtio_end(device))
		others_are_still = false;
	return true;
}

static void find_devices(void)
{
	static bool done;

	if (done || !IS_ENABLED(CONFIG_VIRTIO_MMIO))
		return;
	done = true;
	virtio_mmio_find(VEXPRESS_VIRTIO, VEXPRESS_VIRTIO_SLOTS, VEXPRESS_VIRTIO_STRIDE,
			 take_device);
}

/* A card with slots comes first; without one the slots are in flash, and a card has the root. */
const struct medium *const *plat_media(void)
{
	static const struct medium *media[3];

	if (!media[0]) {
		media[0] = sd_card_start(&card, pl181_host(&controller, "sd0", false));
		media[media[0] ? 1 : 0] = mapped_flash(&flash, "flash", VEXPRESS_FLASH,
						       VEXPRESS_FLASH_SIZE, flash_map);
	}
	return media;
}

static enum status draw_random(void *destination, size_t size)
{
	find_devices();
	if (!IS_ENABLED(CONFIG_VIRTIO_RNG))
		return ERR_UNSUPPORTED;
	return virtio_rng_read(destination, size);
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
	static const struct modexp_engine *engines[3];
	unsigned count = 0;

	if (IS_ENABLED(CONFIG_VIRTIO_CRYPTO)) {
		find_devices();
		engines[count++] = &modexp_engine_virtio;
	}
	engines[count] = cpu_modexp_engines[0];
	return engines;
}

const char *plat_banner(void)
{
	static struct banner banner;

	if (banner.size == 0) {
		entry_banner(&banner);
		banner_word(&banner, "rng", virtio_rng_present() ? "virtio" : "none");
		if (IS_ENABLED(CONFIG_VIRTIO_CRYPTO) && virtio_crypto_word())
			banner_word(&banner, "crypto", virtio_crypto_word());
	}
	return banner.text;
}

enum status plat_quiesce(void)
{
	bool still = sd_card_quiesce(&card);

	if (IS_ENABLED(CONFIG_VIRTIO_RNG) && !virtio_rng_quiesce())
		still = false;
	if (IS_ENABLED(CONFIG_VIRTIO_CRYPTO) && !virtio_crypto_quiesce())
		still = false;
	if (!still || !others_are_still)
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
	pl011_drain(BOARD_UART);
	vexpress_sys_reboot(VEXPRESS_SYS);
	for (;;)
		__asm__ volatile("wfi");
}
