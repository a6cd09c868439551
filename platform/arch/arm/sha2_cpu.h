/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sha2_cpu.h - what SHA-2 instructions the processor has, and their registers (sha2_cpu.S).
 */
#ifndef HOLDFAST_SHA2_CPU_H
#define HOLDFAST_SHA2_CPU_H

/* Whether there are processors with instructions for SHA-512: not in AArch32. */
#define SHA2_CPU_LONG 0

/*
 * 0: none, or nobody may use the vector registers; 1: SHA-256. From ID_ISAR5.SHA2 (Arm Architecture
 * Reference Manual, DDI 0487, chapter G8), which is 0 on all of ARMv7; then CPACR, or HCPTR in HYP
 * mode, as start.S left it: a secure world before us may have kept the registers (NSACR), and bits
 * that were set read 0 then.
 */
unsigned sha2_cpu(void);

/*
 * Turn the vector registers on (FPEXC.EN); off again. On only while they are used: elsewhere they
 * trap. Not before sha2_cpu() said 1.
 */
void sha2_cpu_open(void);
void sha2_cpu_close(void);

#endif
