# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The loader for the benchmark: the default configuration, with its device tree from the FIT."""
import os
import subprocess

import count

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BOARD = 'virt-arm64'


def programs(directory, build=None):
    """What runs: the loader as linked in directory, and the unpacker in front of it if there is one in build."""
    pairs = ((directory, 'holdfast.raw', 'holdfast.elf'),
             (build or directory, 'unpack.bin', 'unpack.elf'))
    return [count.Program(os.path.join(d, b), os.path.join(d, e)) for d, b, e in pairs
            if os.path.exists(os.path.join(d, b))]


def make(out, host, trust, *goals):
    environment = {k: v for k, v in os.environ.items()
                   if k not in ('MAKEFLAGS', 'MAKELEVEL', 'MFLAGS')}
    done = subprocess.run(['make', '-C', TOP, '-j2', f'O={out}', f'H={host}', f'TRUST={trust}', *goals],
                          env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout[-4000:])


def build(out, host, public_key, options=('# CONFIG_DTB_STAGE_BEFORE is not set',)):
    """Build below out with the tools in host; returns the directory with holdfast.bin and .elf."""
    trust = os.path.join(out, 'trust.dtb')
    where = os.path.join(out, BOARD)
    os.makedirs(where, exist_ok=True)
    tool = os.path.join(host, 'holdfast-keys')
    if os.path.exists(trust):
        os.unlink(trust)
    subprocess.run([tool, 'enroll', '--key', public_key, '--role', 'dev', '--required', 'conf', '-o',
                    trust], check=True, stdout=subprocess.DEVNULL)
    edited = os.path.join(where, '.config.edited')
    if not os.path.exists(edited):
        make(out, host, trust, 'genconfig')
        with open(os.path.join(where, '.config'), 'a') as f:
            f.write('\n'.join(options) + '\n')
        with open(edited, 'w'):
            pass
        make(out, host, trust, 'olddefconfig')
    make(out, host, trust, 'loader')
    return where
