# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""What is booted: the same kernel, tree and ramdisk for every loader, signed by the same key."""
import hashlib
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'attacks'))
from disk import Disk, slots  # noqa: E402

RAMDISK_SIZE = 32 << 20
KERNEL_AT = 0x40200000
TUNED_FIT_AT = 0x50000000
TUNED_ALIGN = 0x200000
RAMDISK_AT = 0x48000000
MACHINE = ['-M', 'virt', '-cpu', 'cortex-a57', '-smp', '1', '-m', '1024', '-nic', 'none']


def run(*argv, cwd=None):
    done = subprocess.run(argv, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise RuntimeError(' '.join(argv) + '\n' + done.stdout)
    return done.stdout


def ramdisk(size):
    """Bytes that do not compress and are the same everywhere."""
    out = bytearray()
    counter = 0
    while len(out) < size:
        out += hashlib.sha512(counter.to_bytes(8, 'little')).digest()
        counter += 1
    return bytes(out[:size])


def prepare(directory, kernel, qemu, size=RAMDISK_SIZE):
    """Kernel, tree, ramdisk, key; returns the bytes of payload."""
    os.makedirs(os.path.join(directory, 'keys'), exist_ok=True)
    at = lambda name: os.path.join(directory, name)
    shutil.copyfile(kernel, at('vmlinuz'))
    with open(at('initrd'), 'wb') as f:
        f.write(ramdisk(size))
    run(qemu, *MACHINE, '-M', f'dumpdtb={at("qemu.dtb")}', '-display', 'none')
    run('dtc', '-q', '-I', 'dtb', '-O', 'dtb', '-o', at('virt.dtb'), at('qemu.dtb'))
    run('dtc', '-q', '-I', 'dtb', '-O', 'dtb', '-p', '8192', '-o', at('control.dtb'), at('qemu.dtb'))
    if not os.path.exists(at('keys/bench.key')):
        run('openssl', 'genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out',
            at('keys/bench.key'))
        run('openssl', 'req', '-batch', '-new', '-x509', '-key', at('keys/bench.key'), '-out',
            at('keys/bench.crt'), '-subj', '/CN=bench')
        run('openssl', 'pkey', '-in', at('keys/bench.key'), '-pubout', '-out', at('keys/bench.pub'))
    return sum(os.path.getsize(at(n)) for n in ('vmlinuz', 'virt.dtb', 'initrd'))


def fit(directory, name, kernel_at, ramdisk_at, *options):
    """A signed FIT on a GPT disk: NAME.itb, NAME.disk; the public key goes into control.dtb."""
    at = lambda n: os.path.join(directory, n)
    with open(os.path.join(HERE, 'bench.its')) as f:
        its = f.read().replace('@KERNEL@', f'{kernel_at:#x}')
    its = its.replace('@RAMDISK@', f'load = <{ramdisk_at:#x}>;' if ramdisk_at else '')
    with open(at(name + '.its'), 'w') as f:
        f.write(its)
    run('mkimage', '-f', name + '.its', '-E', *options, '-k', 'keys', '-K', 'control.dtb', '-r',
        name + '.itb', cwd=directory)
    with open(at(name + '.itb'), 'rb') as f:
        blob = f.read()
    blob += bytes(-len(blob) % 4096)
    with open(at(name + '.disk'), 'wb') as f:
        f.write(Disk(slots(blob)).blob())


def drive(path):
    return ['-drive', f'if=none,format=raw,file={path},id=d,readonly=on', '-device',
            'virtio-blk-device,drive=d']
