// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * arm.c - print what Linux would have been given, by the virt machine's UART. The MMU is off.
 *
 * One line: HF-STUB r0= r1= dtb= magic= mode= masked= on= secure= offset= fp= group1= priority=
 * timer=. on: MMU and caches, of SCTLR and HSCTLR. group1: whether an interrupt can be enabled from
 * here.
 */
#include <stdint.h>

#define UART ((volatile uint32_t *)0x09000000)
#define GICD_ISENABLER ((volatile uint32_t *)0x08000100)
#define GICD_ICENABLER ((volatile uint32_t *)0x08000180)
#define GICC_PMR ((volatile uint32_t *)0x08010004)

void stub_main(uint32_t r0, uint32_t r1, uint32_t dtb, uint32_t psr, uint32_t sctlr,
	       uint32_t offset_low, uint32_t offset_high, uint32_t secure);

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

static void hex(const char *name, uint32_t value)
{
	int shift = 28;

	text(name);
	text("=0x");
	while (shift > 0 && !(value >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		put("0123456789abcdef"[value >> shift & 15]);
	put(' ');
}

/* NSACR, if ID_PFR1 says that there are two worlds: whether FP and SIMD are ours. */
static uint32_t fp(void)
{
	uint32_t value;

	__asm__ volatile("mrc p15, 0, %0, c0, c1, 1" : "=r"(value));
	if ((value >> 4 & 15) == 0)
		return 3;
	__asm__ volatile("mrc p15, 0, %0, c1, c1, 2" : "=r"(value));
	return value >> 10 & 3;
}

static uint32_t timer(void)
{
	uint32_t value;

	__asm__ volatile("mrc p15, 0, %0, c14, c0, 0" : "=r"(value));
	return value;
}

/* An interrupt of group 0 cannot be enabled from the non-secure world: it reads as 0. */
static uint32_t can_enable(unsigned word)
{
	uint32_t value;

	GICD_ISENABLER[word] = 1u << 27;
	value = GICD_ISENABLER[word] >> 27 & 1;
	GICD_ICENABLER[word] = 1u << 27;
	return value;
}

void stub_main(uint32_t r0, uint32_t r1, uint32_t dtb, uint32_t psr, uint32_t sctlr,
	       uint32_t offset_low, uint32_t offset_high, uint32_t secure)
{
	GICC_PMR[0] = 0xf0;
	text("\r\nHF-STUB ");
	hex("r0", r0);
	hex("r1", r1);
	hex("dtb", dtb);
	hex("magic", *(const uint32_t *)(uintptr_t)dtb);
	hex("mode", psr & 31);
	hex("masked", psr & 0x1c0);
	hex("on", sctlr & 0x1005);
	hex("secure", secure);
	hex("offset", offset_low | offset_high);
	hex("fp", fp());
	hex("group1", can_enable(0) & can_enable(1) & can_enable(3));
	hex("priority", GICC_PMR[0]);
	hex("timer", timer());
	text("\r\nHF-STUB-END\r\n");
}
