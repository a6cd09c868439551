# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# make reproducible: every board built twice, with everything around it changed, to the same bytes.

.PHONY: reproducible
reproducible: tools
	@BOARDS=all $(PYTHON) -m pytest -q -p no:cacheprovider tests/reproducible
