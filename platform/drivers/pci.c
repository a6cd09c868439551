// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "pci.h"

#include <stddef.h>

#include "mmio.h"

#define COMMAND 0x04
#define COMMAND_MEMORY (1u << 1)
#define COMMAND_MASTER (1u << 2)
#define NO_MASTER 0xfffbu /* all but COMMAND_MASTER */
#define COMMAND_NO_INTX (1u << 10)
#define STATUS 0x06
#define STATUS_CAPABILITIES (1u << 4)
#define HEADER_TYPE 0x0e
#define HEADER_MULTI 0x80u
#define BAR0 0x10
#define BAR_IO 1u
#define BAR_64BIT 4u
#define BAR_FLAGS 0xfu
#define CAPABILITIES 0x34
/* Bridges. */
#define PRIMARY_BUS 0x18
#define SECONDARY_BUS 0x19
#define SUBORDINATE_BUS 0x1a
#define MEMORY_BASE 0x20
#define MEMORY_LIMIT 0x22
#define PREFETCH_BASE 0x24
#define PREFETCH_LIMIT 0x26
#define BRIDGE_GRANULE 0x100000u

#define FUNCTIONS 256u /* of a bus */

/* A bus being walked. */
struct level {
	unsigned bus;
	unsigned next;    /* function to look at */
	uintptr_t bridge; /* configuration space of the bridge above; 0 on bus 0 */
	uint64_t window;  /* where its memory began */
};

struct walk {
	const struct pci_host *host;
	unsigned last_bus;
	uint64_t cursor; /* next free address for BARs */
	unsigned depth;
	struct level levels[PCI_DEPTH_MAX + 1];
	unsigned count;
	struct pci_function functions[PCI_FUNCTIONS_MAX];
};

static struct walk walk;

void pci_enable(uintptr_t config)
{
	mmio_write16(config + COMMAND, COMMAND_MEMORY | COMMAND_MASTER | COMMAND_NO_INTX);
}

void pci_disable(uintptr_t config)
{
	mmio_write16(config + COMMAND, COMMAND_NO_INTX);
}

unsigned pci_capability(uintptr_t config, uint8_t id, unsigned after)
{
	unsigned at = after ? after + 1 : CAPABILITIES;

	if ((mmio_read16(config + STATUS) & STATUS_CAPABILITIES) == 0)
		return 0;
	for (unsigned steps = 0; steps < 48; steps++) {
		unsigned capability = mmio_read8(config + at) & 0xfcu;

		if (capability < 0x40)
			return 0;
		if (mmio_read8(config + capability) == id)
			return capability;
		at = capability + 1;
	}
	return 0;
}

static uint64_t up(uint64_t value, uint64_t granule)
{
	return (value + granule - 1) & ~(granule - 1);
}

/* Size and place one BAR. False: no room. *wide if it takes the next one as well. */
static bool assign_bar(struct pci_function *function, unsigned index, bool *wide)
{
	uintptr_t at = function->config + BAR0 + 4ul * index;
	uint32_t flags = mmio_read32(at);
	uint64_t end = walk.host->memory + walk.host->memory_size;
	uint64_t base;
	uint32_t size;

	*wide = (flags & BAR_IO) == 0 && (flags & BAR_64BIT) != 0 && index + 1 < PCI_BARS;
	mmio_write32(at, UINT32_MAX);
	size = ~(mmio_read32(at) & ~BAR_FLAGS) + 1;
	mmio_write32(at, 0);
	if ((flags & BAR_IO) != 0 || size == 0)
		return true;
	base = up(walk.cursor, size);
	if ((size & (size - 1)) != 0 || base > end || end - base < size)
		return false;
	mmio_write32(at, (uint32_t)base);
	if (*wide)
		mmio_write32(at + 4, 0);
	function->bar[index].base = base;
	function->bar[index].size = size;
	walk.cursor = base + size;
	return true;
}

static void take_function(uintptr_t config)
{
	struct pci_function *function = &walk.functions[walk.count];
	bool wide = false;

	if (walk.count == PCI_FUNCTIONS_MAX)
		return;
	*function = (struct pci_function){ .config = config };
	pci_disable(config);
	for (unsigned i = 0; i < PCI_BARS; i += wide ? 2 : 1)
		if (!assign_bar(function, i, &wide))
			return;
	walk.count++;
}

static void enter_bridge(uintptr_t bridge)
{
	struct level *above = &walk.levels[walk.depth];

	if (walk.depth == PCI_DEPTH_MAX || walk.last_bus + 1 >= walk.host->buses)
		return;
	walk.last_bus++;
	mmio_write8(bridge + PRIMARY_BUS, (uint8_t)above->bus);
	mmio_write8(bridge + SECONDARY_BUS, (uint8_t)walk.last_bus);
	mmio_write8(bridge + SUBORDINATE_BUS, (uint8_t)(walk.host->buses - 1));
	walk.cursor = up(walk.cursor, BRIDGE_GRANULE);
	walk.levels[++walk.depth] = (struct level){ walk.last_bus, 0, bridge, walk.cursor };
}

/* The bus below a bridge is done: what the bridge forwards is known now. */
static void leave_bridge(void)
{
	struct level *level = &walk.levels[walk.depth];
	uint64_t end = up(walk.cursor, BRIDGE_GRANULE);

	walk.depth--;
	mmio_write8(level->bridge + SUBORDINATE_BUS, (uint8_t)walk.last_bus);
	/* A base above the limit forwards nothing. */
	mmio_write16(level->bridge + PREFETCH_BASE, 0xfff0);
	mmio_write16(level->bridge + PREFETCH_LIMIT, 0);
	if (end == level->window) {
		mmio_write16(level->bridge + MEMORY_BASE, 0xfff0);
		mmio_write16(level->bridge + MEMORY_LIMIT, 0);
		return;
	}
	mmio_write16(level->bridge + MEMORY_BASE, (uint16_t)(level->window >> 16));
	mmio_write16(level->bridge + MEMORY_LIMIT, (uint16_t)((end - 1) >> 16));
	pci_enable(level->bridge);
	walk.cursor = end;
}

/* Look at the next function of the bus we are on. */
static void step(pci_wanted wanted)
{
	struct level *level = &walk.levels[walk.depth];
	uintptr_t config =
		walk.host->ecam + ((uintptr_t)level->bus << 20) + ((uintptr_t)level->next << 12);
	bool first = level->next % 8 == 0;
	uint8_t type;

	level->next++;
	if (mmio_read16(config + PCI_VENDOR) == 0xffff) {
		if (first)
			level->next += 7;
		return;
	}
	type = mmio_read8(config + HEADER_TYPE);
	if (first && (type & HEADER_MULTI) == 0)
		level->next += 7;
	if ((type & ~HEADER_MULTI) == 1)
		enter_bridge(config);
	else if (wanted(config))
		take_function(config);
	else
		mmio_write16(config + COMMAND, mmio_read16(config + COMMAND) & NO_MASTER);
}

void pci_find(const struct pci_host *host, pci_wanted wanted, pci_found found)
{
	walk = (struct walk){ .host = host, .cursor = host->memory };
	for (;;) {
		if (walk.levels[walk.depth].next < FUNCTIONS)
			step(wanted);
		else if (walk.depth > 0)
			leave_bridge();
		else
			break;
	}
	for (unsigned i = 0; i < walk.count; i++)
		if (!found(&walk.functions[i]))
			return;
}
