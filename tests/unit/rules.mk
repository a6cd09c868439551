# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# Pure functions of holdfast-keys, which are not in the library that unit tests are linked with.
rotation-tests := tests/unit/keys/test_rotation tests/unit/keys/test_rotation_cases
$(addprefix $(H)/san/,$(rotation-tests)): $(addprefix $(H)/san/keys/tool/,rotation.o rotation_bridge.o trust_say.o)
$(foreach t,$(rotation-tests),$(eval CFLAGS_$(t).o := -Ikeys/tool))
