/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * mmio.h - device registers, and order between them and memory.
 *
 * Little-endian registers on a little-endian CPU. Single load and store instructions without
 * write-back, so that a hypervisor can emulate them. On the host there are no registers: a test
 * that links a driver brings the accesses, with a model of the device behind them.
 */
#ifndef HOLDFAST_MMIO_H
#define HOLDFAST_MMIO_H

#include <stdint.h>

#if __STDC_HOSTED__
uint8_t mmio_read8(uintptr_t address);
uint16_t mmio_read16(uintptr_t address);
uint32_t mmio_read32(uintptr_t address);
void mmio_write8(uintptr_t address, uint8_t value);
void mmio_write16(uintptr_t address, uint16_t value);
void mmio_write32(uintptr_t address, uint32_t value);
#else
static inline uint8_t mmio_read8(uintptr_t address)
{
	return *(const volatile uint8_t *)address;
}

static inline uint16_t mmio_read16(uintptr_t address)
{
	return *(const volatile uint16_t *)address;
}

static inline uint32_t mmio_read32(uintptr_t address)
{
	return *(const volatile uint32_t *)address;
}

static inline void mmio_write8(uintptr_t address, uint8_t value)
{
	*(volatile uint8_t *)address = value;
}

static inline void mmio_write16(uintptr_t address, uint16_t value)
{
	*(volatile uint16_t *)address = value;
}

static inline void mmio_write32(uintptr_t address, uint32_t value)
{
	*(volatile uint32_t *)address = value;
}
#endif

/* Eight registers in a row, in order: what a FIFO gives that answers at all of them. */
#if defined(__arm__) && !__STDC_HOSTED__
static inline void mmio_read_8(uintptr_t address, uint32_t *to)
{
	__asm__ volatile("ldm %1, {r2-r6, r8-r10}\n\tstm %0, {r2-r6, r8-r10}"
			 :
			 : "r"(to), "r"(address)
			 : "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "memory");
}
#else
static inline void mmio_read_8(uintptr_t address, uint32_t *to)
{
	for (unsigned i = 0; i < 8; i++)
		to[i] = mmio_read32(address + (uintptr_t)4 * i);
}
#endif

#if defined(__aarch64__) || defined(__arm__)
/* Everything before is visible to devices before anything after happens. */
static inline void dma_barrier(void)
{
	__asm__ volatile("dsb sy" : : : "memory");
}

/* Waiting: let another thread of the processor (or of an emulator) run. */
static inline void relax(void)
{
	__asm__ volatile("yield" : : : "memory");
}
#else
static inline void dma_barrier(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static inline void relax(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}
#endif

#endif
