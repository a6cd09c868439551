# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# What takes too long for make check.

.PHONY: rsa-offload
rsa-offload: $(deps-stamp)
	@$(PYTHON) -m pytest -q -p no:cacheprovider tests/nightly/test_rsa_offload.py

# The commands of the README, as they are written.
.PHONY: readme
nightly: readme
readme: $(deps-stamp)
	@$(PYTHON) -m pytest -q -p no:cacheprovider tests/nightly/test_readme.py

# Root hashes that Linux checks too: a kernel that trusts a certificate.
.PHONY: signed-roots
nightly: signed-roots
signed-roots: $(deps-stamp)
	@$(PYTHON) -m pytest -q -p no:cacheprovider tests/nightly/test_signed_roots.py
