// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * test_mmu.c - the page-table builder against a walk of its own (platform/arch/common/mmu.c), with
 * the attributes of both regimes.
 */
#include "../unit.h"

#include "../../../platform/arch/common/mmu.c"

#define MEGABYTE 0x100000ull
#define GIGABYTE 0x40000000ull

static bool hypervisor;

bool mmu_one_privilege(void)
{
	return hypervisor;
}

uint64_t mmu_text_attributes(void)
{
	return 0;
}

void mmu_publish(void)
{
}

void mmu_regime(struct mmu_registers *registers)
{
	registers->tcr = 1;
	registers->sctlr = 2;
}

void cache_invalidate(uintptr_t start, uintptr_t end)
{
	assert_true(start < end);
}

static int fresh(void **state)
{
	(void)state;
	memset(tables, 0, sizeof(tables));
	tables_used = 1;
	running = false;
	hypervisor = false;
	return 0;
}

/* What the processor's walker finds: the descriptor of a page or block, 0 for none; its size. */
static uint64_t walk(uint64_t address, uint64_t *size)
{
	const uint64_t *table = tables[0];

	for (unsigned level = 1; level <= 3; level++) {
		unsigned low = 39 - 9 * level;
		uint64_t entry = table[(address >> low) & 511];

		*size = 1ull << low;
		if ((entry & 1) == 0)
			return 0;
		if (level == 3 ? (entry & 2) != 0 : (entry & 2) == 0) {
			assert_true((entry & 0xfffffffff000 & (*size - 1)) == 0);
			assert_true((entry & 0xfffffffff000) == (address & ~(*size - 1)));
			return entry;
		}
		assert_true(level < 3);
		table = (const uint64_t *)(uintptr_t)(entry & 0xfffffffff000);
	}
	return 0;
}

static enum mmu_kind kind_at(uint64_t address)
{
	uint64_t size;
	uint64_t entry = walk(address, &size);
	bool executable = (entry & 1ull << 54) == 0 && (hypervisor || (entry & 1ull << 53) == 0);
	bool writable = (entry & 1ull << 7) == 0;

	if (entry == 0)
		return MMU_NONE;
	assert_true((entry & 1ull << 10) != 0); /* or the first access faults */
	assert_int_equal(entry >> 6 & 1, hypervisor ? 1 : 0);
	assert_false(executable && writable);
	if ((entry >> 2 & 7) == 0)
		return executable || !writable ? MMU_NONE : MMU_DEVICE;
	assert_int_equal(entry >> 2 & 7, 1);
	assert_int_equal(entry >> 8 & 3, 3);
	return executable ? MMU_TEXT : writable ? MMU_RAM : MMU_RODATA;
}

static void test_kinds(void **state)
{
	(void)state;
	for (unsigned hyp = 0; hyp < 2; hyp++) {
		fresh(NULL);
		hypervisor = hyp != 0;
		for (unsigned kind = MMU_NONE; kind <= MMU_DEVICE; kind++)
			assert_status(mmu_map(kind * 4096ull, 4096, (enum mmu_kind)kind), OK);
		for (unsigned kind = MMU_NONE; kind <= MMU_DEVICE; kind++)
			assert_int_equal(kind_at(kind * 4096ull + 0xffc), kind);
		assert_int_equal(kind_at(5 * 4096), MMU_NONE);
	}
}

static void test_largest_pieces(void **state)
{
	uint64_t size;

	(void)state;
	assert_status(mmu_map(GIGABYTE - 4096, GIGABYTE + 2 * MEGABYTE + 8192, MMU_RAM), OK);
	assert_true(walk(GIGABYTE - 4096, &size) != 0 && size == 4096);
	assert_true(walk(GIGABYTE, &size) != 0 && size == GIGABYTE);
	assert_true(walk(2 * GIGABYTE, &size) != 0 && size == 2 * MEGABYTE);
	assert_true(walk(2 * GIGABYTE + 2 * MEGABYTE, &size) != 0 && size == 4096);
	assert_true(walk(2 * GIGABYTE + 2 * MEGABYTE + 4096, &size) == 0);
	assert_true(walk(GIGABYTE - 8192, &size) == 0);
}

/* A later call wins, and what is around it stays as it was. */
static void test_split(void **state)
{
	const uint64_t page = GIGABYTE + 5 * MEGABYTE + 4096;

	(void)state;
	assert_status(mmu_map(GIGABYTE, GIGABYTE, MMU_RAM), OK);
	assert_status(mmu_map(page, 4096, MMU_TEXT), OK);
	assert_status(mmu_map(page + 4096, 4096, MMU_NONE), OK);
	assert_int_equal(kind_at(page - 1), MMU_RAM);
	assert_int_equal(kind_at(page), MMU_TEXT);
	assert_int_equal(kind_at(page + 4096), MMU_NONE);
	assert_int_equal(kind_at(page + 8192), MMU_RAM);
	assert_int_equal(kind_at(GIGABYTE), MMU_RAM);
	assert_int_equal(kind_at(2 * GIGABYTE - 1), MMU_RAM);
}

