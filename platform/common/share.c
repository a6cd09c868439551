// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* share.c - see share.h. */
#include "share.h"

#include <string.h>

static unsigned next_of(uint64_t ticket)
{
	return (unsigned)ticket & 0xffff;
}

static unsigned items_of(uint64_t ticket)
{
	return (unsigned)(ticket >> 16) & 0xffff;
}

static uint64_t ticket_now(const struct share *share)
{
	return __atomic_load_n(&share->ticket, __ATOMIC_ACQUIRE);
}

void share_post(struct share *share, void (*work)(void *context, unsigned item), void *context,
		unsigned items)
{
	uint64_t job = (ticket_now(share) >> 32) + 1;

	share->work = work;
	share->context = context;
	memset(share->done, 0, sizeof(share->done));
	__atomic_store_n(&share->ticket, job << 32 | (uint64_t)items << 16, __ATOMIC_RELEASE);
}

bool share_has_item(const struct share *share)
{
	uint64_t ticket = ticket_now(share);

	return next_of(ticket) < items_of(ticket);
}

bool share_take(struct share *share)
{
	uint64_t ticket = ticket_now(share);
	unsigned item;

	/* The job's number makes the ticket unlike any before it: what is taken is of this job. */
	do {
		item = next_of(ticket);
		if (item >= items_of(ticket))
			return false;
	} while (!__atomic_compare_exchange_n(&share->ticket, &ticket, ticket + 1, false,
					      __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
	/* The job lasts until the item is done, so these stay. */
	share->work(share->context, item);
	__atomic_store_n(&share->done[item], 1, __ATOMIC_RELEASE);
	return true;
}

bool share_is_done(const struct share *share)
{
	for (unsigned i = 0; i < items_of(ticket_now(share)); i++)
		if (__atomic_load_n(&share->done[i], __ATOMIC_ACQUIRE) == 0)
			return false;
	return true;
}

void share_finish(struct share *share)
{
	for (unsigned i = 0; i < items_of(ticket_now(share)); i++)
		if (__atomic_load_n(&share->done[i], __ATOMIC_ACQUIRE) == 0)
			share->work(share->context, i);
}
