/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * virtio_model.h - a virtio device in software that can be told to lie, and the clock that the
 * drivers look at.
 *
 * The model works like a device: on a notification it reads the available ring and walks the chain
 * of descriptors. It answers when the driver has looked at the clock a few times, so that waiting
 * is exercised.
 */
#ifndef HOLDFAST_TESTS_VIRTIO_MODEL_H
#define HOLDFAST_TESTS_VIRTIO_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "virtio.h"
#include "virtio_queue.h"

enum lie {
	HONEST,
	NO_ANSWER,   /* never */
	WRONG_ID,    /* names a chain that was not offered */
	INDEX_JUMPS, /* two more than it should be */
	INDEX_BACK,  /* one less than it was */
	SIZE_LARGE,  /* says it wrote more than there was room for */
	SIZE_SHORT,  /* says it wrote one byte less */
	SIZE_ZERO,
	STATUS_ERROR,     /* reads, then reports an I/O error */
	STATUS_UNTOUCHED, /* answers without writing the status byte */
	SCRIBBLES,        /* answers rightly, but writes over all that it can reach */
	LIES
};

struct model {
	enum lie lie;
	uint64_t offered; /* features */
	uint64_t accepted;
	uint8_t status;
	bool refuses_features; /* FEATURES_OK does not stick */
	bool never_resets;     /* status stays what it was */
	bool no_queue;
	bool noisy;        /* the configuration generation changes all the time */
	uint64_t capacity; /* sectors */
	uint32_t block_size;
	uint32_t size_max;
	uint32_t gives;       /* bytes an entropy device writes at most; 0: all */
	uint16_t queue_index; /* what the device knows of the ring */
	unsigned delay;       /* looks at the clock until the answer comes */
	struct virtqueue_memory *memory;
	bool pending;
	unsigned requests;
	unsigned resets;
	unsigned acquired;
	unsigned released;
	uint64_t last_sector;
};

extern struct model model;
extern const struct virtio_transport model_transport;

/* What the drivers' clock says; each look adds this many microseconds. */
extern uint64_t model_now;
extern uint64_t model_step;

/* An honest device with a capacity of 1000 sectors, a clock of 10 us a look. */
void model_reset(void);

/* The device as a transport would present it. */
struct virtio_device model_device(uint32_t type);

/* The byte that the model's disk holds at offset. */
uint8_t model_byte(uint64_t offset);

#endif
