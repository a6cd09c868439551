/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * init - the whole userland of the demo: /sbin/init on the dm-verity root.
 *
 * Reads every file of the root to the end, asks the kernel which table it really uses, says so in
 * one line that scripts read, and powers off:
 *
 *   HF-LINUX root=/dev/dm-0 verity=V roothash=HEX slot=A kernel=VERSION HF-LINUX root=/dev/dm-0
 *   verity=C roothash=HEX slot=A kernel=VERSION read=EIO file=/data/lines.txt
 *
 * V or C is the status letter of the live device; nothing here is taken from what the loader said,
 * except the slot.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "device_mapper.h"

#define TEXT_MAX 4096
#define DIRECTORIES_MAX 64
#define PATH_SIZE 256

/* What reading the root brought. */
struct reading {
	unsigned long files;
	unsigned long long bytes;
	int error; /* errno of the first failure, 0 if there was none */
	char file[PATH_SIZE];
};

static char command_line[TEXT_MAX];

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vdprintf(1, format, arguments);
	va_end(arguments);
}

static ssize_t read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return -1;
	got = read(fd, text, size - 1);
	close(fd);
	text[got > 0 ? got : 0] = '\0';
	return got;
}

static void failed(struct reading *reading, const char *path)
{
	if (reading->error)
		return;
	reading->error = errno;
	snprintf(reading->file, sizeof reading->file, "%s", path);
}

static void read_file(struct reading *reading, const char *path)
{
	static char buffer[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0) {
		failed(reading, path);
		return;
	}
	while ((got = read(fd, buffer, sizeof buffer)) > 0)
		reading->bytes += (unsigned long long)got;
	if (got < 0)
		failed(reading, path);
	close(fd);
	reading->files++;
}

/* The directories that are still to be read. */
struct queue {
	char paths[DIRECTORIES_MAX][PATH_SIZE];
	unsigned next, count;
};

/* Files are read; directories on the root's own device wait at the end of the queue. */
static void read_entry(struct reading *reading, const char *path, dev_t root, struct queue *queue)
{
	struct stat status;

	if (lstat(path, &status)) {
		failed(reading, path);
	} else if (S_ISREG(status.st_mode)) {
		read_file(reading, path);
	} else if (S_ISDIR(status.st_mode) && status.st_dev == root) {
		if (queue->count < DIRECTORIES_MAX) {
			strcpy(queue->paths[queue->count++], path);
			return;
		}
		errno = EMFILE;
		failed(reading, path);
	}
}

static void read_directory(struct reading *reading, const char *path, dev_t root,
			   struct queue *queue)
{
	const struct dirent *entry;
	char name[PATH_SIZE];
	DIR *directory = opendir(path);

	if (!directory) {
		failed(reading, path);
		return;
	}
	while ((errno = 0, entry = readdir(directory))) {
		int length =
			snprintf(name, sizeof name, "%s/%s", path[1] ? path : "", entry->d_name);

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		errno = ENAMETOOLONG;
		if (length < (int)sizeof name)
			read_entry(reading, name, root, queue);
		else
			failed(reading, path);
	}
	if (errno)
		failed(reading, path);
	closedir(directory);
}

static struct reading read_root(dev_t root)
{
	static struct queue queue = { .paths = { "/" }, .count = 1 };
	struct reading reading = { 0 };

	while (queue.next < queue.count)
		read_directory(&reading, queue.paths[queue.next++], root, &queue);
	return reading;
}

/* The value of name= on the command line, up to the next space; "none" if it is not there. */
static const char *argument(const char *name, char *value, size_t size)
{
	size_t length = strlen(name);
	const char *at = command_line;

	snprintf(value, size, "none");
	while ((at = strstr(at, name))) {
		if ((at == command_line || at[-1] == ' ') && at[length] == '=') {
			snprintf(value, size, "%.*s", (int)strcspn(at + length + 1, " \n"),
				 at + length + 1);
			break;
		}
		at += length;
	}
	return value;
}

/*
 * The index-th word of the verity table; word 8 (from 0, before it: 1 data hash dbs hbs blocks
 * start alg) is the root hash.
 */
