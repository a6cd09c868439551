// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * virtio_blk.c - see virtio_blk.h. A request is three buffers: header, the destination, a status
 * byte that is poisoned first. It counts only if the device says that it wrote all of both.
 */
#include "virtio_blk.h"

#include <stddef.h>

#include "virtio_queue.h"

#define FEATURE_SIZE_MAX (1ull << 1)
#define FEATURE_BLK_SIZE (1ull << 6)

#define CONFIG_CAPACITY 0
#define CONFIG_SIZE_MAX 8
#define CONFIG_BLK_SIZE 20

#define SECTOR 512u
#define TYPE_IN 0u
#define STATUS_OK 0u
#define STATUS_POISON 0xffu

/*
 * Large enough that the cost of a request vanishes, small enough that reading and hashing overlap.
 */
#define REQUEST_BYTES (1u << 20)

struct header {
	uint32_t type;
	uint32_t reserved;
	uint64_t sector;
};

/* What the device reads and writes besides the destination. */
struct shared {
	struct header header;
	volatile uint8_t status;
} __attribute__((aligned(64)));

struct disk {
	struct virtio_device device;
	struct virtqueue queue;
	struct shared shared;
	struct medium medium;
	char name[8];
	bool alive; /* set up; false after stop(), until the next start() */
	bool gone;  /* it did not even reset: never used again */
};

static struct virtqueue_memory rings[VIRTIO_BLK_MAX];
static struct disk disks[VIRTIO_BLK_MAX];
static const struct medium *media[VIRTIO_BLK_MAX + 1];
static unsigned count;
static bool loose; /* a disk could not be stopped: it may still write what it was asked for */

static void put_down(struct disk *disk)
{
	disk->alive = false;
	if (virtio_reset(&disk->device) == OK)
		return;
	disk->gone = true;
	if (!virtio_end(&disk->device))
		loose = true;
}

static void disk_stop(const struct medium *medium)
{
	put_down(medium->driver);
}

static enum status disk_begin(struct disk *disk, uint64_t *accepted)
{
	enum status begun;

	if (disk->gone)
		return ERR_MEDIA_IO;
	begun = virtio_begin(&disk->device, FEATURE_BLK_SIZE | FEATURE_SIZE_MAX, &disk->queue, 1,
			     accepted);
	disk->alive = begun == OK;
	if (begun != OK)
		put_down(disk);
	return begun;
}

static enum status disk_start(const struct medium *medium, uint64_t lba, uint32_t blocks,
			      void *destination)
{
	struct disk *disk = medium->driver;
	struct shared *shared = &disk->shared;
	uint32_t size = blocks * medium->block_size;
	uint64_t accepted;
	const struct virtqueue_buffer request[] = {
		{ (uintptr_t)&shared->header, sizeof(shared->header), false },
		{ (uintptr_t)destination, size, true },
		{ (uintptr_t)&shared->status, 1, true },
	};

	if (blocks == 0 || blocks > medium->max_blocks ||
	    !range_inside(medium->blocks, lba, blocks) ||
	    ((uintptr_t)destination & (MEDIUM_ALIGN - 1)) != 0)
		return ERR_INTERNAL;
	if (!disk->alive)
		TRY(disk_begin(disk, &accepted));
	shared->header = (struct header){ TYPE_IN, 0, lba * (medium->block_size / SECTOR) };
	shared->status = STATUS_POISON;
	TRY(virtqueue_offer(&disk->queue, request, 3));
	disk->device.transport->notify(&disk->queue);
	return OK;
}

static enum status disk_wait(const struct medium *medium, uint32_t timeout_ms)
{
	struct disk *disk = medium->driver;
	uint32_t expected = disk->queue.expected;
	uint32_t written;

	if (!disk->alive || !virtio_wait(&disk->queue, (uint64_t)timeout_ms * 1000))
		return ERR_MEDIA_IO;
	if (virtqueue_take(&disk->queue, &written) != OK || written != expected ||
	    disk->shared.status != STATUS_OK)
		return ERR_MEDIA_IO;
	return OK;
}

/* The size of a block as the device says, if it says something usable. */
static uint32_t block_size(const struct disk *disk, uint64_t accepted)
{
	uint32_t size = SECTOR;

	if (accepted & FEATURE_BLK_SIZE)
		size = disk->device.transport->config32(&disk->device, CONFIG_BLK_SIZE);
	if (size < SECTOR || size > MEDIUM_BLOCK_MAX || (size & (size - 1)) != 0)
		return SECTOR;
	return size;
}

static uint32_t request_blocks(const struct disk *disk, uint64_t accepted, uint32_t block)
{
	uint32_t most = REQUEST_BYTES;

	if (accepted & FEATURE_SIZE_MAX) {
		uint32_t limit = disk->device.transport->config32(&disk->device, CONFIG_SIZE_MAX);

		if (limit >= block && limit < most)
			most = limit;
	}
	return most / block;
}

static void describe(struct disk *disk, uint64_t accepted)
{
	uint32_t block = block_size(disk, accepted);
	uint64_t sectors = virtio_config64(&disk->device, CONFIG_CAPACITY);

	for (unsigned i = 0; i < 6; i++)
		disk->name[i] = "virtio"[i];
	disk->name[6] = (char)('0' + count);
	disk->name[7] = '\0';
	disk->medium = (struct medium){
		.name = disk->name,
		.block_size = block,
		.max_blocks = request_blocks(disk, accepted, block),
		.blocks = sectors / (block / SECTOR),
		.start = disk_start,
		.wait = disk_wait,
		.stop = disk_stop,
		.driver = disk,
	};
}

bool virtio_blk_add(const struct virtio_device *device)
{
	struct disk *disk;
	uint64_t accepted;

	if (count == VIRTIO_BLK_MAX)
		return false;
	disk = &disks[count];
	*disk = (struct disk){ .device = *device, .queue.memory = &rings[count] };
	if (disk_begin(disk, &accepted) != OK)
		return true;
	describe(disk, accepted);
	if (disk->medium.blocks == 0) {
		(void)virtio_end(device);
		return true;
	}
	media[count++] = &disk->medium;
	return true;
}

const struct medium *const *virtio_blk_media(void)
{
	return media;
}

bool virtio_blk_quiesce(void)
{
	for (unsigned i = 0; i < count; i++) {
		disks[i].alive = false;
		if (!virtio_end(&disks[i].device))
			loose = true;
	}
	return !loose;
}
