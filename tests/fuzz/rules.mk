# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# make fuzz TIME=60: each fuzzer for TIME seconds on clang's libFuzzer with sanitizers, one a processor; an hour each in make
# nightly. What it finds of new ground is kept in $(O)/fuzz/corpus; a crash is left in $(O)/fuzz and fails the target.

TIME ?= $(if $(filter nightly,$(MAKECMDGOALS)),3600,60)
FUZZ_CC ?= $(if $(filter clang%,$(HOSTCC)),$(HOSTCC),clang)
F := $(O)/fuzz
fuzz-options := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
fuzz-flags := $(host-flags) -O1 $(fuzz-options) -Wno-unused-command-line-argument
fuzz-programs := $(patsubst tests/fuzz/%.c,$(F)/%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz-objects := $(addprefix $(F)/obj/,$(host-core) $(host-external))

$(eval $(call object-rules,$(F)/obj,FUZZ_CC,fuzz-flags,$(H)/include/autoconf.h))

$(F)/libholdfast.a: $(fuzz-objects)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(HOSTAR) rcsD $@ $^

$(fuzz-programs): $(F)/%: $(F)/obj/tests/fuzz/%.o $(F)/libholdfast.a
	$(call say,LD,$@)
	$(Q)$(FUZZ_CC) -fsanitize=fuzzer,address,undefined -Wl,--allow-multiple-definition -o $@ $^

.PHONY: fuzz-programs fuzz
fuzz-programs: $(fuzz-programs)

# Seeds come from the table of attacks and are not kept in the tree.
.PHONY: fuzz-seeds
fuzz-seeds: $(F)/seeds/.made

$(F)/seeds/.made: $(O)/attacks/index.json $(O)/attacks/stage.dtb $(wildcard tests/fuzz/seeds*.py)
	$(Q)rm -rf $(F)/seeds && $(PYTHON) -B tests/fuzz/seeds.py $(O)/attacks $(F)/seeds && \
		$(PYTHON) -B tests/fuzz/seeds_verity.py $(F)/seeds && touch $@

fuzz: $(fuzz-programs) $(F)/seeds/.made
	$(Q)printf '%s\n' $(notdir $(fuzz-programs)) | xargs -P "$$(nproc)" -I NAME bash -c 'mkdir -p $(F)/corpus/NAME; \
		$(F)/NAME -max_total_time=$(TIME) -timeout=10 -artifact_prefix=$(F)/ -print_final_stats=1 -verbosity=0 \
			$(F)/corpus/NAME $(F)/seeds/NAME >$(F)/NAME.log 2>&1; code=$$?; \
		printf "== NAME, $(TIME) s\n%s\n" "$$(tail -n 12 $(F)/NAME.log)"; exit $$code'

-include $(patsubst %.o,%.d,$(fuzz-objects) $(fuzz-programs:$(F)/%=$(F)/obj/tests/fuzz/%.o))
