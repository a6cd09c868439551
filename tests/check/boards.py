#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""make boards: one line a board, from the last test run. Runs nothing.

The QEMU tests leave $O/boards/BOARD with the line's words after the board's name:
    pass(root)|pass(console)|partial|fail DATE entered-by=... fit-from=... reached=...
and $O/boards/BOARD.files with one more, on boards that also booted what lies in their root.
"""

import os
from pathlib import Path


def main():
    root = Path(__file__).resolve().parents[2]
    for directory in sorted((root / "platform/boards").iterdir()):
        if (directory / "defconfig").exists():
            record = Path(os.environ.get("O", "build"), "boards", directory.name)
            files = record.with_suffix(".files")
            words = record.read_text(encoding="utf-8").strip() if record.exists() else \
                "not-run - entered-by=- fit-from=- reached=-"
            print(directory.name, words, *([files.read_text(encoding="utf-8").strip()] if files.exists() else []))


if __name__ == "__main__":
    main()
