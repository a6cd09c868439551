/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * table.c - holdfast-keys table (for the build): a trust set to the C source of the loader's
 * keyring.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "r_squared.h"
#include "trust_edit.h"

struct table_arguments {
	const char *trust;
	bool any_trust;
	bool release;
};

enum { OPTION_ANY = 0x100, OPTION_RELEASE };

static const struct argp_option options[] = {
	{ "test-trust", OPTION_ANY, NULL, 0,
	  "Also accept a set that can decide nothing (test builds)", 1 },
	{ "release", OPTION_RELEASE, NULL, 0, "Refuse a set with a test or dev key", 1 },
	{ 0 },
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct table_arguments *arguments = state->input;

	switch (key) {
	case OPTION_ANY:
		arguments->any_trust = true;
		return 0;
	case OPTION_RELEASE:
		arguments->release = true;
		return 0;
	case ARGP_KEY_ARG:
		if (arguments->trust != NULL)
			argp_error(state, "%s: one trust set only", argument);
		arguments->trust = argument;
		return 0;
	case ARGP_KEY_END:
		if (arguments->trust == NULL || common.output == NULL)
			argp_error(state, "a trust set and -o are needed");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	options,
	parse,
	"TRUST.dtb -o keyring_table.c",
	"Write the loader's keyring. For the build: the loader has no parser for trust sets.",
	children,
	NULL,
	NULL
};

static void print_bytes(FILE *out, const char *what, unsigned index, const uint8_t *bytes,
			size_t size)
{
	(void)fprintf(out, "static const uint8_t %s_%u[%zu] = {", what, index, size);
	for (size_t i = 0; i < size; i++)
		(void)fprintf(out, "%s0x%02x,", i % 12 == 0 ? "\n\t" : " ", bytes[i]);
	(void)fputs("\n};\n", out);
}

/* From the trust set, which was checked; computed if it has none. */
static bool print_r_squared(FILE *out, unsigned index, const struct rsa_public *rsa)
{
	uint8_t computed[RSA_BYTES_MAX];
	const uint8_t *bytes = rsa->r_squared;

	if (bytes == NULL) {
		if (r_squared(rsa, computed) != OK)
			return false;
		bytes = computed;
	}
	print_bytes(out, "r_squared", index, bytes, rsa->size);
	return true;
}

static bool print_numbers(FILE *out, unsigned index, const struct key *key)
{
	(void)fprintf(out, "static const char name_%u[] = \"%s\";\n", index, key->name);
	if (key->algorithm.type == KEY_RSA) {
		print_bytes(out, "modulus", index, key->rsa.modulus, key->rsa.size);
		return print_r_squared(out, index, &key->rsa);
	}
	print_bytes(out, "x", index, key->ecdsa.x, key->ecdsa.size);
	print_bytes(out, "y", index, key->ecdsa.y, key->ecdsa.size);
	return true;
}

static void print_key(FILE *out, unsigned index, const struct key *key)
{
	const struct signature_algorithm *algorithm = &key->algorithm;

	(void)fprintf(
		out,
		"\t{\n\t\t.name = name_%u,\n\t\t.role = (enum key_role)%d,\n\t\t.required = %s,\n",
		index, (int)key->role, key->required ? "true" : "false");
	(void)fprintf(out,
		      "\t\t.algorithm = { (enum digest_algorithm)%d, (enum key_type)%d, %u },\n",
		      (int)algorithm->digest, (int)algorithm->type, algorithm->bits);
	(void)fprintf(out, "\t\t.padding = (enum rsa_padding)%d,\n\t\t.id = {", (int)key->padding);
	for (size_t i = 0; i < KEY_ID_SIZE; i++)
		(void)fprintf(out, "%s0x%02x,", i % 8 == 0 ? "\n\t\t\t" : " ", key->id[i]);
	(void)fputs("\n\t\t},\n", out);
	if (algorithm->type == KEY_RSA)
		(void)fprintf(out,
			      "\t\t.rsa = { modulus_%u, %zu, UINT64_C(0x%llx),\n"
			      "\t\t\t USED(r_squared_%u) },\n",
			      index, key->rsa.size, (unsigned long long)key->rsa.exponent, index);
	else
		(void)fprintf(out, "\t\t.ecdsa = { (enum ecdsa_curve)%d, x_%u, y_%u, %zu },\n",
			      (int)key->ecdsa.curve, index, index, key->ecdsa.size);
	(void)fputs("\t},\n", out);
}

static bool print_table(FILE *out, const struct keyring *keyring)
{
	(void)fputs("/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */\n"
		    "/* Made by holdfast-keys table from a trust set: do not edit. */\n"
		    "#include \"config.h\"\n"
		    "#include \"keyring.h\"\n\n"
		    "/* Holds pointers: relocated before it is made read-only. */\n"
		    "#define IN_KEYRING __attribute__((section(\".keyring\")))\n\n"
		    "/* Only the engine in assembly makes use of it. */\n"
		    "#define USED(r_squared) (IS_ENABLED(CONFIG_RSA_ASM) ? (r_squared) : NULL)\n\n"
		    "extern const struct keyring keyring_table;\n\n",
		    out);
	for (unsigned i = 0; i < keyring->count; i++)
		if (!print_numbers(out, i, &keyring->keys[i]))
			return false;
	if (keyring->count != 0) {
		(void)fprintf(out, "\nstatic const struct key keys[%u] IN_KEYRING = {\n",
			      keyring->count);
		for (unsigned i = 0; i < keyring->count; i++)
			print_key(out, i, &keyring->keys[i]);
		(void)fputs("};\n", out);
	}
	(void)fprintf(out,
		      "\nconst struct keyring keyring_table IN_KEYRING = {\n"
		      "\t.keys = %s,\n\t.count = %u,\n"
		      "\t.mode = (enum required_mode)%d,\n\t.threshold = %u,\n};\n",
		      keyring->count == 0 ? "NULL" : "keys", keyring->count, (int)keyring->mode,
		      (unsigned)keyring->threshold);
	return true;
}

static enum exit_code write_table(const struct keyring *keyring)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	enum exit_code code = EXIT_BUG;

	if (out != NULL) {
		bool good = print_table(out, keyring);

		if (fclose(out) == 0 && good)
			code = common.dry_run ? EXIT_DONE
					      : output_file(common.output, 0644, text, size);
	}
	free(text);
	return code;
}

enum exit_code verb_table(int argc, char **argv)
{
	static struct trust_file trust;
	struct table_arguments arguments = { 0 };
	enum exit_code code;
	enum status usable;

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EXIT_USAGE;
	STEP(trust_open(arguments.trust, &trust));
	refusal_clear();
	usable = keyring_usable(&trust.set.keyring);
	if (usable == OK && arguments.release)
		usable = keyring_roles(&trust.set.keyring, ROLE_RELEASE);
	if (usable != OK && (arguments.release || !arguments.any_trust)) {
		complain("%s: a loader with this trust set would boot nothing", arguments.trust);
		code = refused(usable);
	} else {
		code = write_table(&trust.set.keyring);
	}
	trust_close(&trust);
	return code;
}
