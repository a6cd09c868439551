# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# Pure functions of holdfast-keys, which are not in the library that unit tests are linked with.
$(H)/san/tests/unit/keys/test_rotation: $(addprefix $(H)/san/keys/tool/,rotation.o rotation_bridge.o trust_say.o)
CFLAGS_tests/unit/keys/test_rotation.o := -Ikeys/tool
