/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * pci.h - PCI Express behind an ECAM, enumerated from nothing (PCI Express Base Specification,
 * chapter 7).
 *
 * Only functions that a driver asks for get addresses and may decode them; everything else on the
 * bus is left as it was at reset. Bus numbers and bridge windows are assigned on the way. Linux
 * finds what a first stage would have left and assigns again as it likes.
 */
#ifndef HOLDFAST_PCI_H
#define HOLDFAST_PCI_H

#include <stdbool.h>
#include <stdint.h>

#define PCI_BARS 6

#define PCI_VENDOR 0x00
#define PCI_DEVICE 0x02
#define PCI_SUBSYSTEM 0x2e

/* A root complex. Both windows are mapped by the caller. */
struct pci_host {
	uintptr_t ecam; /* configuration space of bus 0, function 0; 1 MiB a bus */
	unsigned buses;
	/* where BARs may go: 32-bit addresses, the same on the bus and for the CPU */
	uint64_t memory;
	uint64_t memory_size;
};

/* A function with its BARs assigned; size 0: not there, or not memory. */
struct pci_function {
	uintptr_t config; /* its configuration space */
	struct {
		uint64_t base;
		uint64_t size;
	} bar[PCI_BARS];
};

/* Whether a driver wants the function whose configuration space is at config. */
typedef bool (*pci_wanted)(uintptr_t config);

/* Called for each wanted function after the whole bus was walked; false: enough. */
typedef bool (*pci_found)(const struct pci_function *function);

/*
 * Walk all buses in order of device number, bridges where they stand. At most PCI_FUNCTIONS_MAX
 * functions are wanted, bridges nest at most PCI_DEPTH_MAX deep, and what does not fit is left out.
 * A function that is not wanted may not be a bus master any more: a stage before may have left it
 * with requests to answer.
 */
#define PCI_FUNCTIONS_MAX 16
#define PCI_DEPTH_MAX 4
void pci_find(const struct pci_host *host, pci_wanted wanted, pci_found found);

/*
 * Let the function answer to its addresses and read and write memory; or neither. No legacy
 * interrupts.
 */
void pci_enable(uintptr_t config);
void pci_disable(uintptr_t config);

/*
 * The offset of the next capability with this id after `after` (0 to begin), or 0. The list is
 * followed for as many steps as fit in configuration space, so a loop ends.
 */
unsigned pci_capability(uintptr_t config, uint8_t id, unsigned after);

#endif
