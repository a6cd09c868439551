// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* file_advice.c - what to do about a file that cannot be used. */
#include "file_advice.h"

#include <errno.h>

const char *file_advice(int error)
{
	switch (error) {
	case EACCES:
	case EPERM:
		return "check who may use it (ls -ld)";
	case EISDIR:
		return "give a file";
	case ENOSPC:
	case EDQUOT:
		return "make room there, or choose another directory";
	case EFBIG:
		return "raise the limit on file sizes (ulimit -f)";
	case EROFS:
		return "choose a directory that can be written";
	case EMFILE:
	case ENFILE:
		return "raise the limit on open files (ulimit -n)";
	default:
		return "check the path";
	}
}
