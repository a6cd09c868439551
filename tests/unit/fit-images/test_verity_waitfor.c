// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * dm-mod.waitfor=, with the option of boards whose root is on SD or eMMC. The host's configuration
 * is without it, so the file under test is compiled here once more.
 */
#define CONFIG_VERITY_WAITFOR 1
#include "../../../fit-images/verity/verity_arguments.c"

#include "../unit.h"

static const struct verity verity = {
	.tree = { .algorithm = DIGEST_SHA256,
		  .data_block_size = 4096,
		  .hash_block_size = 4096,
		  .data_blocks = 2,
		  .hash_start_block = 3,
		  .root_hash = { (const uint8_t *)"\x12\x34", 2 } },
};
static const char *style;

enum status fit_config_string(const struct fit_config *config, const char *name, const char **value)
{
	(void)config;
	(void)name;
	*value = style;
	return style ? OK : ERR_ABSENT;
}

const char *fit_image_name(const struct fit_image *image)
{
	(void)image;
	return "root";
}

static void arguments_of(const struct verity_device *device, const char *want)
{
	char text[512] = "quiet";
	size_t size = strlen(want);

	assert_status(verity_arguments(&verity, device, text, sizeof(text)), OK);
	assert_string_equal(text, want);
	/* Fits exactly, or nothing is left of it. */
	for (size_t capacity = 6; capacity <= size + 1; capacity++) {
		char *exact = malloc(capacity);
		bool fits = capacity == size + 1;

		assert_non_null(exact);
		strcpy(exact, "quiet");
		assert_status(verity_arguments(&verity, device, exact, capacity),
			      fits ? OK : ERR_CMDLINE_TOO_LONG);
		assert_string_equal(exact, fits ? want : "quiet");
		free(exact);
	}
}

static void one_device(void **state)
{
	static const struct verity_device whole = { "PARTLABEL=root-a", "PARTLABEL=root-a", 0, 0,
						    false };
	static const struct verity_device inside = { "PARTUUID=1", "PARTUUID=1", 8192, 16384,
						     false };

	(void)state;
	arguments_of(&whole, "quiet dm-mod.waitfor=PARTLABEL=root-a dm-mod.create=\"root,,,ro,0 16 "
			     "verity 1 PARTLABEL=root-a PARTLABEL=root-a 4096 4096 2 3 sha256 1234 "
			     "-\" root=/dev/dm-0");
	/* Not for dm-1, which is made of it. */
	arguments_of(&inside,
		     "quiet dm-mod.waitfor=PARTUUID=1 dm-mod.create=\"fit,,1,ro,0 32 linear "
		     "PARTUUID=1 16;root,,0,ro,0 16 verity 1 /dev/dm-1 /dev/dm-1 4096 4096 2 3 "
		     "sha256 1234 -\" root=/dev/dm-0");
}

static void two_devices(void **state)
{
	static const struct verity_device split = { "PARTLABEL=root-a", "PARTLABEL=verity-a", 0, 0,
						    false };

	(void)state;
	arguments_of(&split, "quiet dm-mod.waitfor=PARTLABEL=root-a,PARTLABEL=verity-a "
			     "dm-mod.create=\"root,,,ro,0 16 verity 1 PARTLABEL=root-a "
			     "PARTLABEL=verity-a 4096 4096 2 3 sha256 1234 -\" root=/dev/dm-0");
}

/* An initramfs waits by itself. */
static void not_for_an_initramfs(void **state)
{
	static const struct verity_device whole = { "PARTLABEL=root-a", "PARTLABEL=root-a", 0, 0,
						    false };
	char text[512] = "quiet";

	(void)state;
	style = "roothash";
	assert_status(verity_arguments(&verity, &whole, text, sizeof(text)), OK);
	assert_null(strstr(text, "waitfor"));
	assert_non_null(strstr(text, "systemd.verity_root_data=PARTLABEL=root-a"));
	style = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_device),
		cmocka_unit_test(two_devices),
		cmocka_unit_test(not_for_an_initramfs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
