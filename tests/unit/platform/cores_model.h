/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * cores_model.h - platform/arch/common/cores.c with threads for processors, and firmware that
 * refuses, forgets and leaves open. Each program that includes this has one of its own.
 */
#ifndef HOLDFAST_TESTS_CORES_MODEL_H
#define HOLDFAST_TESTS_CORES_MODEL_H

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
enum firmware { STARTS, REFUSES, FORGETS, LEAVES_OPEN };
static enum firmware firmware[CPUS];
static bool on[CPUS];
static uintptr_t given[CPUS]; /* struct core */
static unsigned calls;
static bool conduit;
static struct entry entry;
static pthread_t threads[CPUS];
static bool threaded[CPUS];

/* What an item does. */
enum mischief { NONE, DIES, HANGS, SLOW, FAILS, FAILS_AT_LAST };
static enum mischief mischief;
static unsigned done[ITEMS];
static unsigned failures;        /* of others, as plat_fail() goes through them */
static unsigned turns;           /* items that others have begun */
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
	return me ? (uintptr_t)me->affinity : SELF;
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
	for (unsigned j = 0; j < CPUS; j++)
		assert_true(!on[j] || given[j] != context);
	given[i] = context;
	if (firmware[i] == LEAVES_OPEN)
		return true;
	__atomic_store_n(&on[i], true, __ATOMIC_SEQ_CST);
	if (firmware[i] == FORGETS)
		return true;
	if (threaded[i])
		pthread_join(threads[i], NULL);
	assert_int_equal(pthread_create(&threads[i], NULL, processor, core), 0);
	threaded[i] = true;
	return true;
}

/* On one of the others, what exception_report() ends with. */
static void fail_as(struct core *core)
{
	struct core *before = me;

	me = core;
	if (!cores_stop())
		__atomic_fetch_add(&failures, 1, __ATOMIC_SEQ_CST);
	__atomic_fetch_add(&turns, 1, __ATOMIC_SEQ_CST);
	me = before;
}

bool psci_cpu_is_off(uintptr_t affinity)
{
	if (mischief == FAILS_AT_LAST && affinity == cores[0].affinity)
		fail_as(&cores[0]);
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
	boots = 0;
	failures = turns = 0;
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
	if (me && mischief == FAILS)
		fail_as(me);
	else if (me)
		__atomic_fetch_add(&turns, 1, __ATOMIC_SEQ_CST);
	if (me && mischief == DIES)
		psci_cpu_off();
	while (me && __atomic_load_n(&mischief, __ATOMIC_SEQ_CST) == HANGS)
		sched_yield();
	/* The one that boots leaves some to the others, whatever the host lets run. */
	while (!me && (mischief == DIES || mischief == HANGS || mischief == FAILS) && !alone &&
	       __atomic_load_n(&turns, __ATOMIC_SEQ_CST) == 0)
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, all_end)

#endif
