/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sysreg.h - system registers by name, and the bits of them that we set or look at.
 *
 * Names and bits: Arm Architecture Reference Manual for A-profile (DDI 0487), chapter D.
 * Usable from assembly as far as the constants go.
 */
#ifndef HOLDFAST_SYSREG_H
#define HOLDFAST_SYSREG_H

/* SCTLR_ELx: the bits that are RES1 in Armv8.0, that is MMU, caches and checks off. */
#define SCTLR_EL1_OFF 0x30d00800
#define SCTLR_EL2_OFF 0x30c50830
/* The same in the EL2&0 regime (HCR_EL2.E2H): SCTLR_EL2 then has the layout of SCTLR_EL1. */
#define SCTLR_EL2_E2H_OFF SCTLR_EL1_OFF

#define SCTLR_M 0x1               /* MMU */
#define SCTLR_A 0x2               /* unaligned accesses fault, whatever the memory */
#define SCTLR_C 0x4               /* data cache */
#define SCTLR_SA 0x8              /* stack alignment */
#define SCTLR_I 0x1000            /* instruction cache */
#define SCTLR_WXN 0x80000         /* writable is never executable */
#define SCTLR_ENIA 0x80000000     /* return addresses are signed with key A */
#define SCTLR_EL1_BT 0x1000000000 /* paciasp is a landing pad for calls only */

#define HCR_RW 0x80000000 /* EL1 is AArch64 */
#define HCR_API 0x20000000000
#define HCR_APK 0x10000000000
#define HCR_E2H_BIT 34

/* CPTR_EL2 with nothing trapped, by regime. CPACR_EL1 likewise: FP and SIMD allowed. */
#define CPTR_EL2_OPEN 0x32ff
#define CPTR_EL2_E2H_OPEN 0x300000
#define CPACR_EL1_OPEN 0x300000
/* CNTHCTL_EL2: physical timer and counter not trapped from EL1, by regime. */
#define CNTHCTL_EL2_OPEN 0x3
#define CNTHCTL_EL2_E2H_OPEN 0xc00

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

#define sysreg_read(name)                                                                          \
	({                                                                                         \
		uint64_t sysreg_value_;                                                            \
		__asm__ volatile("mrs %0, " #name : "=r"(sysreg_value_));                          \
		sysreg_value_;                                                                     \
	})

#define sysreg_write(name, value)                                                                  \
	__asm__ volatile("msr " #name ", %0" : : "r"((uint64_t)(value)) : "memory")

/*
 * Call firmware by "smc" or "hvc" with three arguments; its answer. SMC Calling Convention
 * (DEN 0028): x0 to x17 may change.
 */
#define firmware_call(instruction, function, a, b, c)                                              \
	({                                                                                         \
		register uint64_t x0 __asm__("x0") = (function);                                   \
		register uint64_t x1 __asm__("x1") = (a);                                          \
		register uint64_t x2 __asm__("x2") = (b);                                          \
		register uint64_t x3 __asm__("x3") = (c);                                          \
		__asm__ volatile(instruction " #0"                                                 \
				 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)                          \
				 :                                                                 \
				 : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", \
				   "x14", "x15", "x16", "x17", "memory");                          \
		(intptr_t) x0;                                                                     \
	})

/* The generic timer: ticks a second, and the counter as the hypervisor shows it. */
static inline uint32_t counter_frequency(void)
{
	return (uint32_t)sysreg_read(cntfrq_el0);
}

static inline uint64_t counter_virtual(void)
{
	return sysreg_read(cntvct_el0);
}

/*
 * Whether we run in the secure world: start.S stops at EL3, and secure EL1 is not ours to start at.
 */
static inline bool cpu_is_secure(void)
{
	return false;
}

/* Wait until earlier writes to system registers have taken effect. */
static inline void isb(void)
{
	__asm__ volatile("isb" : : : "memory");
}

/* The exception level we run at: 1 or 2. */
static inline unsigned exception_level(void)
{
	return (unsigned)(sysreg_read(CurrentEL) >> 2) & 3u;
}

/* The 4-bit field that begins at bit shift of an ID register's value. */
static inline unsigned id_field(uint64_t value, unsigned shift)
{
	return (unsigned)(value >> shift) & 0xfu;
}
#endif

#endif
