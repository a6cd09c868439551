// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * A disk that does not reset, on a bus that cannot cut it off: what it was asked for may land at
 * any time, in memory that another slot's kernel was proved in.
 */
#include "../unit.h"

#include "virtio_blk.h"
#include "virtio_model.h"

static uint8_t buffer[512] __attribute__((aligned(64)));
static struct virtio_transport no_way_off;

static const struct medium *disk(unsigned index)
{
	return virtio_blk_media()[index];
}

static int setup(void **state)
{
	struct virtio_device device = model_device(VIRTIO_ID_BLOCK);

	(void)state;
	model_reset();
	no_way_off = model_transport;
	no_way_off.release = NULL;
	device.transport = &no_way_off;
	assert_true(virtio_blk_add(&device));
	assert_true(virtio_blk_add(&device));
	return 0;
}

static void disks_that_reset_are_still(void **state)
{
	(void)state;
	disk(0)->stop(disk(0));
	assert_true(virtio_blk_quiesce());
}

static void one_that_did_not_is_never_forgotten(void **state)
{
	(void)state;
	assert_status(disk(0)->start(disk(0), 0, 1, buffer), OK);
	model.lie = NO_ANSWER;
	assert_status(disk(0)->wait(disk(0), 10), ERR_MEDIA_IO);
	model.never_resets = true;
	disk(0)->stop(disk(0));
	/* Another disk may be read, but whatever it gives is not entered. */
	model_reset();
	assert_status(disk(1)->start(disk(1), 0, 1, buffer), OK);
	assert_status(disk(1)->wait(disk(1), 100), OK);
	assert_false(virtio_blk_quiesce());
	assert_false(virtio_blk_quiesce());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(disks_that_reset_are_still),
		cmocka_unit_test(one_that_did_not_is_never_forgotten),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
