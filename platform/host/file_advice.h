/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * file_advice.h - the second half of a message about a file, the same in all tools of the host.
 */
#ifndef HOLDFAST_FILE_ADVICE_H
#define HOLDFAST_FILE_ADVICE_H

/*
 * What to do about an errno value of a file operation: a clause for the end of a diagnostic
 * ("check the path"), never NULL.
 */
const char *file_advice(int error);

#endif
