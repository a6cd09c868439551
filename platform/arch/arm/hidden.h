/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * hidden.h - before everything else in each file: no symbol can be replaced from outside, so none
 * is reached through a table of addresses that would need relocation first.
 */
#ifndef HOLDFAST_HIDDEN_H
#define HOLDFAST_HIDDEN_H

#pragma GCC visibility push(hidden)

#endif
