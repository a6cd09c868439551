#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Guest instructions of the busiest processor for a kernel and an initrd of 32 MiB each: read from a dm-verity root by 1, 2 and
4 processors, and hashed flat as images of the FIT.

usage: files.py --plugin SO --work DIR --out O [--top N]

One root (erofs, uncompressed; sha256, 4 KiB blocks, a salt of 32 bytes), one loader (virt-arm64, CONFIG=full), one kernel that
is a branch to itself. Processors take turns (-icount); what polls, or waits for work, is left out.
"""
import argparse
import os
import struct
import sys

import count
import loader
import workload

SIZE = 32 << 20
# They poll a timer, a device or each other, for as long as the machine takes.
WAITS = (r'^(virtio_wait|virtio_rng_wait|plat_now_us|arch_timer_us|virtio_queue_wait|cores_wait|share_is_done|core_idle|'
         r'share_has_item|core_sleep|core_yield)(\.|$)')
SALT = '5a' * 32


def kernel():
    """An image that begins as count.c expects it and then stays where it is."""
    head = struct.pack('<IIQQQQQQ4sI', 0xfa405a4d, 0x14000000, 0, SIZE, 2, 0, 0, 0, b'ARM\x64', 0)
    return head + workload.ramdisk(SIZE)[len(head):]


def prepare(work, out):
    """The disks: 'files' and 'images'."""
    at = lambda name: os.path.join(work, name)
    tool = lambda name, *argv: workload.run(os.path.join(out, 'host', 'holdfast-' + name), *argv)
    os.makedirs(at('root/boot'), exist_ok=True)
    for name, content in (('Image', kernel()), ('initrd', workload.ramdisk(SIZE + 1)[1:])):
        with open(at('root/boot/' + name), 'wb') as f:
            f.write(content)
    workload.run('mkfs.erofs', '-T', '0', '-U', '00000000-0000-0000-0000-000000000000', at('root.erofs'), at('root'))
    tool('image', 'verity', at('root.erofs'), '--salt', SALT, '-o', at('root.verity'))
    forms = {'files': ('--kernel-path', '/boot/Image', '--initrd-path', '/boot/initrd'),
             'images': ('--kernel', at('root/boot/Image'), '--initrd', at('root/boot/initrd'))}
    for form, words in forms.items():
        tool('image', 'fit', *words, '--root-partition', at('root.verity'), '--compatible', 'linux,dummy-virt', '--cmdline',
             'quiet', '--yes', '-q', '-o', at(form + '.fit'))
        tool('keys', 'sign', '--key', os.path.join(out, 'dev-keys', 'dev.pem'), at(form + '.fit'))
        tool('image', 'disk', '--board', 'virt-arm64', '--slot', f'a={at(form + ".fit")},{at("root.verity")}', '--yes', '-q',
             '-o', at(form + '.disk'))


def measure(args, form, cpus):
    """Instructions of each processor, without waiting; and the largest functions of the busiest one."""
    directory = os.path.join(args.out, 'virt-arm64-full')
    machine = ['-M', 'virt', '-cpu', 'cortex-a57', '-smp', str(cpus), '-m', '1024', '-nic', 'none', '-bios',
               os.path.join(directory, 'holdfast.bin'), *workload.drive(os.path.join(args.work, form + '.disk'))]
    boot = count.boot(args.plugin, args.qemu, machine, os.path.join(args.work, f'{form}-{cpus}'), cpus=cpus)
    programs, figures = loader.programs(directory), []
    for cpu in range(cpus):
        functions = count.functions(count.of_cpu(boot['records'], cpu), programs)
        figures.append((count.without(functions, WAITS)[0], functions))
    return [net for net, _ in figures], max(figures, key=lambda figure: figure[0])[1], boot['read_bytes']


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--plugin', required=True)
    parser.add_argument('--work', required=True, type=os.path.abspath)
    parser.add_argument('--out', required=True, type=os.path.abspath)
    parser.add_argument('--qemu', default='qemu-system-aarch64')
    parser.add_argument('--top', type=int, default=0, help='show the largest functions')
    args = parser.parse_args()
    prepare(args.work, args.out)
    print(f'{"form":<8}{"processors":>11}{"busiest":>14}{"read":>14}   each')
    for form, cpus in (('images', 1), ('files', 1), ('files', 2), ('files', 4)):
        figures, functions, read = measure(args, form, cpus)
        print(f'{form:<8}{cpus:>11}{max(figures):>14,}{read:>14,}   {" ".join(f"{n:,}" for n in figures)}', flush=True)
        for name, n in functions.most_common(args.top):
            print(f'{n:>14,}  {name}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
