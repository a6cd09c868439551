# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# Whom the loader will trust: TRUST=file.dtb, or KEYS="[role:]a.pub ...", or throw-away development keys where the
# goal makes its own images. Nothing else: a build without trust stops.

dev-trust := $(O)/dev-keys/trust.dtb
dev-key := $(O)/dev-keys/dev.pem

# Goals that only describe the loader that is there leave it to the keys that it has.
ifeq ($(strip $(TRUST)$(KEYS)$(filter-out size sbom,$(goals))),)
TRUST := $(wildcard $(shell sed -n 1p $(L)/gen/.flags 2>/dev/null))
ifeq ($(TRUST),$(B)/trust.dtb)
TRUST :=
KEYS := $(shell sed -n 1p $(B)/trust/.flags)
endif
endif

ifeq ($(strip $(TRUST)$(KEYS)),)
ifneq ($(filter $(dev-goals),$(goals)),)
TRUST := $(dev-trust)
endif
endif
trust-dtb := $(if $(KEYS),$(B)/trust.dtb,$(TRUST))

ifeq ($(strip $(trust-dtb)),)
ifneq ($(filter-out $(host-goals) $(bare-goals) $(dev-goals) $(O)/host/%,$(goals)),)
define no-trust
this loader would trust nobody, so it is not built. Say whom to trust:
    make TRUST=trust.dtb            a trust set (holdfast-keys enroll, mkimage -K -r)
    make KEYS="release:key.pub"     public keys, with their roles
To try things out, "make demo" makes throw-away development keys by itself (make tools builds holdfast-keys)
endef
$(error $(no-trust))
endif
endif

# Development keys: never the same on two machines, never in a release (role dev).
.PHONY: dev-keys
dev-keys: $(dev-trust)

$(dev-trust): | $(H)/holdfast-keys
	@mkdir -p $(@D)
	$(call say,KEYS,$@)
	$(Q)rm -f $@ $(dev-key) $(dev-key:.pem=.pub)
	$(Q)$(H)/holdfast-keys new --alg rsa3072 --role dev -o $(dev-key)
	$(Q)$(H)/holdfast-keys enroll --key $(dev-key:.pem=.pub) --role dev --required conf -o $@

# A path that leads nowhere.
key-files := $(foreach k,$(KEYS),$(lastword $(subst :, ,$(k))))
$(sort $(filter-out none $(dev-trust) $(B)/trust.dtb,$(TRUST)) $(key-files)):
	@echo "$@ does not exist: holdfast-keys new makes keys, holdfast-keys enroll a trust set" >&2; exit 1

# KEYS: one enrolment a key, in the order given; a word role: before the path sets the role.
$(eval $(call flags-rule,$(B)/trust,$(KEYS)))
$(B)/trust/.flags: external-flags = $(if $(CONFIG_RELEASE),release)
$(B)/trust.dtb: $(B)/trust/.flags $(key-files) | $(H)/holdfast-keys
	$(call say,ENROLL,$@)
	$(Q)rm -f $@
	$(Q)$(foreach k,$(KEYS),$(H)/holdfast-keys enroll --key $(lastword $(subst :, ,$(k))) \
		$(if $(findstring :,$(k)),--role $(firstword $(subst :, ,$(k))) $(if $(CONFIG_RELEASE),,--yes)) --required conf -o $@;)

# The table in the loader. TRUST=none is for test builds alone.
$(eval $(call flags-rule,$(L)/gen,$(trust-dtb)$(if $(CONFIG_RELEASE), --release)))
ifeq ($(TRUST),none)
ifneq ($(CONFIG_TEST_TRUST),y)
$(error TRUST=none needs CONFIG_TEST_TRUST)
endif
$(L)/gen/keyring_table.c: $(L)/gen/.flags
	@printf '%s\n' '#include "keyring.h"' 'extern const struct keyring keyring_table;' \
		'const struct keyring keyring_table = { .keys = 0, .count = 0, .mode = REQUIRED_ALL };' >$@
else
$(L)/gen/keyring_table.c: $(trust-dtb) $(L)/gen/.flags $(H)/holdfast-keys
	$(call say,TRUST,$@ from $<)
	$(Q)$(H)/holdfast-keys table $(if $(CONFIG_RELEASE),--release) $< -o $@.new && mv $@.new $@ || \
		{ code=$$?; rm -f $(L)/holdfast.{bin,raw,elf}; exit $$code; } # no loader of before is taken for this one
endif
