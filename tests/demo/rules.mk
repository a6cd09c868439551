# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# make demo and make run. DEMO_KERNEL=debian takes Debian's stock kernel instead of building one. FORM=images is a release
# with the kernel in the FIT, FORM=files one with everything in the root; demo shows both, run boots images.

DEMO_KERNEL ?= own
demo-arguments = --board $(BOARD) --loader $(B)/holdfast.bin --tools $(H) --key $(dev-key) --trust $(dev-trust) \
	--kernel $(DEMO_KERNEL) --out $(O)/demo$(if $(filter-out virt-arm64,$(BOARD)),-$(BOARD)) \
	$(if $(FORM),--form $(FORM)) $(if $(first-stage),--first-stage $(first-stage)) $(if $(filter 1,$(V)),--verbose)

.PHONY: demo run
demo: loader tools dev-keys $(first-stage)
	@$(PYTHON) tests/demo/demo.py $(demo-arguments)

run: loader tools dev-keys $(first-stage)
	@$(PYTHON) tests/demo/demo.py --run $(demo-arguments)
