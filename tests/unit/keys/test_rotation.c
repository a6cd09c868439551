// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * Rotations, planned and then taken by simulated devices, power cut after every write; and every
 * rotation that is refused, against a search through all sets of signers.
 */
#include "rotation_fixture.h"

/* By other means than rotation_accepts(): key ids alone. */
static bool boots(const struct keyring *loader, uint64_t signers)
{
	uint32_t satisfied = 0;

	for (unsigned i = 0; i < loader->count; i++)
		for (unsigned j = 0; j < rotation.signer_count; j++)
			satisfied |=
				(uint32_t)((signers >> j & 1) != 0 &&
					   rotation.signers[j].key->id[0] == loader->keys[i].id[0])
				<< i;
	return keyring_rule(loader, satisfied) == OK;
}

struct device {
	const struct keyring *loader;
	uint64_t slots[2];
	unsigned running;
};

/* Whichever slot the device boots after a cut: it is good, and the fallback too. 0: given up. */
static void check_device(const struct device *device)
{
	assert_true(device->slots[0] != 0 || device->slots[1] != 0);
	for (unsigned i = 0; i < 2; i++)
		assert_true(device->slots[i] == 0 || boots(device->loader, device->slots[i]));
}

static const struct keyring *loader_of(const struct keyring *now, enum rotation_loader loader)
{
	if (loader == LOADER_AS_IS)
		return now;
	return loader == LOADER_NEW ? &rings[1] : &bridge.keyring;
}

/* Takes the releases; bit i of order: release i writes its loader first. */
static void take(struct device device, const struct rotation_plan *plan, unsigned order)
{
	check_device(&device);
	for (unsigned i = 0; i < plan->count; i++) {
		const struct rotation_release *release = &plan->releases[i];

		/* The release before is confirmed, so the slot that is not running is given up. */
		device.running ^= 1;
		device.slots[device.running] = 0;
		for (unsigned write = 0; write < 2; write++) {
			if (write == (order >> i & 1))
				device.slots[device.running] = release->signers;
			else
				device.loader = loader_of(device.loader, release->loader);
			check_device(&device);
		}
	}
	assert_ptr_equal(device.loader, &rings[1]);
}

/* Every device of the fleet, whatever it runs now, in every order of writing. */
static void simulate(const struct rotation_plan *plan)
{
	for (unsigned f = 0; f < rotation.fleet_count; f++) {
		for (uint64_t now = 1; now < 1ull << rotation.signer_count; now++) {
			if (!boots(rotation.fleet[f], now) ||
			    (rotation.installed != 0 && now != rotation.installed))
				continue;
			for (unsigned order = 0; order < 1u << plan->count; order++)
				take((struct device){ rotation.fleet[f], { now, now }, 0 }, plan,
				     order);
		}
	}
}

static bool fleet_boots(enum rotation_loader loader, uint64_t signers)
{
	if (loader != LOADER_AS_IS)
		return boots(loader_of(NULL, loader), signers);
	for (unsigned f = 0; f < rotation.fleet_count; f++)
		if (!boots(rotation.fleet[f], signers))
			return false;
	return true;
}

/* From the field, whoever signed what is there. */
static bool may_begin(enum rotation_loader loader, uint64_t signers)
{
	if (!fleet_boots(LOADER_AS_IS, signers) || !fleet_boots(loader, signers))
		return false;
	for (unsigned f = 0; loader != LOADER_AS_IS && f < rotation.fleet_count; f++)
		for (uint64_t now = 1; now < 1ull << rotation.signer_count; now++)
			if (boots(rotation.fleet[f], now) && !fleet_boots(loader, now))
				return false;
	return true;
}

/*
 * The number of releases by a search through all loaders and sets of signers; 0: there is no way.
 * The last release is signed by keys of the new set only.
 */
