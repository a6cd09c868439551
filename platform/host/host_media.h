/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * host_media.h - between the files of platform/host only.
 */
#ifndef HOLDFAST_HOST_MEDIA_H
#define HOLDFAST_HOST_MEDIA_H

#include <stdbool.h>

/* Close and forget all media and the hook. */
void host_media_reset(void);

/* Stop all media. */
void host_media_stop(void);

/* Whether a request was started and neither waited for nor stopped. */
bool host_media_in_flight(void);

#endif
