// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * test_cores.c - platform/arch/common/cores.c with threads for processors, and firmware that
 * refuses, forgets and lies.
 */
#include "../unit.h"

#include <pthread.h>
#include <sched.h>
#include <time.h>

#include "../../../platform/arch/common/cores.c"

#define CPUS STAGE_CPUS_MAX
#define SELF 0x100
#define ITEMS 300

const char __core_stacks[CORES_MAX * CORE_ROOM];
const char __core_stacks_end[1];

/* What firmware does with a processor. */
enum firmware { STARTS, REFUSES, FORGETS };
static enum firmware firmware[CPUS];
static bool on[CPUS];
static unsigned calls;
static bool conduit;
static struct entry entry;
static pthread_t threads[CPUS];
static bool threaded[CPUS];

/* What an item does. */
enum mischief { NONE, DIES, HANGS, SLOW };
static enum mischief mischief;
static unsigned done[ITEMS];
static __thread struct core *me; /* NULL: the one that boots */

static uint64_t speed = 1;
static char console[256];
static jmp_buf end;
static enum status failed;

uint64_t plat_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000) * speed;
}

_Noreturn void plat_fail(enum status why)
{
	failed = why;
	longjmp(end, 1);
}

void report_string(const char *string)
{
	strncat(console, string, sizeof(console) - strlen(console) - 1);
}

const struct entry *entry_found(void)
{
	return &entry;
}

void mmu_registers(struct mmu_registers *registers)
{
	registers->mair = 1;
}

void cache_clean(uintptr_t start_at, uintptr_t end_at)
{
	assert_int_equal(end_at - start_at, sizeof(struct core));
}

void core_entry(void)
{
}

uintptr_t core_self(void)
{
	return SELF;
}

void core_sleep(void)
{
	sched_yield();
}

void core_wake(void)
{
}

void core_yield(void)
{
	sched_yield();
}

static unsigned index_of(uintptr_t affinity)
{
	for (unsigned i = 0; i < entry.facts.cpu_count; i++)
		if (entry.facts.cpus[i] == affinity)
			return i;
	fail_msg("firmware is asked for %#zx", (size_t)affinity);
	return 0;
}

static void *processor(void *context)
{
	me = context;
	core_main(context);
}

bool psci_starts_cpus(void)
{
	return conduit;
}

bool psci_cpu_on(uintptr_t affinity, uintptr_t at, uintptr_t context)
{
	struct core *core = (struct core *)context;
	unsigned i = index_of(affinity);

	calls++;
	assert_int_equal(at, (uintptr_t)core_entry);
	assert_int_equal(core->registers.mair, 1);
	assert_int_equal(core->affinity, affinity);
	assert_true(core->stack > (uintptr_t)__core_stacks &&
		    core->stack <= (uintptr_t)__core_stacks + sizeof(__core_stacks));
	if (!conduit || firmware[i] == REFUSES || on[i])
		return false;
	__atomic_store_n(&on[i], true, __ATOMIC_SEQ_CST);
	if (firmware[i] == FORGETS)
		return true;
	if (threaded[i])
		pthread_join(threads[i], NULL);
	assert_int_equal(pthread_create(&threads[i], NULL, processor, core), 0);
	threaded[i] = true;
	return true;
}

bool psci_cpu_is_off(uintptr_t affinity)
{
	return !__atomic_load_n(&on[index_of(affinity)], __ATOMIC_SEQ_CST);
}

void psci_cpu_off(void)
{
	__atomic_store_n(&on[index_of((uintptr_t)me->affinity)], false, __ATOMIC_SEQ_CST);
	pthread_exit(NULL);
}

static int fresh(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CPUS; i++) {
		entry.facts.cpus[i] = SELF + i;
		firmware[i] = STARTS;
		assert_false(threaded[i]);
	}
	entry.facts.cpu_count = CPUS;
	memset(cores, 0, sizeof(cores));
	memset(on, 0, sizeof(on));
	memset(&share, 0, sizeof(share));
	count = 0;
	stop = alone = lost = false;
	conduit = true;
	calls = 0;
	mischief = NONE;
	speed = 1;
	console[0] = '\0';
	return 0;
}

static int all_end(void **state)
{
	(void)state;
	__atomic_store_n(&mischief, NONE, __ATOMIC_SEQ_CST);
	__atomic_store_n(&stop, true, __ATOMIC_SEQ_CST);
	for (unsigned i = 0; i < CPUS; i++) {
		if (threaded[i])
			pthread_join(threads[i], NULL);
		threaded[i] = false;
	}
	return 0;
}

/* An item that only one processor works on is counted without an atomic access. */
static void work(void *context, unsigned item)
{
	assert_ptr_equal(context, done);
	if (me && mischief == DIES)
		psci_cpu_off();
	while (me && __atomic_load_n(&mischief, __ATOMIC_SEQ_CST) == HANGS)
		sched_yield();
	if (mischief == SLOW)
		nanosleep(&(struct timespec){ 0, 200000 }, NULL);
	done[item]++;
}

