// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* quarantine.c - which engines failed, and with what. */
#include "quarantine.h"

#include <stddef.h>
#include <string.h>

#define LOST_MAX 12 /* every digest and every modexp engine */

static struct lost_engine lost[LOST_MAX];
static unsigned count;

void quarantine_clear(void)
{
	count = 0;
}

void quarantine_add(const char *name, enum status why)
{
	for (unsigned i = 0; i < count; i++)
		if (strcmp(lost[i].name, name) == 0)
			return;
	if (count < LOST_MAX)
		lost[count++] = (struct lost_engine){ name, why };
}

const struct lost_engine *quarantine(unsigned nth)
{
	return nth < count ? &lost[nth] : NULL;
}
