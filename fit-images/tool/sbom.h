/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sbom.h - the bill of materials in a FIT: an image that configurations name in holdfast,sbom, so
 * that their signatures cover its hash. The loader never reads it.
 */
#ifndef HOLDFAST_IMAGE_SBOM_H
#define HOLDFAST_IMAGE_SBOM_H

#include "fit_view.h"

#define SBOM_IMAGE "sbom"
#define SBOM_PROPERTY "holdfast,sbom"

/*
 * The file at path, which must be JSON that says that it is CycloneDX (bomFormat) or SPDX 2
 * (spdxVersion); it is not held against their schemas. Ends with 3 if it is something else.
 */
struct input sbom_open(const char *path);

/*
 * The bill of the configuration that `default` names, else of the first one that has one. Ends with
 * 1: no-image (there is none), no-hash, truncated, hash-mismatch (it is not what its hash nodes
 * say). Whether those are signed is for holdfast-keys verify.
 */
struct span sbom_find(const struct fit_view *view);

/*
 * The same bill of a FIT to the file given with -o, else to stdout as it is. Returns an exit code.
 */
int sbom_write(const struct common *common, struct span fit);

#endif
