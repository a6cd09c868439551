// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * virtio_crypto.c - see virtio_crypto.h. What the device is to write is poisoned first; an answer
 * counts if the device says that it wrote all of it, and that it went well.
 */
#include "virtio_crypto.h"

#include <stddef.h>
#include <string.h>

#include "span.h"
#include "virtio_queue.h"

#define CONFIG_STATUS 0
#define CONFIG_STATUS_READY 1u
#define CONFIG_MAX_DATA_QUEUES 4
#define CONFIG_SERVICES 8
#define CONFIG_AKCIPHERS 44
#define SERVICE_AKCIPHER (1u << 4)
#define AKCIPHER_RSA (1u << 1)
#define QUEUES_MAX 1024u

#define OPCODE_ENCRYPT 0x400u /* with raw padding: the public operation */
#define OPCODE_CREATE 0x404u
#define OPCODE_DESTROY 0x405u
#define ALGORITHM_RSA 1u
#define KEY_PUBLIC 1u
#define PADDING_RAW 0u
#define STATUS_OK 0u
#define STATUS_NOT_SUPPORTED 3u
#define POISON 0xffu

#define TIMEOUT_US 1000000u

/* Tags of DER (ITU-T X.690). */
#define DER_INTEGER 0x02
#define DER_SEQUENCE 0x30
#define DER_TWO_BYTES 0x82
/* SEQUENCE { INTEGER modulus, INTEGER exponent }, RFC 8017 A.1.1. */
#define KEY_SIZE_MAX (4 + 4 + 1 + RSA_BYTES_MAX + 2 + 1 + 8)

struct control {
	uint32_t opcode, algorithm, flag, queue;
	union {
		struct {
			uint32_t algorithm, key_type, key_size, padding, hash;
		} create;
		uint64_t destroy;
		uint8_t rest[56];
	};
	uint8_t key[KEY_SIZE_MAX];
};

struct session {
	uint64_t id;
	uint32_t status;
	uint32_t padding;
};

struct request {
	uint32_t opcode, algorithm;
	uint64_t session;
	uint32_t flag, padding;
	uint32_t source_size, destination_size;
	uint8_t rest[40];
	uint8_t source[RSA_BYTES_MAX];
};

_Static_assert(offsetof(struct control, key) == 72, "virtio 1.2, 5.9.7.2");
_Static_assert(offsetof(struct request, source) == 72, "virtio 1.2, 5.9.7.4");

/* What the device reads and writes. */
static struct {
	struct control control;
	struct request request;
	struct session session;
	uint8_t answer[RSA_BYTES_MAX + 1]; /* the result, then a status byte */
} shared __attribute__((aligned(64)));

static struct virtqueue_memory rings[2];
static struct virtqueue queues[2]; /* data and control */
static struct virtio_device crypto;
static bool present; /* it is set up and offers the service */
static bool seen;    /* there is a device */
static bool loose;   /* it could not be stopped */

static uint32_t config(uint32_t offset)
{
	return crypto.transport->config32(&crypto, offset);
}

static void give_up(void)
{
	present = false;
	if (!virtio_end(&crypto))
		loose = true;
}

/* Set up; false: it does not offer what we need, and was stopped. */
static bool set_up(void)
{
	uint32_t data_queues;
	uint64_t accepted;

	if (crypto.transport->acquire)
		crypto.transport->acquire(&crypto);
	/* The control queue comes behind all that the device could have. */
	data_queues = config(CONFIG_MAX_DATA_QUEUES);
	for (unsigned i = 0; i < 2; i++)
		queues[i] = (struct virtqueue){ .memory = &rings[i] };
	queues[1].index = (uint16_t)data_queues;
	if (crypto.legacy || data_queues == 0 || data_queues > QUEUES_MAX) {
		give_up();
		return false;
	}
	if (virtio_begin(&crypto, 0, queues, 2, &accepted) != OK) {
		give_up();
		return false;
	}
	present = true;
	/* A device may open sessions for what it does not offer: what it offers is asked first. */
	if ((config(CONFIG_STATUS) & CONFIG_STATUS_READY) == 0 ||
	    (config(CONFIG_SERVICES) & SERVICE_AKCIPHER) == 0 ||
	    (config(CONFIG_AKCIPHERS) & AKCIPHER_RSA) == 0)
		give_up();
	return present;
}

bool virtio_crypto_add(const struct virtio_device *device)
{
	seen = true;
	if (present) {
		/* One is enough. On a bus that can stop devices the others were never let on it. */
		if (!device->transport->release && !virtio_end(device))
			loose = true;
		return true;
	}
	crypto = *device;
	(void)set_up();
	return true;
}

const char *virtio_crypto_word(void)
{
	if (!seen)
		return NULL;
	return present ? "rsa" : "absent-service";
}

