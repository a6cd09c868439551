// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_unpack_lz4.c - what the build packs comes out the same (platform/pack/unpack_lz4.c). */
#include "packed_loader.h"

#include "../../../platform/pack/unpack_lz4.c"

static struct packed_loader loader;

static void test_lz4(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 5; seed++)
		round_trip(&loader, seed, "lz4 -l -12 -q -c", 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lz4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
