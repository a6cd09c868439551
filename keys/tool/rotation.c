// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * rotation.c - the releases between two trust sets. Whether a set accepts signatures is always
 * decided by keyring_rule().
 */
#include <string.h>

#include "rotation.h"

/* Who may sign a release: candidates, and what is installed already. */
enum { BY_OLD, BY_BOTH, BY_NEW, BY_INSTALLED, CANDIDATES };

#define LOADERS 3
#define STATES (LOADERS * CANDIDATES)
#define START ((int)LOADER_AS_IS * CANDIDATES + BY_INSTALLED)
#define GOAL ((int)LOADER_NEW * CANDIDATES + BY_NEW)
#define NOWHERE (-1)

static bool same_algorithm(const struct key *a, const struct key *b)
{
	return memcmp(a->id, b->id, KEY_ID_SIZE) == 0 && key_is_same(a, b) &&
	       a->algorithm.digest == b->algorithm.digest &&
	       a->algorithm.type == b->algorithm.type && a->algorithm.bits == b->algorithm.bits;
}

bool rotation_counts(const struct rotation_signer *signer, const struct key *key)
{
	return same_algorithm(signer->key, key) &&
	       (key->padding == 0 || key->padding == signer->padding);
}

/* Find or make the signer for a key; one that may use either padding takes the one pinned. */
static bool add_signer(struct rotation *rotation, const struct key *key)
{
	for (unsigned i = 0; i < rotation->signer_count; i++) {
		struct rotation_signer *signer = &rotation->signers[i];

		if (!same_algorithm(signer->key, key))
			continue;
		if (signer->padding == 0)
			signer->padding = key->padding;
		if (key->padding == 0 || key->padding == signer->padding)
			return true;
	}
	if (rotation->signer_count == ROTATION_SIGNERS_MAX)
		return false;
	rotation->signers[rotation->signer_count++] = (struct rotation_signer){ key, key->padding };
	return true;
}

static bool add_signers(struct rotation *rotation, const struct keyring *keyring)
{
	for (unsigned i = 0; i < keyring->count; i++)
		if (!add_signer(rotation, &keyring->keys[i]))
			return false;
	return true;
}

bool rotation_signers(struct rotation *rotation)
{
	rotation->signer_count = 0;
	for (unsigned i = 0; i < rotation->fleet_count; i++)
		if (!add_signers(rotation, rotation->fleet[i]))
			return false;
	if (!add_signers(rotation, rotation->to))
		return false;
	rotation->can_sign = rotation->signer_count == ROTATION_SIGNERS_MAX
				     ? UINT64_MAX
				     : (1ull << rotation->signer_count) - 1;
	return true;
}

bool rotation_accepts(const struct rotation *rotation, const struct keyring *keyring,
		      uint64_t signers)
{
	uint32_t satisfied = 0;

	for (unsigned i = 0; i < keyring->count; i++)
		for (unsigned j = 0; j < rotation->signer_count; j++)
			if ((signers >> j & 1) != 0 &&
			    rotation_counts(&rotation->signers[j], &keyring->keys[i]))
				satisfied |= 1u << i;
	return keyring_rule(keyring, satisfied) == OK;
}

/* For each key of from (bit i), the keys of to that its signatures count for, whatever padding. */
static void counterparts(const struct keyring *from, const struct keyring *to,
			 uint32_t also[KEYRING_KEYS_MAX])
{
	for (unsigned i = 0; i < from->count; i++) {
		struct rotation_signer signer = { &from->keys[i], from->keys[i].padding };

		also[i] = 0;
		for (unsigned j = 0; j < to->count; j++)
			if (rotation_counts(&signer, &to->keys[j]))
				also[i] |= 1u << j;
	}
}

