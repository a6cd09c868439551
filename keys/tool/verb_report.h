/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * verb_report.h - the parts of holdfast-keys report: collected as JSON, printed from that.
 */
#ifndef HOLDFAST_KEYS_VERB_REPORT_H
#define HOLDFAST_KEYS_VERB_REPORT_H

#include "fit_file.h"
#include "keyring.h"

/*
 * Who signed what in one FIT: its digest, its configurations with their signatures, and what the
 * envelope says, if it is about this FIT (else null; also with envelope NULL). keyring NULL: nobody
 * is known, so nothing is judged. file is scratch. NULL: it is no FIT, said with the HF-REFUSE line
 * and the exit code in *code.
 */
json_t *report_release(const struct input *fit, const struct keyring *keyring,
		       const struct input *envelope, struct fit_file *file, enum exit_code *code);

/* The document as tables on stdout. */
void report_print(const json_t *document);

#endif
