// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * stub.c - print what Linux would have been given. The MMU is off: no unaligned access, no vectors.
 *
 * One line: HF-STUB at=ADDRESS el= args= daif= mmu= dcache= dtb=ADDRESS size=BYTES, then one line
 * "HF-CHOSEN name=value" for each property of /chosen, and HF-ROOT for holdfast-test in the root
 * node.
 */
#include <stddef.h>
#include <stdint.h>

#define UART ((volatile uint32_t *)0x09000000)

void stub_main(uint64_t dtb, uint64_t args, uint64_t level, uint64_t daif, uint64_t sctlr,
	       uint64_t at);

static void put(char c)
{
	while (UART[6] & 1u << 5)
		;
	UART[0] = (uint32_t)(unsigned char)c;
}

static void text(const char *s)
{
	while (*s)
		put(*s++);
}

static void hex(const char *name, uint64_t value)
{
	int shift = 60;

	text(name);
	text("=0x");
	while (shift > 0 && !(value >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		put("0123456789abcdef"[value >> shift & 15]);
	put(' ');
}

static uint32_t cell(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static int printable(const uint8_t *value, uint32_t size)
{
	uint32_t i;

	if (size < 2 || value[size - 1])
		return 0;
	for (i = 0; i + 1 < size; i++)
		if (value[i] < ' ' || value[i] > '~')
			return 0;
	return 1;
}

static void show(const char *tag, const char *name, const uint8_t *value, uint32_t size)
{
	uint32_t i;

	text(tag);
	text(name);
	put('=');
	if (printable(value, size)) {
		text((const char *)value);
	} else {
		for (i = 0; i < size; i++) {
			put("0123456789abcdef"[value[i] >> 4]);
			put("0123456789abcdef"[value[i] & 15]);
		}
	}
	text("\r\n");
}

static uint32_t up(uint32_t n)
{
	return (n + 3) & ~3u;
}

/* One walk; depth 1 is the root, and /chosen is a child of it. */
static void tree(const uint8_t *blob)
{
	const uint8_t *p = blob + cell(blob + 8);
	const char *strings = (const char *)blob + cell(blob + 12);
	unsigned depth = 0;
	int chosen = 0;

	for (;;) {
		uint32_t token = cell(p);

		p += 4;
		if (token == 1) {
			uint32_t n = 0;

			depth++;
			if (depth == 2)
				chosen = same((const char *)p, "chosen");
			while (p[n])
				n++;
			p += up(n + 1);
		} else if (token == 2) {
			depth--;
		} else if (token == 3) {
			uint32_t size = cell(p);
			const char *name = strings + cell(p + 4);

			if (depth == 2 && chosen)
				show("HF-CHOSEN ", name, p + 8, size);
			if (depth == 1 && same(name, "holdfast-test"))
				show("HF-ROOT ", name, p + 8, size);
			p += 8 + up(size);
		} else if (token != 4) {
			return;
		}
	}
}

void stub_main(uint64_t dtb, uint64_t args, uint64_t level, uint64_t daif, uint64_t sctlr,
	       uint64_t at)
{
	const uint8_t *blob = (const uint8_t *)(uintptr_t)dtb;

	text("\r\nHF-STUB ");
	hex("at", at);
	hex("el", level);
	hex("args", args);
	hex("daif", daif);
	hex("mmu", sctlr & 1);
	hex("dcache", sctlr >> 2 & 1);
	hex("dtb", dtb);
	hex("size", cell(blob + 4));
	text("\r\n");
	if (cell(blob) == 0xd00dfeed && !(dtb & 7))
		tree(blob);
	text("HF-STUB-END\r\n");
}
