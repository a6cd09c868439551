// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * aspeed_acry.c - see aspeed_acry.h. The engine fetches exponent, modulus and base from DRAM into
 * its SRAM and leaves the result where the base was. An answer counts if both status bits were seen
 * clear and then set, and it is neither what was in the SRAM before nor the base itself.
 */
#include "aspeed_acry.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "aspeed_scu.h"
#include "cache.h"
#include "mmio.h"
#include "platform.h"
#include "span.h"

#define TRIGGER 0x00
#define TRIGGER_START (1u << 0)
#define TRIGGER_FETCH (1u << 1)
#define MODE 0x48
#define MODE_RSA (3u << 4)
#define MODE_CPU (1u << 8) /* the SRAM is the CPU's */
#define SOURCE 0x4c        /* physical address, 16-byte aligned */
#define SOURCE_SIZE 0x50
#define LENGTHS 0x58 /* bits of the exponent, and of the modulus */
#define STATUS 0x3fc /* write 1 to clear */
#define STATUS_ENDED ((1u << 1) | (1u << 2))

/*
 * Numbers lie in 16-byte pieces, least significant byte first: a piece of the exponent, of the
 * modulus, of the base, and again.
 */
#define PIECE ((size_t)16)
#define STRIDE (3 * PIECE)
#define MODULUS PIECE
#define BASE (2 * PIECE)
#define NUMBERS (RSA_BYTES_MAX / PIECE * STRIDE)

/* DRAM as the engine sees it. */
#define DRAM 0x80000000u
#define DRAM_SIZE UINT64_C(0x80000000)

/* RSA-4096 with an exponent of 64 bits takes milliseconds. */
#define TIMEOUT_US 1000000u
#define HANDOVER_US 20u

static struct aspeed_acry acry;
static uint8_t numbers[NUMBERS] __attribute__((aligned(64)));

void aspeed_acry_start(const struct aspeed_acry *given)
{
	acry = *given;
}

static bool probe(void)
{
	if (acry.base == 0)
		return false;
	aspeed_scu_wake(acry.scu, ASPEED_CLOCK_RSA, ASPEED_RESET_CRYPTO);
	return true;
}

/* Where byte i of a number, from its least significant end, has its place. */
static size_t place(size_t i)
{
	return i / PIECE * STRIDE + i % PIECE;
}

static void put(size_t number, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		numbers[number + place(i)] = bytes[size - 1 - i];
}

/* Give the SRAM to the CPU, or back to the engine. */
static void hand_over(uint32_t mode)
{
	uint64_t start = plat_now_us();

	mmio_write32(acry.base + TRIGGER, 0);
	mmio_write32(acry.base + MODE, mode);
	while (plat_now_us() - start < HANDOVER_US)
		relax();
}

static void sram_write(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		mmio_write8(acry.sram + BASE + place(i), bytes[size - 1 - i]);
}

static void sram_read(uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes[size - 1 - i] = mmio_read8(acry.sram + BASE + place(i));
}

static bool wait(void)
{
	uint64_t start = plat_now_us();

	while ((mmio_read32(acry.base + STATUS) & STATUS_ENDED) != STATUS_ENDED) {
		if (plat_now_us() - start > TIMEOUT_US)
			return false;
		relax();
	}
	return true;
}

static enum status run(const struct rsa_public *key)
{
	uint32_t exponent_bits = 8 * sizeof(key->exponent);

	mmio_write32(acry.base + STATUS, STATUS_ENDED);
	if ((mmio_read32(acry.base + STATUS) & STATUS_ENDED) != 0)
		return ERR_MEDIA_IO;
	mmio_write32(acry.base + SOURCE, DRAM + (uint32_t)((uintptr_t)numbers - acry.ram));
	mmio_write32(acry.base + SOURCE_SIZE, sizeof(numbers));
	mmio_write32(acry.base + LENGTHS, exponent_bits << 16 | (uint32_t)(8 * key->size));
	hand_over(MODE_RSA);
	dma_barrier();
	mmio_write32(acry.base + TRIGGER, TRIGGER_FETCH | TRIGGER_START);
	return wait() ? OK : ERR_MEDIA_IO;
}

static bool reaches(void)
{
	uint64_t limit = acry.ram_size < DRAM_SIZE ? acry.ram_size : DRAM_SIZE;

	return (uintptr_t)numbers >= acry.ram &&
	       range_inside(limit, (uintptr_t)numbers - acry.ram, sizeof(numbers));
}

static enum status raise(const struct rsa_public *key, const uint8_t *in, uint8_t *out)
{
	uint8_t exponent[sizeof(key->exponent)];
	enum status status;

	if (key->size > RSA_BYTES_MAX || !reaches())
		return ERR_UNSUPPORTED;
	store_be64(exponent, key->exponent);
	memset(numbers, 0, sizeof(numbers));
	put(0, exponent, sizeof(exponent));
	put(MODULUS, key->modulus, key->size);
	put(BASE, in, key->size);
	cache_clean((uintptr_t)numbers, (uintptr_t)numbers + sizeof(numbers));
	/* The caller's poison goes along: what the engine does not write stays recognisable. */
	hand_over(MODE_CPU);
	sram_write(out, key->size);
	status = run(key);
	hand_over(MODE_CPU);
	if (status == OK)
		sram_read(out, key->size);
	hand_over(0);
	/* It fetched the base, and left it at that. */
	if (status == OK && memcmp(out, in, key->size) == 0)
		status = ERR_MEDIA_IO;
	return status;
}

const struct modexp_engine modexp_engine_acry = { "acry", probe, raise };