/* All sets of signers are tried: there are at most 2^16, and it is plain that none is forgotten. */
bool rotation_covers(const struct keyring *from, const struct keyring *to)
{
	uint32_t also[KEYRING_KEYS_MAX];

	counterparts(from, to, also);
	for (uint32_t signers = 1; signers < 1u << from->count; signers++) {
		uint32_t satisfied = 0;

		for (unsigned i = 0; i < from->count; i++)
			if ((signers & 1u << i) != 0)
				satisfied |= also[i];
		if (keyring_rule(to, satisfied) != OK && keyring_rule(from, signers) == OK)
			return false;
	}
	return true;
}

static bool fleet_accepts(const struct rotation *rotation, uint64_t signers)
{
	for (unsigned i = 0; i < rotation->fleet_count; i++)
		if (!rotation_accepts(rotation, rotation->fleet[i], signers))
			return false;
	return true;
}

static const struct keyring *keyring_of(const struct rotation *rotation,
					enum rotation_loader loader)
{
	return loader == LOADER_NEW ? rotation->to : rotation->bridge;
}

static bool loader_accepts(const struct rotation *rotation, enum rotation_loader loader,
			   uint64_t signers)
{
	if (loader == LOADER_AS_IS)
		return fleet_accepts(rotation, signers);
	return rotation_accepts(rotation, keyring_of(rotation, loader), signers);
}

/* What is installed now, under the loader that a first release brings. */
static bool accepts_installed(const struct rotation *rotation, enum rotation_loader loader)
{
	if (rotation->installed != 0)
		return loader_accepts(rotation, loader, rotation->installed);
	for (unsigned i = 0; loader != LOADER_AS_IS && i < rotation->fleet_count; i++)
		if (!rotation_covers(rotation->fleet[i], keyring_of(rotation, loader)))
			return false;
	return true;
}

bool rotation_step(const struct rotation *rotation, const struct rotation_release *before,
		   const struct rotation_release *after)
{
	if (!loader_accepts(rotation, after->loader, after->signers))
		return false;
	if (before == NULL)
		return loader_accepts(rotation, LOADER_AS_IS, after->signers) &&
		       accepts_installed(rotation, after->loader);
	return loader_accepts(rotation, before->loader, before->signers) &&
	       loader_accepts(rotation, before->loader, after->signers) &&
	       loader_accepts(rotation, after->loader, before->signers);
}

/* Signers whose signature counts for a key of the set. */
static uint64_t signers_of(const struct rotation *rotation, const struct keyring *keyring)
{
	uint64_t signers = 0;

	for (unsigned i = 0; i < rotation->signer_count; i++)
		for (unsigned j = 0; j < keyring->count; j++)
			if (rotation_counts(&rotation->signers[i], &keyring->keys[j]))
				signers |= 1ull << i;
	return signers;
}

/* The sets that must accept: the fleet's, or the new one, or all. */
static bool asked_accept(const struct rotation *rotation, bool fleet, bool to, uint64_t signers)
{
	return (!fleet || fleet_accepts(rotation, signers)) &&
	       (!to || rotation_accepts(rotation, rotation->to, signers));
}

/* Leave out whoever is not needed, first those of `rather`, the last first. 0: not accepted. */
static uint64_t fewest(const struct rotation *rotation, bool fleet, bool to, uint64_t signers,
		       uint64_t rather)
{
	if (!asked_accept(rotation, fleet, to, signers))
		return 0;
	for (unsigned pass = 0; pass < 2; pass++) {
		for (unsigned i = rotation->signer_count; i-- > 0;) {
			uint64_t bit = 1ull << i;

			if ((signers & bit) != 0 && (pass == 1 || (rather & bit) != 0) &&
			    asked_accept(rotation, fleet, to, signers & ~bit))
				signers &= ~bit;
		}
	}
	return signers;
}

/* A FIT can carry them: not too many, and no key twice. */
static bool can_be_one_release(const struct rotation *rotation, uint64_t signers)
{
	unsigned count = 0;

	for (unsigned i = 0; i < rotation->signer_count; i++) {
		if ((signers >> i & 1) == 0)
			continue;
		count++;
		for (unsigned j = 0; j < i; j++)
			if ((signers >> j & 1) != 0 &&
			    memcmp(rotation->signers[i].key->id, rotation->signers[j].key->id,
				   KEY_ID_SIZE) == 0)
				return false;
	}
	return count != 0 && count <= ROTATION_SIGNATURES_MAX;
}

