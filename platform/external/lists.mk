# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# The lists of objects, read twice: with the host's configuration and with the target's.

fragments := platform/external/Makefile platform/Makefile keys/Makefile fit-images/Makefile boot/Makefile
forget = $(foreach v,$(filter CONFIG_%,$(.VARIABLES)),$(eval undefine $(v))) \
	$(foreach l,core board host external keys-tool image-tool,$(eval $(l)-y :=)$(eval $(l)- :=))

$(call forget)
include $(H)/.config
include $(fragments)
host-core := $(sort $(core-y) $(host-y))
host-external := $(sort $(external-y))
keys-tool := $(sort $(keys-tool-y))
image-tool := $(sort $(image-tool-y))

$(call forget)
include $(B)/.config
include $(fragments)
target-core := $(sort $(core-y))
target-board := $(sort $(board-y))
target-external := $(sort $(external-y))
