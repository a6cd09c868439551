// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* share_alone.c - plat_share() where no other processor can help, or none is to. */
#include "platform.h"

void plat_share(void (*work)(void *context, unsigned item), void *context, unsigned items)
{
	for (unsigned i = 0; i < items; i++)
		work(context, i);
}

unsigned plat_cores(void)
{
	return 1;
}
