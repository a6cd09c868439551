/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * token_shim.c - SoftHSM with the ill will that it lacks: a PKCS#11 module in front of the one that
 * SHIM_MODULE names. The environment says what goes wrong:
 *
 * 	SHIM_FLAGS=0x40000   these flags are set in the token's information
 * 	SHIM_LOGIN=0xa4      C_Login() returns this
 * 	SHIM_LOGIN_FLAGS=... as SHIM_FLAGS, after a login that failed
 * 	SHIM_BUSY=3          so many calls of C_OpenSession() find all sessions in use
 * 	SHIM_MAX=4           so many sessions at the same time
 * 	SHIM_SIGN=0x30       C_Sign() returns this
 * 	SHIM_SPOIL=1         C_Sign() flips a bit
 * 	SHIM_HANG=5          C_Sign() takes so many seconds
 * 	SHIM_GONE=1          after the first C_Sign() there is no token any more
 *
 * It does not start where it sees HOLDFAST_PIN: a PIN is what C_Login() is for.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <p11-kit/pkcs11.h>

static CK_FUNCTION_LIST_PTR real;
static CK_FUNCTION_LIST ours;
static unsigned long opened;
static unsigned long in_use;
static int failed_login;
static int gone;

static unsigned long number(const char *name)
{
	const char *text = getenv(name);

	return text == NULL ? 0 : strtoul(text, NULL, 0);
}

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO_PTR info)
{
	CK_RV result = gone ? CKR_TOKEN_NOT_PRESENT : real->C_GetTokenInfo(slot, info);

	if (result == CKR_OK)
		info->flags |= number("SHIM_FLAGS");
	if (result == CKR_OK && failed_login)
		info->flags |= number("SHIM_LOGIN_FLAGS");
	return result;
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify,
			  CK_SESSION_HANDLE_PTR session)
{
	if (gone)
		return CKR_TOKEN_NOT_PRESENT;
	if (opened++ < number("SHIM_BUSY") ||
	    (number("SHIM_MAX") != 0 && in_use >= number("SHIM_MAX")))
		return CKR_SESSION_COUNT;
	in_use++;
	return real->C_OpenSession(slot, flags, application, notify, session);
}

static CK_RV close_session(CK_SESSION_HANDLE session)
{
	in_use--;
	return real->C_CloseSession(session);
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, unsigned char *pin, CK_ULONG size)
{
	CK_RV result = number("SHIM_LOGIN");

	if (result == CKR_OK)
		result = real->C_Login(session, user, pin, size);
	failed_login |= result != CKR_OK;
	return result;
}

static CK_RV sign(CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG data_size,
		  unsigned char *signature, CK_ULONG_PTR size)
{
	CK_RV result = number("SHIM_SIGN");

	if (signature != NULL)
		(void)sleep((unsigned)number("SHIM_HANG"));
	if (result != CKR_OK)
		return result;
	result = real->C_Sign(session, data, data_size, signature, size);
	if (result == CKR_OK && signature != NULL && number("SHIM_SPOIL") != 0)
		signature[*size / 2] ^= 1;
	gone = number("SHIM_GONE") != 0 && signature != NULL;
	return gone ? CKR_DEVICE_REMOVED : result;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list)
{
	CK_C_GetFunctionList get_list;
	void *module = dlopen(getenv("SHIM_MODULE"), RTLD_NOW | RTLD_LOCAL);
	void *symbol = module == NULL ? NULL : dlsym(module, "C_GetFunctionList");

	memcpy(&get_list, &symbol, sizeof(get_list));
	if (symbol == NULL || get_list(&real) != CKR_OK || getenv("HOLDFAST_PIN") != NULL)
		return CKR_GENERAL_ERROR;
	ours = *real;
	ours.C_GetTokenInfo = get_token_info;
	ours.C_OpenSession = open_session;
	ours.C_CloseSession = close_session;
	ours.C_Login = login;
	ours.C_Sign = sign;
	*list = &ours;
	return CKR_OK;
}
