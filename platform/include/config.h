/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * config.h - Kconfig values in C.
 *
 * The build passes -include autoconf.h. if (IS_ENABLED(CONFIG_X)) keeps both branches
 * compiled and lets the compiler drop one: use it instead of #if inside a function.
 */
#ifndef HOLDFAST_CONFIG_H
#define HOLDFAST_CONFIG_H

#define CONFIG_PICK_(_, value, ...) value
#define CONFIG_COMMA_1 0,
#define CONFIG_EXPAND_(x) CONFIG_EXPAND__(CONFIG_COMMA_##x)
#define CONFIG_EXPAND__(x) CONFIG_PICK_(x 1, 0, 0)

/* 1 if the bool option is y in .config, else 0. */
#define IS_ENABLED(option) CONFIG_EXPAND_(option)

#endif
