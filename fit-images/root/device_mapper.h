/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * device_mapper.h - the four device-mapper ioctls that the demo's userland needs; no library.
 */
#ifndef HOLDFAST_ROOT_DEVICE_MAPPER_H
#define HOLDFAST_ROOT_DEVICE_MAPPER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * One device and its table of one target, as dm-mod.create= writes them. The strings belong to the
 * caller.
 */
struct mapped_device {
	const char *name;
	const char *uuid; /* may be "" */
	bool read_only;
	unsigned long long start; /* sectors of 512 bytes */
	unsigned long long sectors;
	const char *target;     /* "verity" */
	const char *parameters; /* of the target */
};

/*
 * Create the device, load its table and resume it. Its number is returned in *device. False (with
 * errno) if the kernel refused; nothing is left behind then.
 */
bool mapper_create(const struct mapped_device *wanted, dev_t *device);

/*
 * The first target of the device: its type ("verity"), the live table's parameters, and its status
 * ("V" or "C" for verity), each as a string cut at size bytes. False (with errno) if the device is
 * not a mapped one.
 */
bool mapper_query(dev_t device, char *type, char *table, char *status, size_t size);

#endif
