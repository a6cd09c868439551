// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * virtio-crypto against a device in software that lies at any of its requests: every operation is
 * redone in software, or the answer is wrong and no signature will match it. The model reads the
 * key and the padding as the standard has them, and raises with OpenSSL.
 */
#include "../unit.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "modexp.h"
#include "quarantine.h"
#include "virtio_crypto.h"
#include "virtio_model.h"

enum trick {
	TRUE_ANSWER,
	SILENT,      /* no answer */
	OTHER_CHAIN, /* names a chain that was not offered */
	LARGE,       /* says that it wrote more than there was room for */
	ONE_LESS,
	NOTHING,
	ERROR,         /* writes an error, and no result */
	NOT_SUPPORTED, /* the same, politely */
	UNTOUCHED,     /* says that it wrote all, and wrote nothing */
	STALE,         /* status OK, but no result */
	NO_STATUS,     /* a result, but no status */
	FLIP,          /* one bit of the result */
	HALF,          /* half of the result */
	ECHO,          /* the result is the input */
	TRICKS
};

static struct {
	enum trick trick;
	unsigned at, requests, sessions, bit;
	uint32_t services, akciphers, status, max_queues;
	bool no_queue;
	uint8_t device_status;
	unsigned resets, released;
	struct virtqueue_memory *memory[4];
	uint16_t index[4];
	BIGNUM *n, *e;
} device;

static uint32_t get32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, 4);
	return value;
}

static void put32(uint8_t *at, uint32_t value)
{
	memcpy(at, &value, 4);
}

static void open_session(const uint8_t *from, uint32_t size, uint8_t *to, uint32_t status)
{
	const uint8_t *key = from + 72;
	EVP_PKEY *public;

	assert_int_equal(get32(from + 16), 1); /* RSA */
	assert_int_equal(get32(from + 20), 1); /* public */
	assert_int_equal(get32(from + 24), size - 72);
	assert_int_equal(get32(from + 28), 0); /* raw */
	public = d2i_PublicKey(EVP_PKEY_RSA, NULL, &key, (long)size - 72);
	assert_non_null(public);
	assert_ptr_equal(key, from + size);
	assert_int_equal(EVP_PKEY_get_bn_param(public, OSSL_PKEY_PARAM_RSA_N, &device.n), 1);
	assert_int_equal(EVP_PKEY_get_bn_param(public, OSSL_PKEY_PARAM_RSA_E, &device.e), 1);
	EVP_PKEY_free(public);
	memset(to, 0, 16);
	to[0] = 7;
	put32(to + 8, status);
	device.sessions += status == 0;
}

static void operate(const uint8_t *from, uint8_t *to, enum trick trick, uint8_t status)
{
	uint32_t size = get32(from + 24);
	BN_CTX *context = BN_CTX_new();
	BIGNUM *value = BN_bin2bn(from + 72, (int)size, NULL);
	uint8_t result[RSA_BYTES_MAX];

	assert_int_equal(get32(from + 8), 7);
	assert_int_equal(get32(from + 28), size);
	assert_int_equal(BN_num_bytes(device.n), size);
	BN_mod_exp(value, value, device.e, device.n, context);
	BN_bn2binpad(value, result, (int)size);
	BN_free(value);
	BN_CTX_free(context);
	if (trick == FLIP)
		result[size - 1 - device.bit / 8 % 200] ^= (uint8_t)(1 << device.bit % 8);
	if (trick == ECHO)
		memcpy(result, from + 72, size);
	if (status == 0 && trick != STALE)
		memcpy(to, result, trick == HALF ? size / 2 : size);
	if (trick != NO_STATUS)
		to[size] = status;
}

static void perform(const uint8_t *from, uint32_t size, uint8_t *to, uint32_t room,
		    enum trick trick)
{
	uint32_t status = trick == ERROR ? 1 : trick == NOT_SUPPORTED ? 3 : 0;

