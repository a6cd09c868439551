#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Guest instructions from reset to the kernel's first, Holdfast beside U-Boot, on one workload.

usage: bench.py --plugin SO --work DIR --kernel VMLINUZ [--host DIR] [--qemu BIN]
                [--u-boot NAME=DIR]... [--loads] [--top N]

--host is where holdfast-keys is built; the loader is built for the benchmark's key below --work.
"""
import argparse
import json
import os
import sys

import count
import loader
import workload

# Functions that poll a device or a timer: how long depends on the host, not on the loader. Whole functions, which flatters U-Boot, where
# link-time optimisation has put more into some of them than the polling.
WAITS = {
    'u-boot': r'^virtqueue_get_buf|virtio_blk_do_req|^get_ticks$|timer_get_us|^get_timer|'
              r'uthread_schedule|^dev_get_uclass_priv$|^udelay|^__udelay',
    'holdfast': r'^(virtio_wait|virtio_rng_wait|plat_now_us|arch_timer_us|'
                r'virtio_queue_wait)(\.|$)',
}


def measure(args, name, kind, programs, arguments, disk):
    out = os.path.join(args.work, name)
    result = count.boot(args.plugin, args.qemu, arguments + workload.drive(disk), out)
    functions = count.functions(result.pop('records'), programs)
    net, waits = count.without(functions, WAITS[kind])
    result.update(name=name, net=net, waits=waits, functions=functions.most_common(60))
    return result


def payload_loads(args, arguments, disk, spans):
    """Bytes that the CPU loaded from where the payloads lie."""
    total = 0
    for i, span in enumerate(spans):
        out = os.path.join(args.work, f'loads-{i}')
        total += count.boot(args.plugin, args.qemu, arguments + workload.drive(disk), out,
                            loads=span)['loaded']
    return total


def u_boot(args, name, directory):
    program = count.Program(os.path.join(directory, 'u-boot.bin'), os.path.join(directory, 'u-boot'))
    arguments = workload.MACHINE + ['-bios', os.path.join(directory, 'u-boot.bin'), '-dtb',
                                    os.path.join(args.work, 'control.dtb')]
    disk = os.path.join(args.work, 'tuned.disk' if name == 'tuned' else 'plain.disk')
    result = measure(args, 'u-boot-' + name, 'u-boot', [program], arguments, disk)
    if args.loads:
        fit = os.path.getsize(disk.replace('.disk', '.itb'))
        result['payload_loaded'] = payload_loads(args, arguments, disk,
                                                 [(0x50000000, 0x50000000 + fit)])
    return result


def holdfast(args, directory):
    arguments = workload.MACHINE + ['-bios', os.path.join(directory, 'holdfast.bin')]
    disk = os.path.join(args.work, 'plain.disk')
    result = measure(args, 'holdfast', 'holdfast', loader.programs(directory), arguments, disk)
    if args.loads:
        spans = [(at, at + os.path.getsize(os.path.join(args.work, name)))
                 for name, at in (('vmlinuz', workload.KERNEL_AT), ('initrd', workload.RAMDISK_AT))]
        placed = os.path.join(args.work, 'placed.disk')
        result['payload_loaded'] = payload_loads(args, arguments, placed, spans)
    return result


def show(results, payload, top):
    print(f'payload {payload:,} bytes')
    print(f'{"loader":<16}{"instructions":>14}{"waiting":>14}{"read/payload":>14}'
          f'{"loads/payload":>15}{"seconds":>9}')
    for r in results:
        loads = f'{r["payload_loaded"] / payload:.3f}' if 'payload_loaded' in r else '-'
        print(f'{r["name"]:<16}{r["net"]:>14,}{sum(r["waits"].values()):>14,}'
              f'{r["read_bytes"] / payload:>14.4f}{loads:>15}{r["seconds"]:>9.1f}')
    for r in results:
        print(f'\n{r["name"]}, the largest functions (waiting: {", ".join(r["waits"]) or "none"})')
        for name, n in r['functions'][:top]:
            print(f'{n:>14,}  {name}')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--plugin', required=True)
    parser.add_argument('--work', required=True)
    parser.add_argument('--kernel', required=True)
    parser.add_argument('--host')
    parser.add_argument('--u-boot', action='append', default=[])
    parser.add_argument('--qemu', default='qemu-system-aarch64')
    parser.add_argument('--loads', action='store_true')
    parser.add_argument('--top', type=int, default=8)
    args = parser.parse_args()
    payload = workload.prepare(args.work, args.kernel, args.qemu)
    # Aligned: U-Boot copies byte by byte what is not a multiple of 8, which would not be a fair rival.
    # No load address for the ramdisk either: it would be copied twice.
    workload.fit(args.work, 'plain', workload.KERNEL_AT, None, '-B', '0x1000')
    workload.fit(args.work, 'placed', workload.KERNEL_AT, workload.RAMDISK_AT, '-B', '0x1000')
    workload.fit(args.work, 'tuned', workload.TUNED_FIT_AT + workload.TUNED_ALIGN, None, '-B',
                 f'{workload.TUNED_ALIGN:#x}')
    results = []
    if args.host:
        where = loader.build(os.path.join(args.work, 'loader'), os.path.abspath(args.host),
                             os.path.join(args.work, 'keys', 'bench.pub'))
        results.append(holdfast(args, where))
    for pair in args.u_boot:
        name, directory = pair.split('=', 1)
        results.append(u_boot(args, name, directory))
    with open(os.path.join(args.work, 'bench.json'), 'w') as f:
        json.dump(dict(payload=payload, results=results), f, indent=1)
    show(results, payload, args.top)
    return 0


if __name__ == '__main__':
    sys.exit(main())
