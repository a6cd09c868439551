/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sysreg.h - system registers by name, and the bits of them that we set or look at.
 *
 * Names and bits: Arm Architecture Reference Manual for ARMv7-A (DDI 0406C), chapter B4.
 * Usable from assembly: `mrc SCTLR(r0)`.
 */
#ifndef HOLDFAST_SYSREG_H
#define HOLDFAST_SYSREG_H

#define MODE_MASK 0x1f
#define MODE_FIQ 0x11
#define MODE_IRQ 0x12
#define MODE_SVC 0x13
#define MODE_MONITOR 0x16
#define MODE_ABORT 0x17
#define MODE_HYP 0x1a
#define MODE_UNDEFINED 0x1b
#define PSR_THUMB 0x20
#define PSR_MASKED 0x1c0 /* A, I, F */

/* With the bits that are always one, and branch prediction; MMU, caches and checks off. */
#define SCTLR_OFF 0x00c50878
#define HSCTLR_OFF 0x30c50838
#define SCTLR_M 0x1       /* MMU */
#define SCTLR_A 0x2       /* unaligned accesses fault, whatever the memory */
#define SCTLR_C 0x4       /* data cache */
#define SCTLR_I 0x1000    /* instruction cache */
#define SCTLR_WXN 0x80000 /* writable is never executable */

#define TTBCR_EAE 0x80000000  /* long descriptors, and fault status in their format */
#define CPACR_OPEN 0x00f00000 /* FP and SIMD allowed */
#define FPEXC_EN 0x40000000   /* the vector registers are on */
#define ACTLR_SMP 0x40        /* Cortex-A7, A12, A15, A17: take part in coherency; caches need it */

/* Nothing trapped to HYP. */
#define HCPTR_OPEN 0x33ff
#define CNTHCTL_OPEN 0x3

/* What a kernel may use in the non-secure world: FP and SIMD, ACTLR.SMP. */
#define NSACR_OPEN 0x40c00
/* Non-secure, which may mask aborts and FIQs; nothing is routed to Monitor mode. */
#define SCR_LEAVE 0x31
/* Where there is a HYP mode: HVC works, SMC is undefined (nobody answers). */
#define SCR_LEAVE_HYP 0x180

/* ID_PFR1, by bit. */
#define PFR1_SECURITY 4
#define PFR1_VIRTUALIZATION 12
#define PFR1_GIC 28

#ifdef __ASSEMBLER__
#define SCTLR(reg) p15, 0, reg, c1, c0, 0
#define ACTLR(reg) p15, 0, reg, c1, c0, 1
#define CPACR(reg) p15, 0, reg, c1, c0, 2
#define SCR(reg) p15, 0, reg, c1, c1, 0
#define NSACR(reg) p15, 0, reg, c1, c1, 2
#define TTBCR(reg) p15, 0, reg, c2, c0, 2
#define DFSR(reg) p15, 0, reg, c5, c0, 0
#define IFSR(reg) p15, 0, reg, c5, c0, 1
#define DFAR(reg) p15, 0, reg, c6, c0, 0
#define IFAR(reg) p15, 0, reg, c6, c0, 2
#define MAIR0(reg) p15, 0, reg, c10, c2, 0
#define VBAR(reg) p15, 0, reg, c12, c0, 0
#define CNTFRQ(reg) p15, 0, reg, c14, c0, 0
#define TTBR0(low, high) p15, 0, low, high, c2
/* Three words that are nobody's but ours (vectors.S). */
#define TPIDRURW(reg) p15, 0, reg, c13, c0, 2
#define TPIDRURO(reg) p15, 0, reg, c13, c0, 3
#define TPIDRPRW(reg) p15, 0, reg, c13, c0, 4

#define MIDR(reg) p15, 0, reg, c0, c0, 0
#define CTR(reg) p15, 0, reg, c0, c0, 1
#define MPIDR(reg) p15, 0, reg, c0, c0, 5
#define ID_PFR1(reg) p15, 0, reg, c0, c1, 1
#define ID_MMFR0(reg) p15, 0, reg, c0, c1, 4
#define CCSIDR(reg) p15, 1, reg, c0, c0, 0
#define CLIDR(reg) p15, 1, reg, c0, c0, 1
#define CSSELR(reg) p15, 2, reg, c0, c0, 0

