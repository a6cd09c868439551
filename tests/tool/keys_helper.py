# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""What the tests of holdfast-keys share: running it, and making FITs with mkimage."""
import os
import struct
import subprocess
from pathlib import Path

import schemas

TOP = Path(__file__).resolve().parents[2]
BUILD = TOP / os.environ.get('O', 'build')
TOOL = BUILD / 'host/san/holdfast-keys'
COMPATIBLE = 'qemu,virt'

# A sanitizer's finding must not look like an exit code of the tool.
ENV = dict(os.environ, ASAN_OPTIONS='exitcode=99', UBSAN_OPTIONS='exitcode=99:halt_on_error=1',
           LSAN_OPTIONS='exitcode=99', SOURCE_DATE_EPOCH='1700000000')

DONE, REFUSED, USAGE, INPUT, KEY, POLICY, OUTPUT = 0, 1, 2, 3, 4, 5, 6


def keys(*words, expect=DONE, cwd=None, env=None):
    """Run holdfast-keys; the exit code must be the expected one, and JSON as its schema says. Returns the finished process."""
    done = subprocess.run([str(TOOL), *[str(w) for w in words]], cwd=cwd, env=dict(ENV, **(env or {})),
                          capture_output=True, text=True, check=False)
    assert done.returncode == expect, f'{words}: {done.returncode}\n{done.stdout}{done.stderr}'
    if '--json' in words and done.stdout:
        schemas.check_known(done.stdout)
    if expect == REFUSED:
        assert sum(l.startswith('HF-REFUSE code=') for l in done.stderr.splitlines()) == 1, done.stderr
    return done


def refused(done):
    """The reason code of a refusal."""
    line = next(l for l in done.stderr.splitlines() if l.startswith('HF-REFUSE '))
    return line.split('code=')[1].split()[0]


def arm64_image(size=4096):
    """The smallest thing that is an arm64 Image: a header and zeros."""
    header = struct.pack('<IIQQQQQQ4sI', 0x14000010, 0, 0, size, 0b1010, 0, 0, 0, b'ARM\x64', 0)
    return header + bytes(size - len(header))


HASH = 'hash-1 { algo = "sha256"; };'
ITS = '''/dts-v1/;
/ {{ description = "test"; #address-cells = <1>;
  images {{
    kernel {{ description = "k"; data = /incbin/("kernel"); type = "kernel"; arch = "arm64"; os = "linux";
      compression = "none"; load = <0x40200000>; entry = <0x40200000>; {kernel_hash} }};
    ramdisk {{ description = "r"; data = /incbin/("ramdisk"); type = "ramdisk"; arch = "arm64"; os = "linux";
      compression = "none"; {hash} }};
    {images}
  }};
  configurations {{ default = "conf-1";
    conf-1 {{ description = "one"; kernel = "kernel"; ramdisk = "ramdisk"; {properties} {signature} }};
    {configurations}
  }};
}};
'''


def its(hash=HASH, kernel_hash=None, signature='', properties='', images='', configurations=''):
    return ITS.format(hash=hash, kernel_hash=kernel_hash or hash, signature=signature, properties=properties,
                      images=images, configurations=configurations)


def signature(algo='sha256,rsa2048', hint='dev', node='signature', padding=None):
    """A signature node as people write it, with all images in sign-images."""
    more = f'padding = "{padding}"; ' if padding else ''
    return (f'{node} {{ algo = "{algo}"; key-name-hint = "{hint}"; {more}'
            'sign-images = "kernel", "ramdisk"; };')


def mkimage(directory, *options, name='test.fit', source=None, tool='mkimage', **parts):
    """A FIT made by mkimage in directory. Returns its path."""
    directory = Path(directory)
    (directory / 'test.its').write_text(source or its(**parts))
    (directory / 'kernel').write_bytes(arm64_image())
    (directory / 'ramdisk').write_bytes(b'ramdisk ' * 100)
    done = subprocess.run([str(tool), *options, '-f', 'test.its', name], cwd=directory, env=ENV,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return directory / name


def verity_root(directory, partition=False, blocks=40):
    """A root with its tree in directory/root; returns its image node."""
    data = b''.join(bytes([i]) * 4096 for i in range(blocks))
    (directory / 'root').write_bytes(data)
    out = run('veritysetup', 'format', 'root', 'root', '--no-superblock', '--hash-offset', str(len(data)), '--salt',
              'aa' * 32, cwd=directory).decode()
    digest = next(l.split()[-1] for l in out.splitlines() if l.startswith('Root hash'))
    where = 'data = []; ' if partition else 'data = /incbin/("root"); '
    inside = 'holdfast,partition = "root"; ' if partition else ''
    return (f'root {{ description = "r"; {where} type = "filesystem"; compression = "none"; hash-1 {{ algo = "sha256"; }};'
            f'dm-verity {{ algo = "sha256"; data-block-size = <4096>; hash-block-size = <4096>; {inside}'
            f'num-data-blocks = <{blocks}>; hash-start-block = <{blocks}>; digest = [{digest}]; salt = [{"aa" * 32}]; }}; }};')


def run(*words, **options):
    """Another program, which must succeed. Returns its output."""
    return subprocess.run([str(w) for w in words], check=True, capture_output=True, **options).stdout


def openssl_key(path, kind='rsa2048'):
    """A private key made elsewhere, and KEY.pub beside it."""
    if kind.startswith('rsa'):
        run('openssl', 'genpkey', '-algorithm', 'RSA', '-pkeyopt', f'rsa_keygen_bits:{kind[3:]}', '-out', path)
    else:
        run('openssl', 'genpkey', '-algorithm', 'EC', '-pkeyopt', f'ec_paramgen_curve:{kind}', '-out', path)
    run('openssl', 'pkey', '-in', path, '-pubout', '-out', Path(path).with_suffix('.pub'))
    return Path(path)


def files(directory):
    """Names and bytes of everything in a directory: what must not change when something is refused."""
    return {p.name: p.read_bytes() for p in Path(directory).iterdir() if p.is_file()}
