// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* cores.c - see cores.h; plat_share() (platform.h). */
#include "cores.h"

#include "cache.h"
#include "entry.h"
#include "image.h"
#include "platform.h"
#include "psci.h"
#include "report.h"
#include "share.h"

/* Bits of MPIDR that name a processor. On 32 bits there are fewer. */
#define AFFINITY ((uintptr_t)0xff00ffffffull)
/* An item takes milliseconds. What takes so long will not come. */
#define LATE_US 5000000u
#define STOP_US 2000000u
/* Fewer items than this are not worth starting anybody. */
#define ITEMS_LEAST 4u

static struct core cores[CORES_MAX];
static unsigned count;  /* of cores that are on or may come; those before it are in use */
static uintptr_t boots; /* ~ the name of who booted, once others may run; else 0 */
static struct share share;
static bool stop;
static bool alone; /* from here on: nobody could be started, or one was late */
static bool lost;  /* one failed, or is not off that should be: no kernel may be entered */

/* Whether it is the name of another processor. */
static bool is_other(uint64_t affinity)
{
	return (affinity & ~(uint64_t)AFFINITY) == 0 && affinity != core_self();
}

void cores_banner(struct banner *banner)
{
	const struct stage_facts *facts = &entry_found()->facts;
	char word[] = "1";

	for (unsigned i = 0; psci_starts_cpus() && i < facts->cpu_count; i++)
		if (is_other(facts->cpus[i]) && word[0] < '1' + CORES_MAX)
			word[0]++;
	banner_word(banner, "cores", word);
}

/* Emulated firmware starts one twice if it is asked for quickly. */
static bool is_started(uint64_t affinity)
{
	unsigned i = 0;

	while (i < count && cores[i].affinity != affinity)
		i++;
	return i < count;
}

static bool start(struct core *core, uint64_t affinity)
{
	mmu_registers(&core->registers);
	core->stack = (uintptr_t)__core_stacks + (uintptr_t)(core - cores + 1) * CORE_ROOM;
	core->affinity = affinity;
	cache_clean((uintptr_t)core, (uintptr_t)(core + 1));
	return psci_cpu_on((uintptr_t)affinity, (uintptr_t)core_entry, (uintptr_t)core);
}

static void start_all(void)
{
	const struct stage_facts *facts = &entry_found()->facts;

	stop = false;
	boots = ~core_self();
	for (unsigned i = 0; i < facts->cpu_count && count < CORES_MAX; i++)
		if (is_other(facts->cpus[i]) && !is_started(facts->cpus[i]) &&
		    start(&cores[count], facts->cpus[i]))
			count++;
	alone = count == 0;
}

/* Until the job is done. False: an item does not come. */
static __attribute__((noinline)) bool cores_wait(void)
{
	uint64_t until = plat_now_us() + LATE_US;

	while (!share_is_done(&share)) {
		if (plat_now_us() > until)
			return false;
		core_yield();
	}
	return true;
}

static void share_round(void (*work)(void *context, unsigned item), void *context, unsigned items)
{
	share_post(&share, work, context, items);
	core_wake();
	/* To yield makes no difference to processors of their own, and emulated ones take turns. */
	while (share_take(&share))
		core_yield();
	if (cores_wait())
		return;
	alone = true;
	if (!cores_stop()) {
		/* It may yet write where the caller does not expect it. */
		report_string("holdfast: a processor does not finish and does not stop\n");
		plat_fail(ERR_INTERNAL);
	}
	share_finish(&share);
}

struct part {
	void (*work)(void *context, unsigned item);
	void *context;
	unsigned first;
};

static void work_of_part(void *context, unsigned item)
{
	const struct part *part = context;

	part->work(part->context, part->first + item);
}

void plat_share(void (*work)(void *context, unsigned item), void *context, unsigned items)
{
	struct part part = { work, context, 0 };

	if (count == 0 && !alone && items >= ITEMS_LEAST)
		start_all();
	while (part.first < items) {
		unsigned left = items - part.first;
		unsigned now = left < SHARE_ITEMS_MAX ? left : SHARE_ITEMS_MAX;

		if (count == 0) {
			work(context, part.first++);
			continue;
		}
		share_round(work_of_part, &part, now);
		part.first += now;
	}
}

unsigned plat_cores(void)
{
	unsigned helped = 1;

	for (unsigned i = 0; i < CORES_MAX; i++)
		helped += __atomic_load_n(&cores[i].helped, __ATOMIC_RELAXED) ? 1 : 0;
	return helped;
}

/* Of those in use, from the last on. Who booted does this, and nobody else. */
static bool stop_all(void)
{
	uint64_t until = plat_now_us() + STOP_US;

	__atomic_store_n(&stop, true, __ATOMIC_RELEASE);
	core_wake();
	while (count > 0 && !__atomic_load_n(&lost, __ATOMIC_RELAXED)) {
		if (psci_cpu_is_off((uintptr_t)cores[count - 1].affinity))
			count--;
		else if (plat_now_us() > until)
			__atomic_store_n(&lost, true, __ATOMIC_RELEASE);
		else
			core_yield();
	}
	/* Looked at last: one may fail at any time. */
	return !__atomic_load_n(&lost, __ATOMIC_ACQUIRE);
}

bool cores_stop(void)
{
	if (boots == 0 || boots == ~core_self())
		return stop_all();
	/* One that failed leaves the table alone. It never goes off, so it is counted for good. */
	__atomic_store_n(&lost, true, __ATOMIC_RELEASE);
	return false;
}

enum status cores_quiesce(void)
{
	if (cores_stop())
		return OK;
	return refuse(ERR_MEDIA_IO, "quiesce",
		      "a processor does not go off and may still write to memory: cut its power");
}

/* Nothing to do. */
static __attribute__((noinline)) void core_idle(void)
{
	while (!share_has_item(&share) && !__atomic_load_n(&stop, __ATOMIC_ACQUIRE))
		core_sleep();
}

_Noreturn void core_main(struct core *core)
{
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		core_idle();
		if (share_take(&share)) {
			__atomic_store_n(&core->helped, true, __ATOMIC_RELAXED);
			core_yield();
		}
	}
	psci_cpu_off();
	for (;;)
		core_sleep();
}
