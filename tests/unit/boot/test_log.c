// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_log.c - a line stays a line, whatever an image calls its nodes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host.h"
#include "log.h"
#include "quarantine.h"

static struct key keys[] = {
	{ .name = "dev",
	  .role = ROLE_DEV,
	  .required = true,
	  .algorithm = { DIGEST_SHA256, KEY_RSA, 4096 } },
	{ .name = "second", .role = ROLE_RELEASE },
	{ .name = "third", .role = ROLE_RELEASE },
};
const struct keyring keyring_table = { keys, 3, REQUIRED_ALL, 0 };

static const struct slot slot_a = { "A", "holdfast-a", "root-a", "verity-a" };
static const char *config_name = "conf-1";

const char *fit_config_name(const struct fit_config *config)
{
	(void)config;
	return config_name;
}

const struct key *fit_config_key(const struct fit_config *config)
{
	(void)config;
	return keys;
}

static struct revocation list;

const struct revocation *fit_config_revocation(const struct fit_config *config)
{
	(void)config;
	return &list;
}

static int setup(void **state)
{
	(void)state;
	host_platform_reset();
	refusal_clear();
	config_name = "conf-1";
	list = (struct revocation){ 0 };
	return 0;
}

static void expect_console(const char *expected)
{
	assert_string_equal(host_platform_console(), expected);
}

static void banner(void **state)
{
	(void)state;
	log_banner(TREE_STAGE_BEFORE);
	expect_console("HF-BOOT version=" HOLDFAST_VERSION
		       " board=host el=2 trust=dev dtb=stage-before"
		       " sha256=none sha512=none rsa=none\n");
	host_platform_reset();
	host_platform_privilege("1");
	log_banner(TREE_FROM_FIT);
	assert_non_null(strstr(host_platform_console(), " el=1 trust=dev dtb=fit "));
}

/* Each lost engine has one line, before what came of it, and a place in the banner. */
static void lost_engines(void **state)
{
	(void)state;
	quarantine_clear();
	log_slot(&slot_a);
	quarantine_add("hace", ERR_MEDIA_IO);
	quarantine_add("hace", ERR_ENGINE_SELFTEST);
	log_refused(&slot_a, ERR_HASH_MISMATCH);
	log_slot(&slot_a);
	quarantine_add("virtio-crypto", ERR_ENGINE_SELFTEST);
	log_failed(ERR_NO_SLOT);
	expect_console("HF-SLOT slot=A\n"
		       "HF-ENGINE engine=hace state=struck-off code=media-io\n"
		       "HF-REFUSE slot=A code=hash-mismatch\n"
		       "HF-SLOT slot=A\n"
		       "HF-ENGINE engine=virtio-crypto state=struck-off code=engine-selftest\n"
		       "HF-FAIL code=no-slot\n");
	host_platform_reset();
	log_banner(TREE_FROM_FIT);
	assert_non_null(strstr(host_platform_console(), " struck-off=hace,virtio-crypto"));
	quarantine_clear();
	host_platform_reset();
	log_banner(TREE_FROM_FIT);
	assert_null(strstr(host_platform_console(), "struck-off"));
	quarantine_add("hace", ERR_MEDIA_IO);
	host_platform_reset();
	log_banner(TREE_FROM_FIT);
	assert_non_null(strstr(host_platform_console(),
			       "\nHF-ENGINE engine=hace state=struck-off code=media-io\n"));
	quarantine_clear();
}

static void slot_and_verified(void **state)
{
	(void)state;
	log_slot(&slot_a);
	log_verified(&slot_a, NULL, 4294967295u);
	expect_console("HF-SLOT slot=A\n"
		       "HF-VERIFIED slot=A config=conf-1 key=dev role=dev algo=sha256,rsa4096 "
		       "index=4294967295\n");
}

/* A list that counts names the keys of ours that it takes back, perhaps none. */
static void lists_of_keys(void **state)
{
	(void)state;
	list = (struct revocation){ .version = 3, .keys = 6, .counts = true };
	log_verified(&slot_a, NULL, 0);
	list.keys = 0;
	log_verified(&slot_a, NULL, 0);
	list = (struct revocation){ .version = UINT32_MAX };
	log_verified(&slot_a, NULL, 0);
	expect_console("HF-VERIFIED slot=A config=conf-1 key=dev role=dev algo=sha256,rsa4096 "
		       "index=0 revoked-version=3 revoked=second,third\n"
		       "HF-VERIFIED slot=A config=conf-1 key=dev role=dev algo=sha256,rsa4096 "
		       "index=0 revoked-version=3 revoked=none\n"
		       "HF-VERIFIED slot=A config=conf-1 key=dev role=dev algo=sha256,rsa4096 "
		       "index=0 revoked-version=4294967295 revoked=ignored\n");
}

