# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# make bench: guest instructions from reset to the kernel's first, beside U-Boot. U-Boot is built once and kept outside.

BENCH := $(O)/bench

# Only qemu-plugin.h is taken from QEMU's source (plugin API 1: QEMU 7.2).
$(BENCH)/count.so: tests/bench/count.c
	@mkdir -p $(@D)
	$(call say,PLUGIN,$@)
	$(Q)source=$$(platform/external/fetch.sh qemu) && \
		$(HOSTCC) -std=gnu11 -O2 -Wall -Wextra -Wshadow -Werror -shared -fPIC -I$$source/include/qemu -o $@ $<

.PHONY: bench-plugin bench
bench-plugin: $(BENCH)/count.so

bench: $(BENCH)/count.so $(H)/holdfast-keys
	$(Q)kernel=$$(tests/bench/debian-kernel.sh); others=(); \
	for variant in tuned min2 ce; do \
		directory=$$(tests/bench/u-boot/build.sh $$variant); others+=(--u-boot "$$variant=$$directory"); done; \
	$(PYTHON) -B tests/bench/bench.py --plugin $(BENCH)/count.so --work $(BENCH) --host $(H) --loads \
		--kernel "$$kernel" "$${others[@]}"
