# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# host-boot: the whole core on the host, with sanitizers (tests/host_boot.c).

.PHONY: host-boot
host-boot: $(H)/san/host-boot

.SECONDARY: $(H)/san/tests/host_boot.o
$(H)/san/host-boot: $(H)/san/tests/host_boot.o $(H)/san/libholdfast.a
	$(call say,LD,$@)
	$(Q)$(HOSTCC) $(san-options) -Wl,--allow-multiple-definition -o $@ $^

-include $(H)/san/tests/host_boot.d
