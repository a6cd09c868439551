// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include "virtio_model.h"
#include "virtio_rng.h"

static int setup(void **state)
{
	struct virtio_device device = model_device(VIRTIO_ID_RNG);

	(void)state;
	assert_true(virtio_rng_quiesce());
	model_reset();
	assert_true(virtio_rng_add(&device));
	assert_true(virtio_rng_present());
	return 0;
}

static void gives_bytes_in_pieces(void **state)
{
	uint8_t out[200] = { 0 };
	unsigned zeros = 0;

	(void)state;
	model.gives = 7;
	assert_status(virtio_rng_read(out, sizeof(out) - 1), OK);
	assert_int_equal(out[sizeof(out) - 1], 0);
	assert_int_equal(model.requests, (199 + 6) / 7);
	for (size_t i = 0; i < sizeof(out) - 1; i++)
		zeros += out[i] == 0;
	assert_true(zeros < 20);
}

static void one_that_lies_is_not_asked_again(void **state)
{
	static const enum lie lies[] = { NO_ANSWER,  WRONG_ID,   INDEX_JUMPS,
					 INDEX_BACK, SIZE_LARGE, SIZE_ZERO };
	uint8_t out[16];

	for (size_t i = 0; i < COUNT(lies); i++) {
		setup(state);
		model.lie = lies[i];
		assert_status(virtio_rng_read(out, sizeof(out)), ERR_UNSUPPORTED);
		assert_false(virtio_rng_present());
		assert_int_equal(model.status, 0);
		assert_int_equal(model.released, 1);
		model.lie = HONEST;
		assert_status(virtio_rng_read(out, sizeof(out)), ERR_UNSUPPORTED);
	}
}

static void one_that_does_not_agree_is_none(void **state)
{
	struct virtio_device device = model_device(VIRTIO_ID_RNG);
	uint8_t out[16];

	(void)state;
	assert_true(virtio_rng_quiesce());
	model.offered = 0;
	assert_true(virtio_rng_add(&device));
	assert_false(virtio_rng_present());
	assert_status(virtio_rng_read(out, sizeof(out)), ERR_UNSUPPORTED);
}

static void the_first_one_stays(void **state)
{
	struct virtio_device device = model_device(VIRTIO_ID_RNG);
	unsigned acquired = model.acquired;

	(void)state;
	assert_true(virtio_rng_add(&device));
	assert_int_equal(model.acquired, acquired);
}

/* The last test: it stays so. */
static void one_that_does_not_reset_is_told_of(void **state)
{
	struct virtio_device device = model_device(VIRTIO_ID_RNG);
	struct virtio_transport no_way_off = model_transport;

	(void)state;
	model.never_resets = true;
	/* Off the bus it can do nothing. */
	assert_true(virtio_rng_quiesce());
	model_reset();
	no_way_off.release = NULL;
	device.transport = &no_way_off;
	assert_true(virtio_rng_add(&device));
	model.never_resets = true;
	assert_false(virtio_rng_quiesce());
	model.never_resets = false;
	assert_false(virtio_rng_quiesce());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(gives_bytes_in_pieces, setup),
		cmocka_unit_test_setup(one_that_lies_is_not_asked_again, setup),
		cmocka_unit_test_setup(one_that_does_not_agree_is_none, setup),
		cmocka_unit_test_setup(the_first_one_stays, setup),
		cmocka_unit_test_setup(one_that_does_not_reset_is_told_of, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
