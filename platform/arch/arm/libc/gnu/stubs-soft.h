/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * stubs-soft.h - C library headers ask for this file when code uses no floating-point registers;
 * the packages have the other one. It would list functions that the library lacks: we link none.
 */
#ifndef HOLDFAST_STUBS_SOFT_H
#define HOLDFAST_STUBS_SOFT_H

#endif