#define VPIDR(reg) p15, 4, reg, c0, c0, 0
#define VMPIDR(reg) p15, 4, reg, c0, c0, 5
#define HSCTLR(reg) p15, 4, reg, c1, c0, 0
#define HCR(reg) p15, 4, reg, c1, c1, 0
#define HCPTR(reg) p15, 4, reg, c1, c1, 2
#define HSTR(reg) p15, 4, reg, c1, c1, 3
#define HTCR(reg) p15, 4, reg, c2, c0, 2
#define HSR(reg) p15, 4, reg, c5, c2, 0
#define HDFAR(reg) p15, 4, reg, c6, c0, 0
#define HIFAR(reg) p15, 4, reg, c6, c0, 2
#define HMAIR0(reg) p15, 4, reg, c10, c2, 0
#define HVBAR(reg) p15, 4, reg, c12, c0, 0
#define ICC_HSRE(reg) p15, 4, reg, c12, c9, 5
#define HTPIDR(reg) p15, 4, reg, c13, c0, 2
#define CNTHCTL(reg) p15, 4, reg, c14, c1, 0
#define HTTBR(low, high) p15, 4, low, high, c2
#define CNTVOFF(low, high) p15, 4, low, high, c14

/* Operations; the register is not looked at unless it holds an address or a set and way. */
#define ICIALLU(reg) p15, 0, reg, c7, c5, 0
#define ICIALLUIS(reg) p15, 0, reg, c7, c1, 0
#define BPIALL(reg) p15, 0, reg, c7, c5, 6
#define BPIALLIS(reg) p15, 0, reg, c7, c1, 6
#define DCIMVAC(reg) p15, 0, reg, c7, c6, 1
#define DCCMVAC(reg) p15, 0, reg, c7, c10, 1
#define DCCIMVAC(reg) p15, 0, reg, c7, c14, 1
#define DCCISW(reg) p15, 0, reg, c7, c14, 2
#define TLBIALL(reg) p15, 0, reg, c8, c7, 0
#define TLBIALLH(reg) p15, 4, reg, c8, c7, 0
#define TLBIALLNSNH(reg) p15, 4, reg, c8, c7, 4
#else
#include <stdbool.h>
#include <stdint.h>

/*
 * Call firmware by "smc" or "hvc" with three arguments; its answer. SMC Calling Convention
 * (DEN 0028).
 */
#define firmware_call(instruction, function, a, b, c)                                              \
	({                                                                                         \
		register uint32_t r0 __asm__("r0") = (function);                                   \
		register uint32_t r1 __asm__("r1") = (a);                                          \
		register uint32_t r2 __asm__("r2") = (b);                                          \
		register uint32_t r3 __asm__("r3") = (c);                                          \
		__asm__ volatile(instruction " #0"                                                 \
				 : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)                          \
				 :                                                                 \
				 : "memory");                                                      \
		(intptr_t) r0;                                                                     \
	})

/* The generic timer: ticks a second, and the counter as the hypervisor shows it. */
static inline uint32_t counter_frequency(void)
{
	uint32_t value;

	__asm__ volatile("mrc p15, 0, %0, c14, c0, 0" : "=r"(value));
	return value;
}

static inline uint64_t counter_virtual(void)
{
	uint64_t value;

	__asm__ volatile("mrrc p15, 1, %Q0, %R0, c14" : "=r"(value));
	return value;
}

/* Wait until earlier writes to system registers have taken effect. */
static inline void isb(void)
{
	__asm__ volatile("isb" : : : "memory");
}

/* As on AArch64: 2 in HYP mode, else 1. */
static inline unsigned exception_level(void)
{
	uint32_t psr;

	__asm__ volatile("mrs %0, cpsr" : "=r"(psr));
	return (psr & MODE_MASK) == MODE_HYP ? 2 : 1;
}

/*
 * Whether we run in the secure world. The only way to know is to touch a register that faults
 * elsewhere: vectors.S expects that.
 */
bool cpu_is_secure(void);
#endif

#endif
