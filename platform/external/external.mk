# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# Third-party sources: where they are, and how their objects are built. A variable given on the
# command line (MBEDTLS_DIR=...) replaces what would be fetched.

# NAME-variable pairs. $(O)/external/NAME.dir holds the directory; it is made by fetching.
external-vars := mbedtls:MBEDTLS_DIR libfdt:LIBFDT_DIR zlib:ZLIB_DIR zstd:ZSTD_DIR
external-late := u-boot:UBOOT_DIR tf-a:TFA_DIR linux:LINUX_DIR

# $(1) name, $(2) variable
define external-dir
$(2)-given := $$($(2))
$$(O)/external/$(1).dir: platform/external/sources.txt $$(if $$($(2)-given),FORCE) | $$(deps-stamp)
	@mkdir -p $$(@D)
	@dir=$$(or $$($(2)-given),$$$$(platform/external/fetch.sh $(1))); \
	if [ "$$$$dir" != "$$$$(cat $$@ 2>/dev/null)" ]; then printf '%s\n' "$$$$dir" >$$@; \
	else [ -n "$$($(2)-given)" ] || touch $$@; fi
endef
$(foreach p,$(external-vars) $(external-late),$(eval $(call external-dir,$(word 1,$(subst :, ,$(p))),$(word 2,$(subst :, ,$(p))))))

# The sources every build needs are known while make reads its rules: this file is made first, then make starts over.
$(O)/external/dirs.mk: $(foreach p,$(external-vars),$(O)/external/$(word 1,$(subst :, ,$(p))).dir)
	@{ $(foreach p,$(external-vars),echo "$(word 2,$(subst :, ,$(p))) := $$(cat $(O)/external/$(word 1,$(subst :, ,$(p))).dir)";) } >$@

include $(O)/external/dirs.mk

# Large ones only when a recipe asks: it depends on $(O)/external/NAME.dir and uses the variable.
ifndef UBOOT_DIR
UBOOT_DIR = $(shell cat $(O)/external/u-boot.dir)
endif
ifndef TFA_DIR
TFA_DIR = $(shell cat $(O)/external/tf-a.dir)
endif
ifndef LINUX_DIR
LINUX_DIR = $(shell cat $(O)/external/linux.dir)
endif

external-includes := -isystem $(MBEDTLS_DIR)/include -isystem $(LIBFDT_DIR)/libfdt \
	-isystem $(ZLIB_DIR) -isystem $(ZSTD_DIR)/lib \
	-DMBEDTLS_CONFIG_FILE='<mbedtls_config.h>'

# Not on the host: its objects must not change with the board's configuration.
on-host = $(filter $(H)/% $(O)/fuzz/% $(O)/vectors/%,$@)
library-speed = $(if $(on-host),,$(if $(CONFIG_FAST_LIBFDT),-O2))

# What each library is built with, on top of the flags of the target or the host; its warnings are its own affair.
external-flags-mbedtls := -w -std=gnu11
external-flags-libfdt = -w -std=gnu11 $(library-speed)
external-flags-zlib := -w -std=gnu11 -DZ_SOLO -DNO_GZIP
external-flags-zstd-common := -w -std=gnu11 -DZSTD_DISABLE_ASM=1 -DZSTD_LEGACY_SUPPORT=0 -DZSTD_STRIP_ERROR_STRINGS=1 \
	-DHUF_FORCE_DECOMPRESS_X1=1 -DZSTD_FORCE_DECOMPRESS_SEQUENCES_SHORT=1 -DZSTD_NO_INLINE=1 \
	-DXXH_NAMESPACE=ZSTD_ -DDEBUGLEVEL=0 -DDYNAMIC_BMI2=0 -DZSTD_TRACE=0 \
	-DZSTD_DEPS_MALLOC '-DZSTD_malloc(s)=((void)(s),(void *)0)' '-DZSTD_calloc(n,s)=((void)(n),(void)(s),(void *)0)' \
	'-DZSTD_free(p)=((void)(p))'
external-flags-zstd-decompress := $(external-flags-zstd-common)

# Objects by library; external/<library>/<file>.o is built from <file>.c in one of its folders.
external-src-mbedtls := $(MBEDTLS_DIR)/library
external-src-libfdt := $(LIBFDT_DIR)/libfdt
external-src-zlib := $(ZLIB_DIR)
external-src-zstd-common := $(ZSTD_DIR)/lib/common
external-src-zstd-decompress := $(ZSTD_DIR)/lib/decompress
