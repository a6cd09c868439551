/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * hidden.h - before everything else in each file: no symbol can be replaced from outside, so none
 * is reached through a table of addresses that would need relocation first.
 */
#pragma GCC visibility push(hidden)