static void test_bad_ranges(void **state)
{
	(void)state;
	assert_status(mmu_map(1, 4096, MMU_RAM), ERR_INTERNAL);
	assert_status(mmu_map(4096, 4095, MMU_RAM), ERR_INTERNAL);
	assert_status(mmu_map(MMU_LIMIT, 4096, MMU_RAM), ERR_INTERNAL);
	assert_status(mmu_map(MMU_LIMIT - 4096, 8192, MMU_RAM), ERR_INTERNAL);
	assert_status(mmu_map(4096, UINT64_MAX - 8191, MMU_RAM), ERR_INTERNAL);
	assert_status(mmu_map(MMU_LIMIT - 4096, 4096, MMU_RAM), OK);
	assert_int_equal(kind_at(MMU_LIMIT - 1), MMU_RAM);
}

static void test_tables_run_out(void **state)
{
	unsigned mapped = 0;

	(void)state;
	while (mapped < 2 * TABLES && mmu_map(mapped * GIGABYTE + 4096, 4096, MMU_RAM) == OK)
		mapped++;
	assert_int_equal(mapped, (TABLES - 1) / 2);
	for (unsigned i = 0; i < mapped; i++)
		assert_int_equal(kind_at(i * GIGABYTE + 4096), MMU_RAM);
}

/* Once the MMU is on: only what is not mapped can be mapped. */
static void test_running(void **state)
{
	struct mmu_registers registers = { 0 };

	(void)state;
	assert_status(mmu_map(GIGABYTE, 2 * MEGABYTE, MMU_RAM), OK);
	assert_status(mmu_map(0x1000, 0x1000, MMU_DEVICE), OK);
	mmu_prepare(&registers);
	assert_true(registers.table == (uintptr_t)tables && registers.mair == 0xff04);
	assert_true(registers.tcr == 1 && registers.sctlr == 2);
	assert_status(mmu_map(GIGABYTE, 2 * MEGABYTE, MMU_TEXT), ERR_INTERNAL);
	assert_status(mmu_map(GIGABYTE + 4096, 4096, MMU_TEXT), ERR_INTERNAL);
	assert_status(mmu_map(0x1000, 0x1000, MMU_TEXT), ERR_INTERNAL);
	assert_int_equal(kind_at(GIGABYTE + 4096), MMU_RAM);
	assert_int_equal(kind_at(0x1000), MMU_DEVICE);
	assert_status(mmu_map(0x2000, 0x1000, MMU_DEVICE), OK);
	assert_int_equal(kind_at(0x2000), MMU_DEVICE);
	assert_status(mmu_map(3 * GIGABYTE, GIGABYTE, MMU_DEVICE), OK);
	assert_int_equal(kind_at(3 * GIGABYTE), MMU_DEVICE);
}

/* Random maps of 64 pages around the end of a large block, against a table of what should be. */
static void test_random(void **state)
{
	const uint64_t base = 2 * GIGABYTE - 32 * 4096;
	uint64_t seed = random_seed();

	(void)state;
	for (unsigned round = 0; round < 200; round++) {
		enum mmu_kind model[64] = { MMU_NONE };

		fresh(NULL);
		hypervisor = random_next(&seed) % 2 != 0;
		for (unsigned i = 0; i < 12; i++) {
			unsigned first = (unsigned)(random_next(&seed) % 64);
			unsigned count = (unsigned)(random_next(&seed) % (65 - first));
			enum mmu_kind kind = (enum mmu_kind)(random_next(&seed) % 5);

			assert_status(mmu_map(base + first * 4096ull, count * 4096ull, kind), OK);
			while (count-- > 0)
				model[first++] = kind;
		}
		for (unsigned i = 0; i < 64; i++)
			assert_int_equal(kind_at(base + i * 4096ull), model[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_kinds, fresh),
		cmocka_unit_test_setup(test_largest_pieces, fresh),
		cmocka_unit_test_setup(test_split, fresh),
		cmocka_unit_test_setup(test_bad_ranges, fresh),
		cmocka_unit_test_setup(test_tables_run_out, fresh),
		cmocka_unit_test_setup(test_running, fresh),
		cmocka_unit_test_setup(test_random, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