static void share_items(unsigned items)
{
	memset(done, 0, sizeof(done));
	plat_share(work, done, items);
	for (unsigned i = 0; i < ITEMS; i++)
		assert_int_equal(done[i], i < items ? 1 : 0);
}

static void every_item_is_done_once(void **state)
{
	static const unsigned sizes[] = { 0, 1, 3, 4, 5, 63, 64, 65, 128, ITEMS };

	(void)state;
	for (unsigned cpus = 0; cpus <= CPUS; cpus++) {
		all_end(NULL);
		fresh(NULL);
		entry.facts.cpu_count = cpus;
		for (unsigned turn = 0; turn < 100; turn++)
			share_items(sizes[turn % COUNT(sizes)]);
		assert_int_equal(calls, cpus == 0 ? 0 : cpus - 1);
		assert_true(cores_stop());
	}
}

static void the_others_do_their_part(void **state)
{
	(void)state;
	mischief = SLOW;
	share_items(ITEMS);
	assert_int_equal(plat_cores(), CPUS);
	assert_status(cores_quiesce(), OK);
	for (unsigned i = 0; i < CPUS; i++)
		assert_false(on[i]);
}

static void a_few_items_start_nobody(void **state)
{
	(void)state;
	share_items(ITEMS_LEAST - 1);
	assert_int_equal(calls, 0);
	assert_int_equal(plat_cores(), 1);
	assert_status(cores_quiesce(), OK);
}

static void after_a_stop_they_start_again(void **state)
{
	(void)state;
	for (unsigned turn = 0; turn < 20; turn++) {
		share_items(ITEMS);
		assert_true(cores_stop());
	}
	assert_int_equal(calls, 20 * (CPUS - 1));
}

static void names_that_cannot_be_are_left_out(void **state)
{
	(void)state;
	entry.facts.cpus[1] = 1ull << 24;
	entry.facts.cpus[2] = UINT64_MAX;
	entry.facts.cpus[3] = SELF;
	entry.facts.cpu_count = 5;
	share_items(ITEMS);
	assert_int_equal(calls, 1);
	assert_int_equal(count, 1);
}

static void one_named_twice_is_started_once(void **state)
{
	(void)state;
	entry.facts.cpus[2] = entry.facts.cpus[1];
	entry.facts.cpu_count = 3;
	share_items(ITEMS);
	assert_int_equal(count, 1);
	assert_int_equal(calls, 1);
	assert_true(cores_stop());
}

static void firmware_that_refuses_is_asked_once(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CPUS; i++)
		firmware[i] = REFUSES;
	share_items(ITEMS);
	share_items(ITEMS);
	assert_int_equal(calls, CPUS - 1);
	assert_int_equal(plat_cores(), 1);
	assert_status(cores_quiesce(), OK);
}

static void one_refused_is_one_fewer(void **state)
{
	(void)state;
	firmware[3] = REFUSES;
	mischief = SLOW;
	share_items(ITEMS);
	assert_int_equal(plat_cores(), CPUS - 1);
}

static void one_that_never_comes_bars_the_kernel(void **state)
{
	(void)state;
	speed = 100;
	firmware[1] = FORGETS;
	share_items(ITEMS);
	assert_status(cores_quiesce(), ERR_MEDIA_IO);
	share_items(ITEMS);
	on[1] = false;
	assert_status(cores_quiesce(), ERR_MEDIA_IO);
}

static void what_a_dead_one_left_is_done_here(void **state)
{
	(void)state;
	speed = 100;
	mischief = DIES;
	share_items(ITEMS);
	assert_true(alone);
	assert_int_equal(plat_cores(), 1);
	share_items(ITEMS);
	assert_int_equal(calls, CPUS - 1);
	assert_status(cores_quiesce(), OK);
}

static void one_that_hangs_is_the_end(void **state)
{
	(void)state;
	speed = 100;
	mischief = HANGS;
	if (setjmp(end) == 0) {
		plat_share(work, done, ITEMS);
		fail();
	}
	assert_status(failed, ERR_INTERNAL);
	assert_string_equal(console, "holdfast: a processor does not finish and does not stop\n");
	assert_status(cores_quiesce(), ERR_MEDIA_IO);
}

static void the_banner_counts_them(void **state)
{
	struct banner banner = { .size = 0 };

	(void)state;
	cores_banner(&banner);
	entry.facts.cpu_count = 1;
	cores_banner(&banner);
	entry.facts.cpu_count = CPUS;
	conduit = false;
	cores_banner(&banner);
	assert_string_equal(banner.text, " cores=8 cores=1 cores=1");
	share_items(ITEMS);
	assert_int_equal(plat_cores(), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, all_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_item_is_done_once),
		TEST(the_others_do_their_part),
		TEST(a_few_items_start_nobody),
		TEST(after_a_stop_they_start_again),
		TEST(names_that_cannot_be_are_left_out),
		TEST(one_named_twice_is_started_once),
		TEST(firmware_that_refuses_is_asked_once),
		TEST(one_refused_is_one_fewer),
		TEST(one_that_never_comes_bars_the_kernel),
		TEST(what_a_dead_one_left_is_done_here),
		TEST(one_that_hangs_is_the_end),
		TEST(the_banner_counts_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
