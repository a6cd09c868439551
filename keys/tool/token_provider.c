/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * token_provider.c - the provider, configured for one module.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/conf.h>
#include <openssl/err.h>
#include <openssl/provider.h>

#include "token_provider.h"

#define LIBRARIES_MAX 8

static struct {
	char *path;
	OSSL_LIB_CTX *library;
} libraries[LIBRARIES_MAX];
static size_t library_count;

/*
 * no-deinit: should anything ever take the provider down, it does not call C_Finalize(): SoftHSM
 * crashes at exit then. never: public objects are read without a PIN; this has nothing to do with
 * the login for private ones.
 */
static const char configuration[] = "openssl_conf = all\n"
				    "[all]\n"
				    "providers = providers\n"
				    "[providers]\n"
				    "default = for_default\n"
				    "pkcs11 = for_pkcs11\n"
				    "[for_default]\n"
				    "activate = 1\n"
				    "[for_pkcs11]\n"
				    "activate = 1\n"
				    "pkcs11-module-quirks = no-deinit\n"
				    "pkcs11-module-login-behavior = never\n"
				    "pkcs11-module-path = ";

/* Every character stands for itself: a backslash before all but letters and digits. */
static char *escaped(const char *path)
{
	char *text = allocate(2 * strlen(path) + 1);
	char *end = text;

	for (; *path != '\0'; path++) {
		if (!((*path >= '0' && *path <= '9') || (*path >= 'A' && *path <= 'Z') ||
		      (*path >= 'a' && *path <= 'z')))
			*end++ = '\\';
		*end++ = *path;
	}
	return text;
}

static bool load(OSSL_LIB_CTX *library, const char *module_path)
{
	char *path = escaped(module_path);
	char *text = text_of("%s%s\n", configuration, path);
	BIO *memory = BIO_new_mem_buf(text, -1);
	CONF *conf = NCONF_new_ex(library, NULL);
	long line;

	(void)unsetenv("PKCS11_PROVIDER_MODULE");
	OPENSSL_load_builtin_modules();
	if (memory != NULL && conf != NULL && NCONF_load_bio(conf, memory, &line) == 1)
		(void)CONF_modules_load(conf, NULL, 0);
	NCONF_free(conf);
	BIO_free(memory);
	free(text);
	free(path);
	return OSSL_PROVIDER_available(library, "pkcs11") == 1;
}

static enum exit_code no_provider(void)
{
	const char *directory = getenv("OPENSSL_MODULES");

	if (directory == NULL)
		directory = OPENSSL_info(OPENSSL_INFO_MODULES_DIR);
	complain("OpenSSL has no pkcs11-provider (%s/pkcs11.so): run 'apt-get install "
		 "pkcs11-provider', on Debian 12 'make deps' in Holdfast's sources",
		 directory);
	ERR_clear_error();
	return EXIT_KEY;
}

enum exit_code token_library(const char *module_path, OSSL_LIB_CTX **library)
{
	for (size_t i = 0; i < library_count; i++) {
		if (strcmp(libraries[i].path, module_path) == 0) {
			*library = libraries[i].library;
			return EXIT_DONE;
		}
	}
	*library = OSSL_LIB_CTX_new();
	if (*library == NULL || library_count == LIBRARIES_MAX)
		return EXIT_BUG;
	if (!load(*library, module_path)) {
		OSSL_LIB_CTX_free(*library);
		return no_provider();
	}
	libraries[library_count].path = text_of("%s", module_path);
	libraries[library_count++].library = *library;
	return EXIT_DONE;
}
