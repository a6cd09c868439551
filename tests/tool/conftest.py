# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Fixtures of the tests in this folder, by tool."""
from keys_fixtures import made  # noqa: F401
from manual_fixtures import installed, workshop  # noqa: F401
