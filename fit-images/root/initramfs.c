/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * initramfs - /init for kernels whose drivers are modules and that have no CONFIG_DM_INIT, such as
 * Debian's.
 *
 * Loads /modules/NAME.ko in the order of /modules/order, makes the device that dm-mod.create= on
 * the command line describes (the same text that CONFIG_DM_INIT reads), mounts it as the root and
 * runs its /sbin/init. If the loader left a signature of the root hash in /chosen, the kernel gets
 * it as well (CONFIG_DM_VERITY_VERIFY_ROOTHASH_SIG). There is no way round the mapped device: root=
 * is not looked at.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "device_mapper.h"

#define TEXT_MAX 4096
#define WAIT_STEPS 500
#define WAIT_STEP_NS 10000000L

static _Noreturn void stop(const char *what)
{
	dprintf(1, "initramfs: %s: %s\n", what, strerror(errno));
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

static void load_module(const char *name)
{
	char path[128];
	int fd;

	snprintf(path, sizeof path, "/modules/%s.ko", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return; /* built in */
	if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST && errno != ENODEV)
		dprintf(1, "initramfs: %s: %s\n", name, strerror(errno));
	close(fd);
}

static void load_modules(void)
{
	char name[64];
	FILE *order = fopen("/modules/order", "re");

	if (!order) {
		stop("/modules/order");
		return;
	}
	while (fgets(name, sizeof name, order)) {
		name[strcspn(name, "\n")] = '\0';
		load_module(name);
	}
	fclose(order);
}

/* The text of dm-mod.create="..." from the command line; the last one counts, as in the kernel. */
static bool device_text(char *text, size_t size)
{
	static const char key[] = "dm-mod.create=\"";
	char line[TEXT_MAX];
	int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, line, sizeof line - 1);
	const char *at = line, *found = NULL;

	if (got < 0) {
		stop("/proc/cmdline");
		return false;
	}
	close(fd);
	line[got] = '\0';
	while ((at = strstr(at, key))) {
		at += sizeof key - 1;
		found = at;
	}
	if (!found)
		return false;
	snprintf(text, size, "%.*s", (int)strcspn(found, "\""), found);
	return true;
}

/* What the kernel says of a signature, not of a disk that is not there yet. */
static bool is_refusal(int error)
{
	return error == ENOKEY || error == EKEYREJECTED || error == EBADMSG || error == ENOPKG ||
	       error == EKEYEXPIRED || error == EKEYREVOKED;
}

/* Disks appear when they are ready, so creation is tried again for a bounded time. */
static dev_t create_patiently(const struct mapped_device *device)
{
	struct timespec step = { 0, WAIT_STEP_NS };
	dev_t number;
	int i;

	for (i = 0; i < WAIT_STEPS; i++) {
		if (mapper_create(device, &number))
			return number;
		if (is_refusal(errno))
			break;
		nanosleep(&step, NULL);
	}
	stop("device-mapper");
}

/*
 * The signature becomes a key that the kernel finds by its name, and the verity target gets that
 * name: parameters are 10 words, then how many optional ones there are, then those.
 */
static const char *with_signature(const char *parameters)
{
	static const char name[] = "holdfast-root-hash",
			  place[] = "/proc/device-tree/chosen/holdfast,root-hash-signature";
	static char text[TEXT_MAX], signature[TEXT_MAX + 1];
	const char *options = parameters;
	int fd = open(place, O_RDONLY | O_CLOEXEC), words, used = 0;
	unsigned count = 0;
	ssize_t size;

	if (fd < 0)
		return parameters;
	size = read(fd, signature, sizeof signature);
	close(fd);
	if (size <= 0 || syscall(SYS_add_key, "user", name, signature, (size_t)size,
				 KEY_SPEC_PROCESS_KEYRING) < 0)
		stop("the root hash's signature");
	for (words = 0; words < 10; words++) {
		options += strspn(options, " ");
		options += strcspn(options, " ");
	}
	(void)sscanf(options, " %u%n", &count, &used);
	snprintf(text, sizeof text, "%.*s %u%s root_hash_sig_key_desc %s",
		 (int)(options - parameters), parameters, count + 2, options + used, name);
	return text;
}

/*
 * NAME,UUID,MINOR,ro|rw,START SECTORS TARGET PARAMETERS - one device with one table, which is all
 * the loader writes. PARTUUID= and PARTLABEL= in the parameters are the kernel's to resolve (Linux
 * 6.1 does so at any time, 6.5 and newer only while booting).
 */
static dev_t make_device(char *text)
{
	static char target[32];
	struct mapped_device device = { .target = target };
	char *rest = text, *mode;
	int used = 0;

	device.name = strsep(&rest, ",");
	device.uuid = strsep(&rest, ",");
	(void)strsep(&rest, ",");
	mode = strsep(&rest, ",");
	errno = EINVAL;
	if (!rest || strpbrk(rest, ",;") ||
	    sscanf(rest, " %llu %llu %31s %n", &device.start, &device.sectors, target, &used) !=
		    3) {
		stop("dm-mod.create=");
		return 0;
	}
	device.read_only = !strcmp(mode, "ro");
	device.parameters = strcmp(target, "verity") ? rest + used : with_signature(rest + used);
	return create_patiently(&device);
}

static void enter(dev_t number)
{
	static char *const arguments[] = { "/sbin/init", NULL }, *const environment[] = {
		"HOME=/", "TERM=linux", NULL
	};
	char path[32];

	snprintf(path, sizeof path, "/dev/dm-%u", minor(number));
	if (mount(path, "/sysroot", "erofs", MS_RDONLY, NULL))
		stop("the root cannot be mounted");
	if (mount("/dev", "/sysroot/dev", NULL, MS_MOVE, NULL) || umount("/sys") ||
	    umount("/proc") || chdir("/sysroot") || mount(".", "/", NULL, MS_MOVE, NULL) ||
	    chroot(".") || chdir("/"))
		stop("switching to the root");
	execve(arguments[0], arguments, environment);
	stop(arguments[0]);
}

int main(void)
{
	char text[TEXT_MAX];

	(void)mkdir("/sys", 0755);
	if (mount("proc", "/proc", "proc", 0, NULL) || mount("sysfs", "/sys", "sysfs", 0, NULL) ||
	    (mount("devtmpfs", "/dev", "devtmpfs", 0, NULL) && errno != EBUSY))
		stop("mount");
	load_modules();
	errno = ENOENT;
	if (!device_text(text, sizeof text))
		stop("no dm-mod.create= on the command line");
	enter(make_device(text));
}