bool virtio_crypto_quiesce(void)
{
	if (present)
		give_up();
	return !loose;
}

/* One request: read_size bytes at from for the device, size bytes at to from it. */
static enum status ask(struct virtqueue *queue, const void *from, uint32_t read_size, void *to,
		       uint32_t size)
{
	const struct virtqueue_buffer buffers[] = { { (uintptr_t)from, read_size, false },
						    { (uintptr_t)to, size, true } };
	uint32_t written;

	TRY(virtqueue_offer(queue, buffers, 2));
	crypto.transport->notify(queue);
	if (virtio_wait(queue, TIMEOUT_US) && virtqueue_take(queue, &written) == OK &&
	    written == size)
		return OK;
	give_up();
	return ERR_MEDIA_IO;
}

static enum status verdict(uint32_t status)
{
	if (status == STATUS_OK)
		return OK;
	return status == STATUS_NOT_SUPPORTED ? ERR_UNSUPPORTED : ERR_MEDIA_IO;
}

static uint8_t *put_header(uint8_t *to, uint8_t tag, size_t size)
{
	*to++ = tag;
	*to++ = DER_TWO_BYTES;
	*to++ = (uint8_t)(size >> 8);
	*to++ = (uint8_t)size;
	return to;
}

/* The key as DER; its size. Both numbers get a zero in front, so that they are not negative. */
static uint32_t put_key(uint8_t *to, const struct rsa_public *key)
{
	uint8_t exponent[1 + 8] = { 0 };
	size_t skip = 0;
	uint8_t *at;

	store_be64(exponent + 1, key->exponent);
	while (skip < 8 && exponent[skip] == 0 && exponent[skip + 1] < 0x80)
		skip++;
	at = put_header(to, DER_SEQUENCE, 4 + 1 + key->size + 2 + sizeof(exponent) - skip);
	at = put_header(at, DER_INTEGER, 1 + key->size);
	*at++ = 0;
	memcpy(at, key->modulus, key->size);
	at += key->size;
	*at++ = DER_INTEGER;
	*at++ = (uint8_t)(sizeof(exponent) - skip);
	memcpy(at, exponent + skip, sizeof(exponent) - skip);
	return (uint32_t)(at + sizeof(exponent) - skip - to);
}

static enum status session_open(const struct rsa_public *key, uint64_t *id)
{
	struct control *control = &shared.control;

	memset(control, 0, sizeof(*control));
	memset(&shared.session, POISON, sizeof(shared.session));
	control->opcode = OPCODE_CREATE;
	control->algorithm = ALGORITHM_RSA;
	control->create.algorithm = ALGORITHM_RSA;
	control->create.key_type = KEY_PUBLIC;
	control->create.key_size = put_key(control->key, key);
	control->create.padding = PADDING_RAW;
	TRY(ask(&queues[1], control,
		(uint32_t)offsetof(struct control, key) + control->create.key_size, &shared.session,
		sizeof(shared.session)));
	*id = shared.session.id;
	return verdict(shared.session.status);
}

static enum status session_close(uint64_t id)
{
	struct control *control = &shared.control;

	memset(control, 0, sizeof(*control));
	control->opcode = OPCODE_DESTROY;
	control->algorithm = ALGORITHM_RSA;
	control->destroy = id;
	shared.answer[0] = POISON;
	TRY(ask(&queues[1], control, offsetof(struct control, key), shared.answer, 1));
	return verdict(shared.answer[0]);
}

static enum status operate(uint64_t session, const struct rsa_public *key, const uint8_t *in,
			   uint8_t *out)
{
	struct request *request = &shared.request;
	uint32_t size = (uint32_t)key->size;

	memset(request, 0, sizeof(*request));
	request->opcode = OPCODE_ENCRYPT;
	request->algorithm = ALGORITHM_RSA;
	request->session = session;
	request->source_size = size;
	request->destination_size = size;
	memcpy(request->source, in, size);
	/* The caller's poison goes along: what the device does not write stays recognisable. */
	memcpy(shared.answer, out, size);
	shared.answer[size] = POISON;
	TRY(ask(&queues[0], request, (uint32_t)offsetof(struct request, source) + size,
		shared.answer, size + 1));
	TRY(verdict(shared.answer[size]));
	memcpy(out, shared.answer, size);
	return OK;
}

static bool probe(void)
{
	return present;
}

static enum status raise(const struct rsa_public *key, const uint8_t *in, uint8_t *out)
{
	enum status status;
	uint64_t session;

	if (!present || key->size > RSA_BYTES_MAX)
		return ERR_UNSUPPORTED;
	TRY(session_open(key, &session));
	status = operate(session, key, in, out);
	if (present && session_close(session) != OK && status == OK)
		status = ERR_MEDIA_IO;
	return status;
}

const struct modexp_engine modexp_engine_virtio = { "virtio-crypto", probe, raise };