static void a_refusal_with_all_there_is(void **state)
{
	static const uint8_t want[32] = { 0x9c, 0x41, 0x00, 0xff };
	static const uint8_t got[32] = { 0x77, 0xaa };

	(void)state;
	(void)!refuse_different(ERR_HASH_MISMATCH, "kernel", "write it again", want, got, 32);
	log_refused(&slot_a, ERR_HASH_MISMATCH);
	expect_console("HF-REFUSE slot=A code=hash-mismatch at=kernel want=9c4100ff00000000.. "
		       "got=77aa000000000000.. hint=\"write it again\"\n");
}

static void another_reasons_details_are_not_shown(void **state)
{
	(void)state;
	(void)!refuse(ERR_OVERLAP, "kernel", "move it");
	log_refused(&slot_a, ERR_MEDIA_IO);
	expect_console("HF-REFUSE slot=A code=media-io\n");
}

static void hostile_names(void **state)
{
	(void)state;
	config_name = "conf 1\nHF-HANDOFF slot=A \"x\" \x1b[2J\xff";
	log_verified(&slot_a, NULL, 0);
	expect_console("HF-VERIFIED slot=A config=\"conf 1?HF-HANDOFF slot=A ?x? ?[2J?\" key=dev "
		       "role=dev algo=sha256,rsa4096 index=0\n");
}

static void hostile_at(void **state)
{
	(void)state;
	(void)!refuse(ERR_BAD_FIT, "x\ny z\"", "a \"quoted\" hint");
	log_refused(&slot_a, ERR_BAD_FIT);
	assert_non_null(strstr(host_platform_console(), "hint=\"a ?quoted? hint\"\n"));
	assert_ptr_equal(strchr(host_platform_console(), '\n') + 1,
			 host_platform_console() + strlen(host_platform_console()));
}

static void numbers(void **state)
{
	static const struct handoff zero;
	static const struct handoff large = {
		.load = UINT64_MAX, .dtb = 0x40200000, .load_us = UINT64_MAX, .bytes = 10
	};

	(void)state;
	log_handoff(&slot_a, &zero);
	log_handoff(&slot_a, &large);
	expect_console("HF-HANDOFF slot=A load=0x00000000 dtb=0x00000000 load_us=0 hash_us=0 "
		       "verify_us=0 total_us=0 bytes=0\n"
		       "HF-HANDOFF slot=A load=0xffffffffffffffff dtb=0x40200000 "
		       "load_us=18446744073709551615 hash_us=0 verify_us=0 total_us=0 bytes=10\n");
}

/* Only if files of a root were read. */
static void handoff_with_files(void **state)
{
	static const struct handoff read = {
		.file_system = "erofs", .root_blocks = 12, .hash_blocks = 3, .repaired = 1
	};

	(void)state;
	log_handoff(&slot_a, &read);
	expect_console("HF-HANDOFF slot=A load=0x00000000 dtb=0x00000000 load_us=0 hash_us=0 "
		       "verify_us=0 total_us=0 bytes=0 root-blocks=12 hash-blocks=3 repaired=1 "
		       "cores=1 fs=erofs\n");
}

static void failed(void **state)
{
	(void)state;
	log_failed(ERR_NO_SLOT);
	(void)!refuse(ERR_NO_TRUST, "keyring", "enroll a key");
	log_failed(ERR_NO_TRUST);
	expect_console("HF-FAIL code=no-slot\n"
		       "HF-FAIL code=no-trust at=keyring hint=\"enroll a key\"\n");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(banner, setup),
		cmocka_unit_test_setup(lost_engines, setup),
		cmocka_unit_test_setup(slot_and_verified, setup),
		cmocka_unit_test_setup(lists_of_keys, setup),
		cmocka_unit_test_setup(a_refusal_with_all_there_is, setup),
		cmocka_unit_test_setup(another_reasons_details_are_not_shown, setup),
		cmocka_unit_test_setup(hostile_names, setup),
		cmocka_unit_test_setup(hostile_at, setup),
		cmocka_unit_test_setup(numbers, setup),
		cmocka_unit_test_setup(handoff_with_files, setup),
		cmocka_unit_test_setup(failed, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
