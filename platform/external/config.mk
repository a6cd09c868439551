# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# Kconfig: the target's configuration in $(B), the host's (everything on) in $(H).

board-dir := platform/boards/$(BOARD)
defconfig := $(board-dir)/$(if $(filter default,$(CONFIG)),,$(CONFIG)_)defconfig
ifeq ($(wildcard $(board-dir)/defconfig),)
$(error no board $(BOARD); there are: $(patsubst platform/boards/%/defconfig,%,$(wildcard platform/boards/*/defconfig)))
endif
ifeq ($(wildcard $(defconfig)),)
$(error $(BOARD) has no configuration $(CONFIG): $(defconfig) is not there)
endif

kconfig-files := Kconfig $(wildcard $(board-dir)/Kconfig)
kconfig = BOARD=$(BOARD) KCONFIG_CONFIG=$(B)/.config $(PYTHON) -m

# Goals that install what is missing do so before the first Python module is needed.
ifneq ($(filter demo check check-qemu10 run bench bench-boards nightly rsa-offload,$(goals)),)
deps-stamp := $(O)/.deps
$(deps-stamp): platform/external/packages.txt
	@mkdir -p $(@D)
	@platform/external/deps.sh
	@touch $@
endif

# RELEASE=1 is CONFIG_RELEASE=y over whatever else is configured, also over an edited .config.
ifneq ($(strip $(RELEASE)),$(filter 0 1,$(RELEASE)))
$(error RELEASE=$(RELEASE): a release build is RELEASE=1)
endif
not-yet-release := $(if $(filter 1,$(RELEASE)),$(if $(shell grep -sx CONFIG_RELEASE=y $(B)/.config),,FORCE))
$(B)/.release: FORCE
	@mkdir -p $(@D)
	@echo '$(RELEASE)' | cmp -s - $@ || echo '$(RELEASE)' >$@

# Made from the defconfig whenever that is newer, unless it was edited (menuconfig): then it is brought up to date.
$(B)/.config: $(defconfig) $(kconfig-files) $(B)/.release $(not-yet-release) | $(deps-stamp)
	@mkdir -p $(@D)
	$(Q)if [ -e $(B)/.config.edited ]; then $(kconfig) olddefconfig Kconfig >/dev/null; \
	else $(kconfig) defconfig --kconfig Kconfig $< >/dev/null; fi
	$(Q)$(if $(filter 1,$(RELEASE)),$(kconfig) setconfig --kconfig Kconfig RELEASE=y >/dev/null)
	@touch $@

$(B)/include/autoconf.h: $(B)/.config
	@mkdir -p $(@D)
	$(Q)$(kconfig) genconfig --header-path $@ Kconfig
	@touch $@

$(H)/.config: platform/host/defconfig $(kconfig-files) | $(deps-stamp)
	@mkdir -p $(@D)
	$(Q)BOARD=host KCONFIG_CONFIG=$@ $(PYTHON) -m defconfig --kconfig Kconfig $< >/dev/null
	@touch $@

$(H)/include/autoconf.h: $(H)/.config
	@mkdir -p $(@D)
	$(Q)BOARD=host KCONFIG_CONFIG=$< $(PYTHON) -m genconfig --header-path $@ Kconfig
	@touch $@

.PHONY: menuconfig olddefconfig savedefconfig genconfig
menuconfig: $(B)/.config
	@touch $(B)/.config.edited
	$(kconfig) menuconfig Kconfig

olddefconfig: $(B)/.config
	$(kconfig) olddefconfig Kconfig

# Writes the smallest file that gives this configuration; copy it over the board's defconfig to keep it.
savedefconfig: $(B)/.config
	$(kconfig) savedefconfig --kconfig Kconfig --out $(B)/defconfig
	@echo "$(B)/defconfig"

genconfig: $(B)/include/autoconf.h