	switch (get32(from)) {
	case 0x404:
		assert_int_equal(room, 16);
		open_session(from, size, to, status);
		break;
	case 0x400:
		assert_int_equal(size, 72 + get32(from + 24));
		assert_int_equal(room, get32(from + 24) + 1);
		operate(from, to, trick, (uint8_t)status);
		break;
	default:
		assert_int_equal(get32(from), 0x405);
		assert_int_equal(get32(from + 16), 7);
		to[0] = (uint8_t)status;
		device.sessions--;
	}
}

static void notify(const struct virtqueue *queue)
{
	enum trick trick = ++device.requests == device.at ? device.trick : TRUE_ANSWER;
	struct virtqueue_memory *memory = device.memory[queue->index];
	const struct virtqueue_descriptor *chain = memory->descriptors;
	unsigned slot = device.index[queue->index] % VIRTQUEUE_SIZE;
	uint32_t written = chain[1].size;

	assert_int_equal(chain[0].flags, 1);
	assert_int_equal(chain[1].flags, 2);
	if (trick == SILENT)
		return;
	if (trick != UNTOUCHED)
		perform((const uint8_t *)(uintptr_t)chain[0].address, chain[0].size,
			(uint8_t *)(uintptr_t)chain[1].address, chain[1].size, trick);
	if (trick == LARGE)
		written++;
	if (trick == ONE_LESS)
		written--;
	if (trick == NOTHING)
		written = 0;
	memory->used.ring[slot].id = trick == OTHER_CHAIN ? 1 : 0;
	memory->used.ring[slot].size = written;
	memory->used.index = ++device.index[queue->index];
}

static void set_status(const struct virtio_device *unused, uint8_t status)
{
	(void)unused;
	if (status == 0) {
		device.resets++;
		memset(device.memory, 0, sizeof(device.memory));
		memset(device.index, 0, sizeof(device.index));
	}
	device.device_status = status;
}

static uint8_t get_status(const struct virtio_device *unused)
{
	(void)unused;
	return device.device_status;
}

static uint64_t features(const struct virtio_device *unused)
{
	(void)unused;
	return VIRTIO_F_VERSION_1 | 0x30000000;
}

static void accept_features(const struct virtio_device *unused, uint64_t accepted)
{
	(void)unused;
	assert_int_equal(accepted, VIRTIO_F_VERSION_1);
}

static enum status queue_given(const struct virtio_device *unused, struct virtqueue *queue)
{
	(void)unused;
	if (device.no_queue || queue->index > device.max_queues)
		return ERR_MEDIA_IO;
	device.memory[queue->index] = queue->memory;
	return OK;
}

static uint32_t config32(const struct virtio_device *unused, uint32_t offset)
{
	(void)unused;
	switch (offset) {
	case 0:
		return device.status;
	case 4:
		return device.max_queues;
	case 8:
		return device.services;
	default:
		assert_int_equal(offset, 44);
		return device.akciphers;
	}
}

static void release(const struct virtio_device *unused)
{
	(void)unused;
	device.released++;
}

static const struct virtio_transport transport = {
	.name = "model",
	.set_status = set_status,
	.status = get_status,
	.features = features,
	.accept = accept_features,
	.queue = queue_given,
	.notify = notify,
	.config32 = config32,
	.release = release,
};

static const struct virtio_device at_bus = { .transport = &transport, .type = VIRTIO_ID_CRYPTO };

static void reset(void)
{
	BIGNUM *n = device.n, *e = device.e;

	assert_true(virtio_crypto_quiesce());
	memset(&device, 0, sizeof(device));
	device.n = n ? n : BN_new();
	device.e = e ? e : BN_new();
	device.services = 0x17;
	device.akciphers = 2;
	device.status = 1;
	device.max_queues = 1;
	model_reset();
	model_step = 1000;
}

/* Requests that the self-test makes. */
static unsigned start(enum trick trick, unsigned at)
{
	static const struct modexp_engine *const engines[] = { &modexp_engine_virtio, NULL };

	reset();
	device.trick = trick;
	device.at = at;
	assert_true(virtio_crypto_add(&at_bus));
	assert_string_equal(virtio_crypto_word(), "rsa");
	quarantine_clear();
	assert_status(modexp_engines_start(engines), OK);
	return device.requests;
}

