# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# Programs that boot the whole core on the host, with sanitizers. Their own keyring comes first.

attack-programs := $(H)/san/tests/attacks/host_main $(H)/san/tests/attacks/sweep $(H)/san/tests/attacks/media

$(attack-programs): %: %.o $(H)/san/tests/attacks/case.o $(H)/san/libholdfast.a
	$(call say,LD,$@)
	$(Q)$(HOSTCC) $(san-options) -Wl,--allow-multiple-definition -o $@ $^ -lcrypto

$(H)/san/tests/attacks/%.o: private san-flags += -Itests/attacks

.PHONY: attack-programs
attack-programs: $(attack-programs)

-include $(attack-programs:%=%.d) $(H)/san/tests/attacks/case.d
