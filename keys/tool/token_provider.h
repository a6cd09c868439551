/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * token_provider.h - OpenSSL with pkcs11-provider, apart from the OpenSSL that opens key files.
 *
 * Its configuration is in memory: neither openssl.cnf nor PKCS11_PROVIDER_MODULE has a say.
 */
#ifndef HOLDFAST_KEYS_TOKEN_PROVIDER_H
#define HOLDFAST_KEYS_TOKEN_PROVIDER_H

#include <openssl/crypto.h>

#include "tool.h"

/*
 * The library for the module at path, one a module; it lives until the process ends and is never
 * taken down (modules crash then). EXIT_KEY, said so: the provider is not installed.
 */
enum exit_code token_library(const char *module_path, OSSL_LIB_CTX **library);

#endif
