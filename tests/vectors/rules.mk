# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# The vector runner, for the host and as a static arm64 program for qemu-aarch64 (there with the
# Armv8 SHA instructions and RSA in assembly, by the objects' own sources).

vectors-objects := $(filter-out keys/tool/% keys/trust_dtb.o keys/key_id.o,$(filter keys/%.o,$(host-core))) \
	platform/common/status.o platform/common/hardened.o $(filter external/mbedtls/%,$(host-external)) \
	tests/vectors/runner.o
vectors-arm64 := $(vectors-objects) tests/vectors/engines_arm64.o \
	tests/vectors/rsa_arm64.o $(addprefix platform/arch/arm64/,sha2_armv8.o sha256_armv8.o sha512_armv8.o \
	montgomery.o modexp_arm64.o)
vectors-host := $(vectors-objects) tests/vectors/engines_host.o

# With a C library, whatever compiler the loader itself is built with.
VECTORS_CC := $(CROSS_COMPILE)gcc
vectors-flags := $(common-flags) -include $(H)/include/autoconf.h -D_GNU_SOURCE= -O2 -Iplatform/arch/arm64 \
	-DCONFIG_RSA_ARM64=1
$(eval $(call object-rules,$(O)/vectors/obj,VECTORS_CC,vectors-flags,$(H)/include/autoconf.h))

$(O)/vectors/runner-arm64: $(vectors-arm64:%=$(O)/vectors/obj/%)
	$(call say,LD,$@)
	$(Q)$(VECTORS_CC) -static -o $@ $^

$(O)/vectors/runner-host: $(vectors-host:%=$(H)/obj/%)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(HOSTCC) -o $@ $^

.PHONY: vectors-programs
vectors-programs: $(O)/vectors/runner-host $(O)/vectors/runner-arm64

-include $(patsubst %.o,%.d,$(vectors-arm64:%=$(O)/vectors/obj/%) $(vectors-host:%=$(H)/obj/%))