static unsigned shortest(uint64_t new_keys)
{
	static unsigned depth[3][1 << KEYS];
	unsigned states = 1u << rotation.signer_count;
	bool again = true;

	memset(depth, 0, sizeof(depth));
	for (unsigned t = 0; t < 3; t++)
		for (unsigned s = 1; s < states; s++)
			if ((s & ~rotation.can_sign) == 0 &&
			    (t != LOADER_BRIDGE || rotation.bridge != NULL) &&
			    may_begin((enum rotation_loader)t, s))
				depth[t][s] = 1;
	for (unsigned now = 1; again; now++) {
		again = false;
		for (unsigned s = 1; s < states; s++)
			if (depth[LOADER_NEW][s] == now && (s & ~new_keys) == 0)
				return now;
		for (unsigned from = 0; from < 3 * states; from++) {
			struct rotation_release before = { from / states, from % states };

			if (depth[before.loader][before.signers] != now)
				continue;
			for (unsigned to = 0; to < 3 * states; to++) {
				struct rotation_release after = { to / states, to % states };

				if (depth[after.loader][after.signers] != 0 ||
				    (after.signers & ~rotation.can_sign) != 0 ||
				    (after.loader == LOADER_BRIDGE && rotation.bridge == NULL) ||
				    !fleet_boots(before.loader, after.signers) ||
				    !fleet_boots(after.loader, before.signers) ||
				    !fleet_boots(after.loader, after.signers))
					continue;
				depth[after.loader][after.signers] = now + 1;
				again = true;
			}
		}
	}
	return 0;
}

static uint64_t keys_of_new(void)
{
	char names[KEYS + 1] = "";

	for (unsigned i = 0; i < rings[1].count; i++)
		names[i] = rings[1].keys[i].name[0];
	return by(names);
}

static unsigned planned[ROTATION_RELEASES_MAX + 1];

/* Plan, and check the plan, or that there is none. */
static void try_rotation(void)
{
	struct rotation_plan plan;
	enum rotation_verdict verdict = rotation_plan(&rotation, &plan);
	unsigned best = shortest(keys_of_new());

	if (verdict == ROTATION_POSSIBLE) {
		simulate(&plan);
		assert_int_equal(plan.releases[plan.count - 1].signers & ~keys_of_new(), 0);
		assert_int_equal(plan.releases[plan.count - 1].loader, LOADER_NEW);
		assert_in_range(plan.count, best,
				rotation.bridge != NULL && rotation.together ? 2 : 3);
		for (unsigned i = 0; i < plan.count; i++)
			assert_int_equal(plan.releases[i].signers & ~rotation.can_sign, 0);
		planned[plan.count]++;
	} else {
		/* Without signing together there may be a way that is not taken. */
		if (rotation.together)
			assert_int_equal(best, 0);
		planned[0]++;
	}
}

static const struct {
	enum required_mode mode;
	uint32_t threshold;
} rules[] = { { REQUIRED_ALL, 0 }, { REQUIRED_ANY, 0 }, { REQUIRED_ANY, 2 }, { REQUIRED_ANY, 3 } };

/* Three keys: every set to every set, by every selection of signers, both ways and each alone. */
static void all_small(void **state)
{
	(void)state;
	make_keys(0);
	memset(planned, 0, sizeof(planned));
	for (unsigned pair = 0; pair < 64 * 64 * 16; pair++) {
		make_ring(0, pair & 63, rules[pair >> 12 & 3].mode,
			  rules[pair >> 12 & 3].threshold);
		make_ring(1, pair >> 6 & 63, rules[pair >> 14].mode, rules[pair >> 14].threshold);
		if (keyring_usable(&rings[0]) != OK || keyring_usable(&rings[1]) != OK)
			continue;
		for (unsigned way = 1; way < 4; way++) {
			(void)begin(1, (way & 1) != 0, (way & 2) != 0);
			for (unsigned can = 0; can < 1u << rotation.signer_count; can++) {
				rotation.can_sign = can;
				try_rotation();
			}
		}
	}
	print_message("refused %u, in one release %u, two %u, three %u\n", planned[0], planned[1],
		      planned[2], planned[3]);
	for (unsigned i = 0; i < 4; i++)
		assert_true(planned[i] > 1000);
}

/* Five keys, two trust sets in the field, private halves that several keys share. */
static void random_ones(void **state)
{
	uint64_t random = random_seed();

	(void)state;
	memset(planned, 0, sizeof(planned));
	for (unsigned round = 0; round < 1500;) {
		bool usable = true;

		make_keys(random_below(&random, 4) == 0 ? (unsigned)random_below(&random, 32) : 0);
		for (unsigned i = 0; i < RINGS; i++) {
			size_t rule = random_below(&random, COUNT(rules));

			make_ring(i, (unsigned)random_below(&random, 1 << 2 * KEYS),
				  rules[rule].mode, rules[rule].threshold);
			usable = usable && keyring_usable(&rings[i]) == OK;
		}
		if (!usable)
			continue;
		(void)begin(1 + (unsigned)random_below(&random, 2), true, true);
		rotation.can_sign &= random_next(&random) | random_next(&random);
		try_rotation();
		round++;
	}
	assert_true(planned[0] > 0 && planned[1] > 0 && planned[2] > 0 && planned[3] > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_small),
		cmocka_unit_test(random_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
