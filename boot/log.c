// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* log.c - the loader's console lines. */
#include "log.h"

#include <stdbool.h>
#include <stddef.h>

#include "config.h"
#include "digest.h"
#include "keyring.h"
#include "modexp.h"
#include "platform.h"
#include "quarantine.h"

#ifndef HOLDFAST_VERSION
#define HOLDFAST_VERSION "0.1.0"
#endif

static void put(const char *text)
{
	for (; *text != '\0'; text++)
		plat_putc(*text);
}

static bool is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '.' || c == '_' || c == ',' || c == ':' || c == '/' || c == '@' || c == '+' ||
	       c == '-';
}

static bool all_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if (!is_plain(*text))
			return false;
	return true;
}

static void put_key(const char *key)
{
	plat_putc(' ');
	put(key);
	plat_putc('=');
}

static void put_quoted(const char *text)
{
	plat_putc('"');
	for (; *text != '\0'; text++)
		plat_putc(*text >= ' ' && *text <= '~' && *text != '"' ? *text : '?');
	plat_putc('"');
}

static void pair(const char *key, const char *value)
{
	put_key(key);
	if (all_plain(value))
		put(value);
	else
		put_quoted(value);
}

static void pair_decimal(const char *key, uint64_t value)
{
	char digits[21];
	size_t at = sizeof(digits) - 1;

	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	pair(key, &digits[at]);
}

static void put_hex(uint8_t byte)
{
	plat_putc("0123456789abcdef"[byte >> 4]);
	plat_putc("0123456789abcdef"[byte & 15]);
}

static void pair_address(const char *key, uint64_t value)
{
	unsigned shift = 32;

	put_key(key);
	put("0x");
	if (value >> 32)
		shift = 64;
	while (shift > 0) {
		shift -= 8;
		put_hex((uint8_t)(value >> shift));
	}
}

static void pair_bytes(const char *key, const uint8_t *bytes, size_t size)
{
	put_key(key);
	for (size_t i = 0; i < size; i++)
		put_hex(bytes[i]);
	put("..");
}

const char *log_version(void)
{
	return HOLDFAST_VERSION;
}

/* HF-ENGINE for each engine that was struck off since the last time. */
static void put_lost_engines(void)
{
	static unsigned told;
	const struct lost_engine *lost;

	if (!quarantine(0))
		told = 0;
	while ((lost = quarantine(told)) != NULL) {
		told++;
		put("HF-ENGINE");
		pair("engine", lost->name);
		pair("state", "struck-off");
		pair("code", status_word(lost->why));
		put("\n");
	}
}

/* Every line but the banner begins here: what an engine did comes before what it led to. */
static void put_tag(const char *tag)
{
	put_lost_engines();
	put(tag);
}

void log_banner(enum tree_source source)
{
	put("HF-BOOT");
	pair("version", log_version());
	pair("board", plat_board());
	pair("el", plat_privilege());
	pair("trust", keyring_trust(keyring_built_in()));
	pair("dtb", source == TREE_STAGE_BEFORE ? "stage-before" : "fit");
	pair("sha256", digest_engine_name(DIGEST_SHA256));
	if (IS_ENABLED(CONFIG_SHA512))
		pair("sha512", digest_engine_name(DIGEST_SHA512));
	pair("rsa", modexp_engine_name());
	for (unsigned i = 0; quarantine(i); i++) {
		put(i == 0 ? " struck-off=" : ",");
		put(quarantine(i)->name);
	}
	put(plat_banner());
	put("\n");
	put_lost_engines();
}

void log_slot(const struct slot *slot)
{
	put_tag("HF-SLOT");
	pair("slot", slot->name);
	put("\n");
}

/* The list of a configuration: which of our keys it takes back, or that it may not. */
static void put_revocation(const struct revocation *list)
{
	bool first = true;

	if (list->version == 0)
		return;
	pair_decimal("revoked-version", list->version);
	put_key("revoked");
	if (list->keys == 0)
		put(list->counts ? "none" : "ignored");
	for (unsigned i = 0; i < keyring_built_in()->count; i++) {
		if ((list->keys & 1u << i) == 0)
			continue;
		put(first ? "" : ",");
		put(keyring_built_in()->keys[i].name);
		first = false;
	}
}

void log_verified(const struct slot *slot, const struct fit_config *config, uint32_t index)
{
	const struct key *key = fit_config_key(config);
	char algorithm[32];

	signature_name(&key->algorithm, algorithm);
	put_tag("HF-VERIFIED");
	pair("slot", slot->name);
	pair("config", fit_config_name(config));
	pair("key", key->name);
	pair("role", key_role_name(key->role));
	pair("algo", algorithm);
	pair_decimal("index", index);
	put_revocation(fit_config_revocation(config));
	put("\n");
}

/* code=, and what is known about it if it is what was last refused. */
static void put_reason(enum status why)
{
	const struct refusal *last = refusal_last();

	pair("code", status_word(why));
	if (last->why == why) {
		if (last->at[0] != '\0')
			pair("at", last->at);
		if (last->size != 0) {
			pair_bytes("want", last->want, last->size);
			pair_bytes("got", last->got, last->size);
		}
		if (IS_ENABLED(CONFIG_REFUSAL_HINTS) && last->hint[0] != '\0') {
			put_key("hint");
			put_quoted(last->hint);
		}
	}
	put("\n");
}

void log_refused(const struct slot *slot, enum status why)
{
	put_tag("HF-REFUSE");
	pair("slot", slot->name);
	put_reason(why);
}

void log_handoff(const struct slot *slot, const struct handoff *handoff)
{
	put_tag("HF-HANDOFF");
	pair("slot", slot->name);
	pair_address("load", handoff->load);
	pair_address("dtb", handoff->dtb);
	pair_decimal("load_us", handoff->load_us);
	pair_decimal("hash_us", handoff->hash_us);
	pair_decimal("verify_us", handoff->verify_us);
	pair_decimal("total_us", handoff->total_us);
	pair_decimal("bytes", handoff->bytes);
	if (IS_ENABLED(CONFIG_ROOT_FILES) && handoff->file_system) {
		pair_decimal("root-blocks", handoff->root_blocks);
		pair_decimal("hash-blocks", handoff->hash_blocks);
		pair_decimal("repaired", handoff->repaired);
		pair_decimal("cores", plat_cores());
		pair("fs", handoff->file_system);
	}
	put("\n");
}

void log_failed(enum status why)
{
	put_tag("HF-FAIL");
	put_reason(why);
}
