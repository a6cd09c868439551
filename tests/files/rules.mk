# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# Programs that read root images with the loader's own code, with sanitizers. make files: all images, of which make check
# reads some.

files-programs := $(addprefix $(H)/san/tests/files/,walk every_block)

$(files-programs): %: %.o $(addprefix $(H)/san/tests/files/,engine.o image.o walk_all.o) $(H)/san/libholdfast.a
	$(call say,LD,$@)
	$(Q)$(HOSTCC) $(san-options) -Wl,--allow-multiple-definition -o $@ $^ -lcrypto

$(H)/san/tests/files/%.o: private san-flags += -Itests/files

.PHONY: files-programs files
files-programs: $(files-programs)

files: $(deps-stamp)
	@FILES=all $(PYTHON) -m pytest -q -p no:cacheprovider tests/files

nightly: files

-include $(addprefix $(H)/san/tests/files/,walk.d every_block.d engine.d image.d walk_all.d)
