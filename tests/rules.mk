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

# Every compile command of ours, for clang-tidy, gcc -fanalyzer and editors. Two files: what is in the loader, and what is
# on the host.
own-host := $(filter-out $(target-core),$(host-core) $(keys-tool) $(image-tool))
.PHONY: compile-commands
compile-commands: $(B)/obj/.flags $(H)/obj/.flags $(B)/include/autoconf.h $(H)/include/autoconf.h
	$(Q)$(PYTHON) tests/check/compile_commands.py -o $(B)/compile_commands.json --set $(B)/obj $(target-core) $(target-board)
	$(Q)$(PYTHON) tests/check/compile_commands.py -o $(H)/compile_commands.json --set $(H)/obj $(own-host)

# Formatting, in place: comments wrapped at 100 columns, then clang-format.
.PHONY: format
format:
	$(Q)$(PYTHON) tests/check/wrap.py $$(git ls-files -co --exclude-standard '*.c' '*.h' '*.S')
	$(Q)clang-format -i --style=file $$(git ls-files -co --exclude-standard '*.c' '*.h')
