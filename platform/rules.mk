# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# make flash: $(B)/flash.img, what is written to the start of the board's boot medium (NOR flash or SD card), for dd and
# for QEMU. With U-Boot SPL or TF-A where the board has them, the loader behind, and the slots:
#
#   SLOT_A= SLOT_B= "FIT[,ROOT]"   what the slots hold, else they are empty; RECOVERY=FIT
#   SPL_KEY=key.pem                signs the loader for an SPL that verifies, and is the key that SPL trusts
#   ROT_KEY=key.pem                the same for TF-A (virt-arm64), whose BL1 holds the key's hash
# Both are the development key where the loader trusts that.

first-stage-key := $(if $(filter $(dev-trust),$(trust-dtb)),$(dev-key))
SPL_KEY ?= $(first-stage-key)
ROT_KEY ?= $(first-stage-key)
need-key = $(if $($(1)),$($(1)),$(error $(BOARD): $(1)=key.pem signs the loader for the stage before it))

# The boards whose u-boot.config exists start us by U-Boot SPL.
spl-config := $(wildcard platform/boards/$(BOARD)/u-boot.config)
spl-verifies := $(if $(spl-config),$(shell sed -n 's/^\#: format fit/y/p' $(spl-config)))
first-stage := $(if $(spl-config),$(B)/first-stage.bin)
comma := ,
# Boards where the loader, or what verifies it, is all that the flash holds: the slots are on another medium.
firmware-only := $(filter virt-arm64 virt-arm vexpress-a15,$(BOARD))

ifneq ($(and $(filter flash,$(MAKECMDGOALS)),$(firmware-only),$(strip $(SLOT_A) $(SLOT_B) $(RECOVERY))),)
$(error the flash of $(BOARD) has no slots: holdfast-image disk makes the disk that has them)
endif

.PHONY: flash first-stage
first-stage: $(first-stage)
flash: $(B)/flash.img

$(eval $(call flags-rule,$(B)/first-stage,$(SPL_KEY) $(ROT_KEY) $(SLOT_A) $(SLOT_B) $(RECOVERY)))

$(B)/first-stage.bin: $(L)/holdfast.bin $(spl-config) platform/external/u-boot-spl.sh $(wildcard $(SPL_KEY)) $(B)/first-stage/.flags | $(H)/holdfast-keys
	$(call say,SPL,$@)
	$(Q)TOOLS=$(H) CROSS_COMPILE=$(cross-arm)- platform/external/u-boot-spl.sh $(BOARD) \
		$(if $(spl-verifies),--key $(call need-key,SPL_KEY)) $< $@

ifneq ($(filter virt-arm64,$(firmware-only)),)
$(B)/flash.img: $(L)/holdfast.bin platform/external/tf-a.sh $(wildcard $(ROT_KEY)) $(B)/first-stage/.flags
	$(call say,TF-A,$@)
	$(Q)CROSS_COMPILE=$(cross-arm64)- MBEDTLS_DIR=$(MBEDTLS_DIR) platform/external/tf-a.sh --rot-key $(call need-key,ROT_KEY) $< $@
else ifneq ($(firmware-only),)
$(B)/flash.img: $(L)/holdfast.bin
	$(call say,FLASH,$@)
	$(Q)cp $< $@
else
# The roots' disk is a second image where the slots are in raw flash.
slots := $(foreach s,$(SLOT_A),--slot a=$(s)) $(foreach s,$(SLOT_B),--slot b=$(s)) $(foreach s,$(RECOVERY),--slot recovery=$(s))
roots := $(if $(filter ast2600-evb,$(BOARD)),$(if $(strip $(slots)),--root-disk $(B)/roots.img))
$(B)/flash.img: $(first-stage) $(B)/first-stage/.flags $(subst $(comma), ,$(SLOT_A) $(SLOT_B) $(RECOVERY)) | $(H)/holdfast-image
	$(call say,FLASH,$@)
	$(Q)$(H)/holdfast-image disk --board $(BOARD) $(if $(first-stage),--first-stage $(first-stage)) $(slots) $(roots) --yes -q -o $@
endif

