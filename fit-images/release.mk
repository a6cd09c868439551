# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# A release as one command: root image -> hash tree -> FIT -> signature -> proof -> disk.
#
#   make -f fit-images/release.mk OUT=release KERNEL=Image ROOT=root.erofs KEY=release.pem TRUST=trust.dtb \
#        COMPATIBLE=vendor,board CMDLINE="console=ttyS0 ro" INDEX=7
#
# or, with everything in the root (one image, one signature):
#
#   make -f fit-images/release.mk OUT=release KERNEL_PATH=/boot/Image ROOT=root.erofs KEY=release.pem TRUST=trust.dtb \
#        COMPATIBLE=vendor,board CMDLINE="console=ttyS0 ro" INDEX=7
#
# gives OUT/root.verity, OUT/release.itb (signed, verified against TRUST) and OUT/disk.img. The same input gives the same
# bytes under SOURCE_DATE_EPOCH. Nothing is left half done: the tools write through temporary files. Another index, key or
# command line makes it anew, as a newer file does; if that is refused, no release of before is left.
#
#   DTB, OVERLAYS, INITRD  files, optional         BOARD   of the disk (virt-arm64)
#   DTB_PATH, OVERLAY_PATHS, INITRD_PATH  the same as paths in ROOT; KERNEL_PATH stands for KERNEL
#   KEY                    files, pkcs11: URIs, cmd: helpers; several sign one after the other
#   FIRST_STAGE            file for boards that boot from this medium (make first-stage)
#   ROOT_DISK              file to be made: the disk with the roots, for boards whose slots are in raw flash
#   SBOM                   a bill of materials to be carried in the FIT, signed with it (make sbom)
#   PROVENANCE             file to be made: who built and signed what, itself signed (holdfast-keys sign --provenance)
#   RELEASE=1              no key of role test or dev may be trusted
#   TOOLS                  where the tools are (build/host)

OUT ?= release
BOARD ?= virt-arm64
TOOLS ?= build/host
INDEX ?= 0
CMDLINE ?= console=ttyAMA0
image := $(TOOLS)/holdfast-image
keys := $(TOOLS)/holdfast-keys

$(foreach v,$(if $(KERNEL_PATH),,KERNEL) ROOT KEY TRUST COMPATIBLE,$(if $($(v)),,$(error $(v)= is missing; the head of this file says what is needed)))
$(foreach v,KERNEL DTB INITRD,$(if $(and $($(v)),$($(v)_PATH)),$(error $(v)= and $(v)_PATH=: give one of them)))
ifneq ($(strip $(RELEASE)),$(filter 0 1,$(RELEASE)))
$(error RELEASE=$(RELEASE): a release for end users is RELEASE=1)
endif

.DELETE_ON_ERROR:
.PHONY: release FORCE
release: $(OUT)/disk.img

paths := KERNEL_PATH DTB_PATH OVERLAY_PATHS INITRD_PATH

# What was asked for: a rule alone sees newer files, not another index, or a key that is older than the release.
asked = $(foreach v,KERNEL ROOT KEY TRUST COMPATIBLE CMDLINE INDEX DTB OVERLAYS INITRD $(paths) SBOM PROVENANCE BOARD FIRST_STAGE ROOT_DISK RELEASE \
	SOURCE_DATE_EPOCH $(if $(PROVENANCE),HOLDFAST_BUILDER_ID HOLDFAST_INVOCATION_ID),$(v)=$($(v)))
$(OUT)/.asked: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(asked)' | cmp -s - $@ || \
		{ rm -f $(OUT)/release.itb $(OUT)/disk.img; printf '%s\n' '$(asked)' >$@; }

# What is made beside a target is made again if it is gone.
gone = $(foreach f,$(1),$(if $(wildcard $(f)),,FORCE))

$(OUT)/root.verity: $(ROOT) $(OUT)/.asked
	$(image) verity $(ROOT) -o $@

# Images, and files of the root.
given = $(foreach f,$($(1)),--$(2) $(f))
parts = $(call given,KERNEL,kernel) $(call given,DTB,dtb) $(call given,OVERLAYS,overlay) $(call given,INITRD,initrd) \
	$(call given,KERNEL_PATH,kernel-path) $(call given,DTB_PATH,dtb-path) $(call given,OVERLAY_PATHS,overlay-path) \
	$(call given,INITRD_PATH,initrd-path) $(call given,SBOM,sbom)
$(OUT)/unsigned.itb: $(KERNEL) $(OUT)/root.verity $(DTB) $(OVERLAYS) $(INITRD) $(SBOM) $(OUT)/.asked
	$(image) fit $(strip $(parts)) --root-partition $(OUT)/root.verity --compatible '$(COMPATIBLE)' \
		--cmdline '$(CMDLINE)' --index $(INDEX) -o $@

# What the loader would refuse never gets the release's name: it is signed in a directory of its own.
$(OUT)/release.itb: $(OUT)/unsigned.itb $(wildcard $(KEY)) $(TRUST) $(OUT)/.asked $(call gone,$(PROVENANCE))
	@rm -f $@ $(OUT)/disk.img
	@mkdir -p $(OUT)/unproved
	$(keys) sign $(foreach k,$(KEY),--key '$(k)') $(foreach f,$(PROVENANCE),--provenance $(f)) $(OUT)/unsigned.itb -o $(OUT)/unproved/$(@F)
	$(keys) verify --trust $(TRUST) --compatible '$(firstword $(COMPATIBLE))' $(if $(filter 1,$(RELEASE)),--release) \
		$(if $(strip $(foreach v,$(paths),$($(v)))),--root $(OUT)/root.verity) $(foreach f,$(PROVENANCE),--provenance $(f)) $(OUT)/unproved/$(@F)
	mv $(OUT)/unproved/$(@F) $@ && rmdir $(OUT)/unproved

$(OUT)/disk.img: $(OUT)/release.itb $(OUT)/root.verity $(FIRST_STAGE) $(call gone,$(ROOT_DISK))
	$(image) disk --board $(BOARD) --slot a=$(OUT)/release.itb,$(OUT)/root.verity --yes -q \
		$(if $(FIRST_STAGE),--first-stage $(FIRST_STAGE)) $(if $(ROOT_DISK),--root-disk $(ROOT_DISK)) -o $@
