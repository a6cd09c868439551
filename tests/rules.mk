# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# Tests. make unit builds and runs the unit tests; make check runs everything (tests/check/run.py).

# tests/unit/<floor>/test_<name>.c is a program of its own. Its own definitions replace those of the core
# at link time (it comes first), so a test needs no #ifdef in what it tests.
unit-sources := $(sort $(wildcard tests/unit/*/test_*.c))
unit-programs := $(unit-sources:%.c=$(H)/san/%)

.PHONY: unit unit-programs
unit-programs: $(unit-programs)

unit: $(unit-programs)
	$(Q)$(PYTHON) tests/check/unit.py $(unit-programs)

.SECONDARY: $(unit-programs:%=%.o)
$(unit-programs): %: %.o $(H)/san/libholdfast.a
	$(call say,LD,$@)
	$(Q)$(HOSTCC) $(san-options) -Wl,--allow-multiple-definition -o $@ $^ -lcmocka $(unit-libs)

-include $(unit-programs:%=%.d)
