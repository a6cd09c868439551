/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "file_advice.h"
#include "tool.h"

void fail(enum exit_code code, const char *format, ...)
{
	va_list arguments;

	fputs("holdfast-image: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit((int)code);
}

void fail_file(enum exit_code code, const char *path, int error)
{
	fail(code, "%s: %s: %s", path, strerror(error), file_advice(error));
}

void fail_refused(enum status why)
{
	const struct refusal *refusal = refusal_last();
	char want[2 * REFUSAL_BYTES + 1], got[2 * REFUSAL_BYTES + 1];
	bool told = refusal->why == why;

	fprintf(stderr, "HF-REFUSE code=%s", status_word(why));
	if (told && *refusal->at)
		fprintf(stderr, strchr(refusal->at, ' ') ? " at=\"%s\"" : " at=%s", refusal->at);
	if (told && refusal->size) {
		hex_text(refusal->want, refusal->size, want);
		hex_text(refusal->got, refusal->size, got);
		fprintf(stderr, " want=%s.. got=%s..", want, got);
	}
	if (told && *refusal->hint)
		fprintf(stderr, " hint=\"%s\"", refusal->hint);
	fputc('\n', stderr);
	exit(EXIT_REFUSED);
}

void fail_refused_at(enum status why, const char *at, const char *hint)
{
	fail_refused(refuse(why, at, hint));
}

void note(const struct common *common, const char *format, ...)
{
	va_list arguments;

	if (common->quiet)
		return;
	fputs("holdfast-image: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

void *allocate(size_t size)
{
	/* The chain is what keeps every block reachable. */
	struct block {
		struct block *next;
		max_align_t bytes[];
	};
	static struct block *blocks;
	struct block *block = size <= SIZE_MAX / 2 ? calloc(1, sizeof *block + size) : NULL;

	if (!block)
		fail(EXIT_INTERNAL, "out of memory (%zu bytes)", size);
	block->next = blocks;
	blocks = block;
	return block->bytes;
}

struct input input_open(const char *path)
{
	struct input input = { .path = path };
	struct stat status;
	off_t size;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &status))
		fail_file(EXIT_INPUT, path, errno);
	if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode))
		fail(EXIT_INPUT, "%s: not a file: give one", path);
	size = lseek(fd, 0, SEEK_END);
	if (size < 0)
		fail_file(EXIT_INPUT, path, errno);
	input.size = (size_t)size;
	if (input.size) {
		void *at = mmap(NULL, input.size, PROT_READ, MAP_PRIVATE, fd, 0);

		if (at == MAP_FAILED)
			fail_file(EXIT_INPUT, path, errno);
		input.at = at;
	}
	close(fd);
	return input;
}

struct span input_span(const struct input *input)
{
	return (struct span){ input->at, input->size };
}

uint32_t source_date(void)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");
	uint64_t seconds;

	if (!text || !*text)
		return (uint32_t)time(NULL);
	if (!parse_number(text, false, UINT32_MAX, &seconds))
		fail(EXIT_USAGE, "SOURCE_DATE_EPOCH: %s: set it to seconds below 2^32", text);
	return (uint32_t)seconds;
}

bool parse_number(const char *text, bool suffixes, uint64_t limit, uint64_t *number)
{
	static const char letters[] = "KMG";
	const char *letter;
	unsigned shift = 0;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &end, 0);
	if (errno)
		return false;
	if (suffixes && *end && (letter = strchr(letters, *end))) {
		shift = 10 * (unsigned)(letter - letters + 1);
		end++;
	}
	if (*end || *number > limit >> shift)
		return false;
	*number <<= shift;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool parse_hex(const char *text, uint8_t *bytes, size_t capacity, size_t *size)
{
	for (*size = 0; *text; text += 2, (*size)++) {
		int high = hex_digit(text[0]);
		int low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0 || *size == capacity)
			return false;
		bytes[*size] = (uint8_t)(high << 4 | low);
	}
	return true;
}

void hex_text(const uint8_t *bytes, size_t size, char *text)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < size; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	text[2 * size] = '\0';
}
