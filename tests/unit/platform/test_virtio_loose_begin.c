// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * Devices that the stage before left at work and that do not reset for us, on a bus that cannot cut
 * them off: never set up, and no kernel is entered beside them.
 */
#include "../unit.h"

#include "virtio_blk.h"
#include "virtio_model.h"
#include "virtio_rng.h"

static struct virtio_transport no_way_off;

static struct virtio_device at_work(uint32_t type)
{
	struct virtio_device device = model_device(type);

	model_reset();
	no_way_off = model_transport;
	no_way_off.release = NULL;
	device.transport = &no_way_off;
	model.status = 7;
	model.never_resets = true;
	return device;
}

static void a_disk(void **state)
{
	struct virtio_device device = at_work(VIRTIO_ID_BLOCK);

	(void)state;
	assert_true(virtio_blk_quiesce());
	(void)virtio_blk_add(&device);
	model_reset();
	assert_false(virtio_blk_quiesce());
}

static void a_source_of_random_numbers(void **state)
{
	struct virtio_device device = at_work(VIRTIO_ID_RNG);

	(void)state;
	assert_true(virtio_rng_quiesce());
	(void)virtio_rng_add(&device);
	assert_false(virtio_rng_present());
	model_reset();
	assert_false(virtio_rng_quiesce());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_disk),
		cmocka_unit_test(a_source_of_random_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
