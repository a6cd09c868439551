/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "device_mapper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define REQUEST_SIZE 8192

/* A request and its payload; the kernel answers in the same place. */
union request {
	struct dm_ioctl head;
	char bytes[REQUEST_SIZE];
};

static void request_init(union request *request, uint32_t flags)
{
	memset(request, 0, sizeof *request);
	request->head.version[0] = 4;
	request->head.data_size = REQUEST_SIZE;
	request->head.data_start = sizeof request->head;
	request->head.flags = flags;
}

/* devtmpfs has the control node; where it is not mounted the number is found in /proc/misc. */
static int control_open(void)
{
	int control = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
	unsigned number;
	char line[64];
	FILE *misc;

	if (control >= 0)
		return control;
	misc = fopen("/proc/misc", "re");
	if (!misc)
		return -1;
	while (fgets(line, sizeof line, misc)) {
		if (strstr(line, "device-mapper") && sscanf(line, "%u", &number) == 1) {
			(void)mkdir("/dev/mapper", 0755);
			(void)mknod("/dev/mapper/control", S_IFCHR | 0600, makedev(10, number));
		}
	}
	fclose(misc);
	return open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
}

static bool control(unsigned long command, union request *request)
{
	int fd = control_open();
	int saved, result;

	if (fd < 0)
		return false;
	result = ioctl(fd, command, request);
	saved = errno;
	close(fd);
	errno = saved;
	return result == 0;
}

static void request_name(union request *request, const char *name, const char *uuid)
{
	snprintf(request->head.name, sizeof request->head.name, "%s", name);
	snprintf(request->head.uuid, sizeof request->head.uuid, "%s", uuid);
}

static bool table_load(union request *request, const struct mapped_device *wanted)
{
	struct dm_target_spec *spec = (void *)(request->bytes + sizeof request->head);
	char *parameters = (char *)(spec + 1);
	size_t room = REQUEST_SIZE - sizeof request->head - sizeof *spec - 8;
	size_t length = strlen(wanted->parameters);

	if (length >= room) {
		errno = E2BIG;
		return false;
	}
	request_init(request, wanted->read_only ? DM_READONLY_FLAG : 0);
	request_name(request, wanted->name, "");
	request->head.target_count = 1;
	spec->sector_start = wanted->start;
	spec->length = wanted->sectors;
	snprintf(spec->target_type, sizeof spec->target_type, "%s", wanted->target);
	memcpy(parameters, wanted->parameters, length + 1);
	spec->next = (uint32_t)((sizeof *spec + length + 8) & ~(size_t)7);
	return control(DM_TABLE_LOAD, request);
}

bool mapper_create(const struct mapped_device *wanted, dev_t *device)
{
	static union request request;
	int saved;

	request_init(&request, wanted->read_only ? DM_READONLY_FLAG : 0);
	request_name(&request, wanted->name, wanted->uuid);
	if (!control(DM_DEV_CREATE, &request))
		return false;
	*device = makedev((request.head.dev >> 8) & 0xfff,
			  (request.head.dev & 0xff) | ((request.head.dev >> 12) & 0xfff00));
	if (table_load(&request, wanted)) {
		request_init(&request, 0);
		request_name(&request, wanted->name, "");
		if (control(DM_DEV_SUSPEND, &request)) /* without the suspend flag: resume */
			return true;
	}
	saved = errno;
	request_init(&request, 0);
	request_name(&request, wanted->name, "");
	(void)control(DM_DEV_REMOVE, &request);
	errno = saved;
	return false;
}

/* The kernel's own encoding of a device number: 8 bits of minor, 12 of major, 12 more of minor. */
static uint64_t kernel_number(dev_t device)
{
	unsigned low = minor(device) & 0xff, high = minor(device) & ~0xffu;

	return low | (uint64_t)major(device) << 8 | (uint64_t)high << 12;
}

static bool query(dev_t device, uint32_t flags, char *type, char *text, size_t size)
{
	static union request request;
	const struct dm_target_spec *spec = (const void *)(request.bytes + sizeof request.head);

	request_init(&request, flags);
	request.head.dev = kernel_number(device);
	if (!control(DM_TABLE_STATUS, &request))
		return false;
	if (request.head.target_count < 1 || (request.head.flags & DM_BUFFER_FULL_FLAG)) {
		errno = ENODATA;
		return false;
	}
	snprintf(type, size, "%s", spec->target_type);
	snprintf(text, size, "%s", (const char *)(spec + 1));
	return true;
}

bool mapper_query(dev_t device, char *type, char *table, char *status, size_t size)
{
	return query(device, DM_STATUS_TABLE_FLAG, type, table, size) &&
	       query(device, 0, type, status, size);
}