static void table_word(const char *table, unsigned index, char *word, size_t size)
{
	while (index-- && *table) {
		table += strcspn(table, " ");
		table += strspn(table, " ");
	}
	snprintf(word, size, "%.*s", (int)strcspn(table, " "), table);
}

/* The loader's /chosen/holdfast,* as one line; text as text, cells as hex. */
static void report_chosen(void)
{
	static const char folder[] = "/proc/device-tree/chosen";
	const struct dirent *entry;
	char path[512], value[128];
	DIR *directory = opendir(folder);
	bool any = false;

	while (directory && (entry = readdir(directory))) {
		ssize_t size, i;

		if (strncmp(entry->d_name, "holdfast,", 9))
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		size = read_text(path, value, sizeof value);
		say("%s%s=", any ? " " : "HF-CHOSEN ", entry->d_name + 9);
		any = true;
		if (size > 1 && value[size - 1] == '\0' && strlen(value) == (size_t)size - 1) {
			say(strpbrk(value, " ") ? "\"%s\"" : "%s", value);
			continue;
		}
		say("0x");
		for (i = 0; i < size; i++)
			say("%02x", (unsigned char)value[i]);
	}
	if (any)
		say("\n");
	if (directory)
		closedir(directory);
}

/*
 * Facts for people and for the tests of what the loader hands over; none of them decides anything.
 */
static void report_device(void)
{
	char seed[64];
	ssize_t size = read_text("/proc/device-tree/chosen/kaslr-seed", seed, sizeof seed);
	bool initrd = access("/proc/device-tree/chosen/linux,initrd-start", F_OK) == 0;

	say("userland: cpus=%ld initrd=%s kaslr-seed=%s write-to-root=%s\n",
	    sysconf(_SC_NPROCESSORS_ONLN), initrd ? "yes" : "no", size == 8 ? "given" : "none",
	    open("/written", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) < 0 ? strerror(errno)
								       : "POSSIBLE");
	say("userland: command line: %s\n", command_line);
	report_chosen();
}

static const char *error_word(int error)
{
	return error == EIO ? "EIO" : strerrorname_np(error);
}

static void report(void)
{
	char type[TEXT_MAX] = "", table[TEXT_MAX] = "", status[TEXT_MAX] = "", hash[256], slot[32];
	struct reading reading;
	struct utsname kernel;
	struct stat root;
	bool verity;

	if (stat("/", &root) || uname(&kernel))
		return;
	reading = read_root(root.st_dev);
	verity = mapper_query(root.st_dev, type, table, status, sizeof type) &&
		 !strcmp(type, "verity");
	table_word(table, 8, hash, sizeof hash);
	say("userland: read %lu files, %llu bytes%s%s\n", reading.files, reading.bytes,
	    reading.error ? "; stopped at " : "", reading.file);
	say("HF-LINUX root=/dev/%s%u verity=%s roothash=%s slot=%s kernel=%s",
	    verity ? "dm-" : "block-", minor(root.st_dev), verity ? status : "none",
	    verity ? hash : "none", argument("rauc.slot", slot, sizeof slot), kernel.release);
	if (reading.error)
		say(" read=%s file=%s", error_word(reading.error), reading.file);
	say("\n");
}

int main(void)
{
	char reset[8];

	(void)mount("proc", "/proc", "proc", MS_NOSUID | MS_NOEXEC | MS_NODEV, NULL);
	(void)mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NOEXEC | MS_NODEV, NULL);
	/* EBUSY where the kernel did it */
	(void)mount("devtmpfs", "/dev", "devtmpfs", MS_NOSUID, NULL);
	(void)read_text("/proc/cmdline", command_line, sizeof command_line);
	command_line[strcspn(command_line, "\n")] = '\0';
	report_device();
	report();
	/*
	 * Machines whose firmware cannot power off say hf.end=reset in their signed command line.
	 */
	(void)reboot(strcmp(argument("hf.end", reset, sizeof reset), "reset") ? RB_POWER_OFF
									      : RB_AUTOBOOT);
	for (;;)
		pause();
}
