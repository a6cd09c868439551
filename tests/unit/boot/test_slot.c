// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_slot.c - the order, and looking for a slot on several media. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host.h"
#include "platform.h"
#include "slot.h"

/* What gpt_read() answers for each medium, by number. */
static enum status answers[2];
static const char *names[2];

enum status gpt_read(const struct medium *medium, struct gpt *gpt)
{
	unsigned i = plat_media()[0] == medium ? 0 : 1;

	memset(gpt, 0, sizeof(*gpt));
	if (answers[i] != OK)
		return answers[i] == ERR_BAD_GPT ? refuse(ERR_BAD_GPT, "crc", "write it again")
						 : answers[i];
	gpt->count = 1;
	strcpy(gpt->partitions[0].name, names[i]);
	gpt->partitions[0].extent = extent_whole(medium);
	return OK;
}

static int setup(void **state)
{
	static const uint8_t bytes[1024];

	(void)state;
	host_platform_reset();
	host_platform_disk_bytes((struct span){ bytes, 512 });
	host_platform_disk_bytes((struct span){ bytes, 1024 });
	refusal_clear();
	return 0;
}

static enum status find(enum status first, const char *first_name, enum status second,
			const char *second_name, struct slot_place *place)
{
	struct slot_order order;

	slot_order(&order);
	answers[0] = first;
	answers[1] = second;
	names[0] = first_name;
	names[1] = second_name;
	return slot_find(order.slots[0], place);
}

static void order(void **state)
{
	struct slot_order slots;

	(void)state;
	slot_order(&slots);
	assert_int_equal(slots.count, 3);
	assert_string_equal(slots.slots[0]->name, "A");
	assert_string_equal(slots.slots[0]->partition, "holdfast-a");
	assert_string_equal(slots.slots[0]->root, "root-a");
	assert_string_equal(slots.slots[1]->name, "B");
	assert_string_equal(slots.slots[1]->partition, "holdfast-b");
	assert_string_equal(slots.slots[2]->name, "recovery");
	assert_null(slots.slots[2]->root);
}

static void the_first_medium_wins(void **state)
{
	struct slot_place place;

	(void)state;
	assert_int_equal(find(OK, "holdfast-a", OK, "holdfast-a", &place), OK);
	assert_int_equal(place.partition->extent.size, 512);
	assert_int_equal(find(OK, "holdfast-b", OK, "holdfast-a", &place), OK);
	assert_int_equal(place.partition->extent.size, 1024);
	assert_int_equal(find(ERR_NO_IMAGE, "", OK, "holdfast-a", &place), OK);
	assert_int_equal(find(ERR_BAD_GPT, "", OK, "holdfast-a", &place), OK);
	assert_int_equal(find(ERR_MEDIA_IO, "", OK, "holdfast-a", &place), OK);
}

static void names_are_exact(void **state)
{
	struct slot_place place;

	(void)state;
	assert_int_equal(find(OK, "holdfast-ab", OK, "holdfast", &place), ERR_NO_IMAGE);
	assert_int_equal(find(OK, "Holdfast-a", OK, "", &place), ERR_NO_IMAGE);
	assert_string_equal(refusal_last()->at, "holdfast-a");
}

static void the_worst_reason_is_told(void **state)
{
	struct slot_place place;

	(void)state;
	assert_int_equal(find(ERR_NO_IMAGE, "", ERR_NO_IMAGE, "", &place), ERR_NO_IMAGE);
	assert_int_equal(find(ERR_BAD_GPT, "", ERR_NO_IMAGE, "", &place), ERR_BAD_GPT);
	assert_string_equal(refusal_last()->at, "crc");
	assert_int_equal(find(ERR_BAD_GPT, "", OK, "other", &place), ERR_BAD_GPT);
	assert_string_equal(refusal_last()->at, "crc");
	assert_int_equal(find(ERR_NO_IMAGE, "", ERR_MEDIA_IO, "", &place), ERR_MEDIA_IO);
}

static void no_medium_at_all(void **state)
{
	struct slot_order slots;
	struct slot_place place;

	(void)state;
	host_platform_reset();
	slot_order(&slots);
	assert_int_equal(slot_find(slots.slots[2], &place), ERR_NO_IMAGE);
	assert_string_equal(refusal_last()->at, "holdfast-recovery");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(order, setup),
		cmocka_unit_test_setup(the_first_medium_wins, setup),
		cmocka_unit_test_setup(names_are_exact, setup),
		cmocka_unit_test_setup(the_worst_reason_is_told, setup),
		cmocka_unit_test_setup(no_medium_at_all, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
