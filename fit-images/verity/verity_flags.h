/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * verity_flags.h - the optional arguments of the verity target, in U-Boot's order; inside this
 * floor only.
 */
#ifndef HOLDFAST_VERITY_FLAGS_H
#define HOLDFAST_VERITY_FLAGS_H

/* X(field of struct verity, property; the kernel's argument is the field's name) */
#define VERITY_FLAGS(X)                                                                            \
	X(restart_on_corruption, "restart-on-corruption")                                          \
	X(panic_on_corruption, "panic-on-corruption")                                              \
	X(restart_on_error, "restart-on-error")                                                    \
	X(panic_on_error, "panic-on-error")                                                        \
	X(check_at_most_once, "check-at-most-once")

#endif