static uint8_t modulus[RSA_BYTES_MAX], in[RSA_BYTES_MAX];

static bool is_right(size_t size, uint64_t exponent, uint64_t *seed)
{
	struct rsa_public key = { modulus, size, exponent, NULL };
	uint8_t out[RSA_BYTES_MAX], want[RSA_BYTES_MAX];

	for (size_t i = 0; i < size; i++) {
		modulus[i] = (uint8_t)random_next(seed);
		in[i] = (uint8_t)random_next(seed);
	}
	modulus[0] |= 0x80;
	modulus[size - 1] |= 1;
	in[0] &= 0x7f;
	assert_status(modexp_engine_soft.modexp(&key, in, want), OK);
	assert_status(modexp(&key, in, out), OK);
	return memcmp(out, want, size) == 0;
}

static void no_device(void **state)
{
	(void)state;
	assert_null(virtio_crypto_word());
	assert_false(modexp_engine_virtio.probe());
	assert_true(virtio_crypto_quiesce());
}

static void every_size_and_exponent(void **state)
{
	static const uint64_t exponents[] = { 3,          127, 128,        65537,
					      0x7fffffff, 255, 0x80000001, UINT64_MAX };
	uint64_t seed = random_seed();

	(void)state;
	for (size_t size = 256; size <= 512; size += 128) {
		for (size_t i = 0; i < COUNT(exponents); i++) {
			unsigned requests = start(TRUE_ANSWER, 0);

			assert_true(is_right(size, exponents[i], &seed));
			assert_int_equal(device.requests, requests + 3);
			assert_int_equal(device.sessions, 0);
			assert_string_equal(modexp_engine_name(), "virtio-crypto");
		}
	}
}

static void lies(void **state)
{
	uint64_t seed = random_seed();
	unsigned requests = start(TRUE_ANSWER, 0);

	(void)state;
	for (enum trick trick = SILENT; trick < TRICKS; trick++) {
		for (unsigned at = 1; at <= requests + 3; at++) {
			bool result = at % 3 == 2; /* create, operate, destroy */
			bool lie = result && (trick == FLIP || trick == HALF || trick == ECHO);

			if (!result && trick >= STALE)
				continue;
			device.bit = (unsigned)random_next(&seed);
			start(trick, at);
			device.bit = (unsigned)random_next(&seed);
			assert_int_equal(is_right(256, 65537, &seed), !lie || at <= requests);
			/* After the self-test a polite refusal is no failure, and a lie unseen. */
			if (at > requests && (lie || (trick == NOT_SUPPORTED && at % 3 != 0)))
				assert_null(quarantine(0));
			else
				assert_string_equal(quarantine(0)->name, "virtio-crypto");
			assert_true(virtio_crypto_quiesce());
			assert_int_equal(device.device_status, 0);
		}
	}
}

static void assert_absent(void)
{
	assert_true(virtio_crypto_add(&at_bus));
	assert_string_equal(virtio_crypto_word(), "absent-service");
	assert_false(modexp_engine_virtio.probe());
	assert_int_equal(device.device_status, 0);
	assert_true(device.released > 0);
	assert_int_equal(device.requests, 0);
	reset();
}

/* There, but not for RSA: said in the banner, and never asked. */
static void absent_service(void **state)
{
	(void)state;
	reset();
	device.services = 7; /* as Debian's QEMU 10.0 */
	device.akciphers = 0;
	assert_absent();
	device.services = 0xf;
	assert_absent();
	device.akciphers = 1;
	assert_absent();
	device.status = 0;
	assert_absent();
	device.max_queues = 0;
	assert_absent();
	device.max_queues = 0xffffffff;
	assert_absent();
	device.no_queue = true;
	assert_absent();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_device), /* first */
		cmocka_unit_test(every_size_and_exponent),
		cmocka_unit_test(lies),
		cmocka_unit_test(absent_service),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
