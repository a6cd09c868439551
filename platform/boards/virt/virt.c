// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * virt.c - platform.h for QEMU's virt machine, arm64 and arm: all but the names.
 */
#include "board.h"

#include <stddef.h>

#include "banner.h"
#include "config.h"
#include "cores.h"
#include "cpu_engines.h"
#include "entry.h"
#include "mmu.h"
#include "pl011.h"
#include "platform.h"
#include "psci.h"
#include "random.h"
#include "rndr.h"
#include "virtio_blk.h"
#include "virtio_crypto.h"
#include "virtio_mmio.h"
#include "virtio_pci.h"
#include "virtio_rng.h"

const struct board_window board_windows[] = {
	{ BOARD_UART, 0x1000 },
	{ VIRT_MMIO, (uint64_t)VIRT_MMIO_STRIDE *VIRT_MMIO_SLOTS },
	{ VIRT_PCI_MEMORY, VIRT_PCI_MEMORY_SIZE },
	{ 0, 0 },
};

const char *const board_bus = "pci-host-ecam-generic";

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

/* Whether the devices that are not ours have stopped, whatever a stage before asked of them. */
static bool others_are_still = true;

static bool take_device(const struct virtio_device *device)
{
	if (device->type == VIRTIO_ID_BLOCK)
		return virtio_blk_add(device);
	if (device->type == VIRTIO_ID_RNG && IS_ENABLED(CONFIG_VIRTIO_RNG))
		return virtio_rng_add(device);
	if (device->type == VIRTIO_ID_CRYPTO && IS_ENABLED(CONFIG_VIRTIO_CRYPTO))
		return virtio_crypto_add(device);
	/* On PCI it was kept off the bus all along. */
	if (!device->transport->release && !virtio_end(device))
		others_are_still = false;
	return true;
}

/* The tree says which of the two places it is; it is not asked for any other. */
static void find_on_pci(void)
{
	struct pci_host host = { .memory = VIRT_PCI_MEMORY, .memory_size = VIRT_PCI_MEMORY_SIZE };
	uint64_t base = entry_found()->facts.bus.base;
	uint64_t size = entry_found()->facts.bus.size;

	if ((base != VIRT_PCI_ECAM_LOW || size != VIRT_PCI_ECAM_LOW_SIZE) &&
	    (base != VIRT_PCI_ECAM_HIGH || size != VIRT_PCI_ECAM_HIGH_SIZE))
		return;
	if (mmu_map(base, size, MMU_DEVICE) != OK)
		return;
	host.ecam = (uintptr_t)base;
	host.buses = (unsigned)(size >> 20);
	virtio_pci_find(&host, take_device);
}

/* Devices of both kinds are found in one walk, once. */
static void find_devices(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	if (IS_ENABLED(CONFIG_VIRTIO_MMIO))
		virtio_mmio_find(VIRT_MMIO, VIRT_MMIO_SLOTS, VIRT_MMIO_STRIDE, take_device);
	if (IS_ENABLED(CONFIG_VIRTIO_PCI))
		find_on_pci();
}

const struct medium *const *plat_media(void)
{
	find_devices();
	return virtio_blk_media();
}

const struct digest_engine *const *plat_digest_engines(void)
{
	return cpu_digest_engines;
}

/* A virtio crypto device first: whoever adds one wants it used. */
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

static enum status draw_random(void *destination, size_t size)
{
	if (IS_ENABLED(CONFIG_ARM64) && rndr_present())
		return rndr_read(destination, size);
	find_devices();
	if (!IS_ENABLED(CONFIG_VIRTIO_RNG))
		return ERR_UNSUPPORTED;
	return virtio_rng_read(destination, size);
}

enum status plat_random(void *destination, size_t size)
{
	return random_read(draw_random, destination, size);
}

static const char *random_source(void)
{
	if (IS_ENABLED(CONFIG_ARM64) && rndr_present())
		return "rndr";
	return IS_ENABLED(CONFIG_VIRTIO_RNG) && virtio_rng_present() ? "virtio" : "none";
}

const char *plat_banner(void)
{
	static struct banner banner;

	if (banner.size == 0) {
		entry_banner(&banner);
		banner_word(&banner, "rng", random_source());
		if (IS_ENABLED(CONFIG_VIRTIO_CRYPTO) && virtio_crypto_word())
			banner_word(&banner, "crypto", virtio_crypto_word());
		if (IS_ENABLED(CONFIG_CORES))
			cores_banner(&banner);
	}
	return banner.text;
}

enum status plat_quiesce(void)
{
	bool still = virtio_blk_quiesce();

	if (IS_ENABLED(CONFIG_VIRTIO_RNG) && !virtio_rng_quiesce())
		still = false;
	if (IS_ENABLED(CONFIG_VIRTIO_CRYPTO) && !virtio_crypto_quiesce())
		still = false;
	if (!still || !others_are_still)
		return refuse(
			ERR_MEDIA_IO, "quiesce",
			"a device does not reset and may still write to memory: cut its power");
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
	pl011_drain(BOARD_UART);
	if (IS_ENABLED(CONFIG_CORES))
		(void)cores_stop();
	psci_system_reset();
	for (;;)
		__asm__ volatile("wfi");
}