static unsigned who_refuses(const struct rotation *rotation)
{
	unsigned i = 0;

	while (i < rotation->fleet_count &&
	       rotation_accepts(rotation, rotation->fleet[i], rotation->can_sign))
		i++;
	return i;
}

/* Who signs: as few as possible, and the same keys before and after if there are such. */
static enum rotation_verdict choose_signers(const struct rotation *rotation,
					    uint64_t by[CANDIDATES], struct rotation_plan *plan)
{
	uint64_t kept = signers_of(rotation, rotation->to);
	uint64_t common = fewest(rotation, true, true, rotation->can_sign & kept, 0);

	by[BY_INSTALLED] = rotation->installed;
	by[BY_OLD] = fewest(rotation, true, false, rotation->can_sign, ~kept);
	by[BY_NEW] = fewest(rotation, false, true, rotation->can_sign & kept, 0);
	plan->fleet = who_refuses(rotation);
	if (by[BY_OLD] == 0)
		return ROTATION_NO_OLD;
	if (by[BY_NEW] == 0)
		return ROTATION_NO_NEW;
	if (common != 0)
		by[BY_OLD] = by[BY_NEW] = common;
	by[BY_BOTH] = 0;
	if (rotation->together || common != 0)
		by[BY_BOTH] = fewest(rotation, true, true, by[BY_OLD] | by[BY_NEW], 0);
	return ROTATION_POSSIBLE;
}

static struct rotation_release release_at(int state, const uint64_t by[CANDIDATES])
{
	return (struct rotation_release){ (enum rotation_loader)(state / CANDIDATES),
					  by[state % CANDIDATES] };
}

static bool may_go(const struct rotation *rotation, const uint64_t by[CANDIDATES], int from, int to)
{
	struct rotation_release before = release_at(from, by);
	struct rotation_release after = release_at(to, by);

	if (to % CANDIDATES == BY_INSTALLED || !can_be_one_release(rotation, after.signers) ||
	    (after.loader == LOADER_BRIDGE && rotation->bridge == NULL))
		return false;
	return rotation_step(rotation, from == START ? NULL : &before, &after);
}

/* Breadth first; where several ways are as long, one with fewer new loaders is seen first. */
static bool search(const struct rotation *rotation, const uint64_t by[CANDIDATES],
		   int came_from[STATES])
{
	int queue[STATES] = { START };
	unsigned used = 1;

	for (int i = 0; i < STATES; i++)
		came_from[i] = NOWHERE;
	came_from[START] = START;
	for (unsigned next = 0; next < used; next++) {
		for (int i = 0; i < LOADERS * BY_INSTALLED; i++) {
			int to = i / BY_INSTALLED * CANDIDATES + i % BY_INSTALLED;

			if (came_from[to] != NOWHERE || !may_go(rotation, by, queue[next], to))
				continue;
			came_from[to] = queue[next];
			queue[used++] = to;
		}
	}
	return came_from[GOAL] != NOWHERE;
}

enum rotation_verdict rotation_plan(const struct rotation *rotation, struct rotation_plan *plan)
{
	uint64_t by[CANDIDATES];
	int came_from[STATES];
	enum rotation_verdict verdict;
	unsigned at;

	*plan = (struct rotation_plan){ .count = 0 };
	if (rotation->installed != 0 && !fleet_accepts(rotation, rotation->installed))
		return ROTATION_INSTALLED;
	verdict = choose_signers(rotation, by, plan);
	if (verdict != ROTATION_POSSIBLE)
		return verdict;
	if (!search(rotation, by, came_from))
		return ROTATION_NO_WAY;
	for (int state = GOAL; state != START; state = came_from[state])
		plan->count++;
	at = plan->count;
	for (int state = GOAL; state != START; state = came_from[state])
		plan->releases[--at] = release_at(state, by);
	return ROTATION_POSSIBLE;
}
