# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""make sbom: the documents follow the published schemas, and leave out nothing that is in the binaries."""
import copy
import json
import os
import re
import subprocess
import sys
import warnings

import jsonschema
import pytest

from keys_helper import BUILD, TOP

sys.path.insert(0, str(TOP / 'platform/external'))
import sbom_parts  # noqa: E402

LICENCE = {'GCC-exception-3.1', 'LLVM-exception', 'AND', 'OR', 'WITH'}
EPOCH = {'SOURCE_DATE_EPOCH': '1700000000'}


def make(*words, **env):
    # As make's own tests do: its flags are not for a make inside.
    clean = {k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'MAKEOVERRIDES')}
    done = subprocess.run(['make', '-s', f'O={os.environ.get("O", "build")}', f'TRUST={BUILD}/dev-keys/trust.dtb', *words],
                          cwd=TOP, env={**clean, **EPOCH, **env}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def boards():
    """Those whose loader is there: all of them in make check, else the default one, which is made."""
    return sorted({'virt-arm64', *[p.parent.name for p in BUILD.glob('*/holdfast.map')
                                   if (TOP / 'platform/boards' / p.parent.name).is_dir()]})


@pytest.fixture(scope='module', name='bills')
def _bills():
    """{name: (CycloneDX, SPDX)}; names are those of the boards and of the tools."""
    made = {}
    for board in boards():
        make(f'BOARD={board}', 'sbom')
        made[board] = pair(BUILD / board / 'sbom')
    for tool in ('holdfast-keys', 'holdfast-image'):
        made[tool] = pair(BUILD / 'host' / tool)
    return made


def pair(stem):
    return tuple(json.loads(stem.with_name(f'{stem.name}.{kind}.json').read_text()) for kind in ('cdx', 'spdx'))


@pytest.fixture(scope='module', name='cyclonedx_validator')
def _cyclonedx_validator():
    done = subprocess.run([TOP / 'platform/external/schemas.sh'], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(done.stderr.strip())
    names = ('bom-1.6', 'spdx', 'jsf-0.82')
    schemas = [json.loads(open(f'{done.stdout.strip()}/{n}.SNAPSHOT.schema.json', encoding='utf-8').read()) for n in names]
    store = {f'http://cyclonedx.org/schema/{n}.SNAPSHOT.schema.json': s for n, s in zip(names, schemas)}
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # the one way that Debian 12's and 13's jsonschema have in common
        resolver = jsonschema.RefResolver(schemas[0]['$id'], schemas[0], store=store)
        return jsonschema.Draft7Validator(schemas[0], resolver=resolver, format_checker=jsonschema.FormatChecker())


@pytest.fixture(scope='module', name='spdx_validator')
def _spdx_validator():
    schema = json.loads((TOP / 'platform/external/schemas/spdx-2.3.schema.json').read_text())
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())


def errors(validator, document):
    return [e.message[:200] for e in validator.iter_errors(document)]


def test_cyclonedx_schema(bills, cyclonedx_validator):
    for name, (bill, _) in bills.items():
        assert not errors(cyclonedx_validator, bill), name


def test_spdx_schema(bills, spdx_validator):
    for name, (_, bill) in bills.items():
        assert not errors(spdx_validator, bill), name


DAMAGE_CYCLONEDX = {
    'no-format': lambda b: b.pop('bomFormat'), 'no-version': lambda b: b.pop('specVersion'),
    'other-format': lambda b: b.update(bomFormat='SPDX'), 'serial': lambda b: b.update(serialNumber='urn:uuid:1'),
    'no-name': lambda b: b['components'][0].pop('name'), 'type': lambda b: b['components'][0].update(type='lib'),
    'hash': lambda b: b['components'][0]['hashes'][0].update(alg='SHA256'),
    'hash-length': lambda b: b['components'][0]['hashes'][0].update(content='00'),
    'licence': lambda b: b['components'][0].update(licenses=[{'license': {'id': 'Zlib-ish'}}]),
    'unknown': lambda b: b.update(more=1), 'no-ref': lambda b: b['dependencies'][0].pop('ref'),
}
DAMAGE_SPDX = {
    'no-version': lambda b: b.pop('spdxVersion'), 'no-creation': lambda b: b.pop('creationInfo'),
    'no-id': lambda b: b['packages'][0].pop('SPDXID'), 'no-name': lambda b: b['packages'][0].pop('name'),
    'purpose': lambda b: b['packages'][0].update(primaryPackagePurpose='LOADER'),
    'relation': lambda b: b['relationships'][0].update(relationshipType='IS'),
    'half-relation': lambda b: b['relationships'][0].pop('relatedSpdxElement'),
    'checksum': lambda b: b['packages'][0]['checksums'][0].update(algorithm='SHA-256'), 'unknown': lambda b: b.update(more=1),
}


@pytest.mark.parametrize('damage', DAMAGE_CYCLONEDX)
def test_damaged_cyclonedx(bills, cyclonedx_validator, damage):
    bill = copy.deepcopy(bills['holdfast-keys'][0])
    DAMAGE_CYCLONEDX[damage](bill)
    assert errors(cyclonedx_validator, bill)


@pytest.mark.parametrize('damage', DAMAGE_SPDX)
def test_damaged_spdx(bills, spdx_validator, damage):
    bill = copy.deepcopy(bills['holdfast-keys'][1])
    DAMAGE_SPDX[damage](bill)
    assert errors(spdx_validator, bill)


def described(bill):
    return [bill['metadata']['component'], *bill['components'], *bill['formulation'][0]['components']]


def test_every_component_is_told(bills):
    """Version, licence, purl and hash of each; and a licence is made of names that SPDX has."""
    for name, (bill, spdx) in bills.items():
        for part in described(bill):
            assert part['version'] not in ('', 'unknown', 'local'), (name, part)
            assert re.fullmatch(r'pkg:(deb/debian|generic)/[^@]+@[^?]+(\?.+)?', part['purl']), part
            assert part['hashes'][0]['alg'] == 'SHA-256' and part['supplier']['name']
            words = set(re.findall(r'[^\s()]+', part['licenses'][0]['expression'])) - LICENCE
            assert words and all(re.fullmatch(r'[A-Za-z0-9.+-]+', w) for w in words), part
        for package in spdx['packages']:
            assert package['licenseDeclared'] != 'NOASSERTION' and package['checksums'] and package['versionInfo']


def test_licences_are_of_spdx(bills, cyclonedx_validator):
    known = set(cyclonedx_validator.resolver.store['http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json']['enum'])
    for bill, _ in bills.values():
        for part in described(bill):
            assert set(re.findall(r'[^\s()]+', part['licenses'][0]['expression'])) - LICENCE <= known, part


def test_both_say_the_same(bills):
    for bill, spdx in bills.values():
        in_spdx = {(p['name'], p['versionInfo'], p['checksums'][0]['checksumValue']) for p in spdx['packages']}
        assert {(p['name'], p['version'], p['hashes'][0]['content']) for p in described(bill)} == in_spdx
        assert bill['metadata']['timestamp'] == spdx['creationInfo']['created'] == '2023-11-14T22:13:20Z'


def test_graph(bills):
    """Every reference has its end, every component but the build's tools is reached from the product."""
    for bill, spdx in bills.values():
        depends = {d['ref']: d['dependsOn'] for d in bill['dependencies']}
        parts = {p['bom-ref'] for p in described(bill)}
        assert len(parts) == len(described(bill)) and set(depends) <= parts
        assert set(depends) == {p['bom-ref'] for p in [bill['metadata']['component'], *bill['components']]}
        reached, queue = set(), [bill['metadata']['component']['bom-ref']]
        while queue:
            reached.add(queue[0])
            queue += [r for r in depends[queue.pop(0)] if r not in reached]
        assert reached == set(depends)
        ids = {p['SPDXID'] for p in spdx['packages']} | {'SPDXRef-DOCUMENT'}
        assert len(ids) == len(spdx['packages']) + 1
        assert all({r['spdxElementId'], r['relatedSpdxElement']} <= ids for r in spdx['relationships'])
        assert any(r['relationshipType'] == 'BUILD_TOOL_OF' and 'gcc' in r['spdxElementId'] for r in spdx['relationships'])


def sources(bill):
    """{component: its record} of those that have one, and which are linked."""
    return {c['name']: {p['name']: p['value'] for p in c['properties']} for c in bill['components'] if 'properties' in c}


def test_every_object_of_the_loader(bills):
    """By the linker's map and again by the debug information, which it did not come from."""
    for board in boards():
        bill, _ = bills[board]
        linked = {n: set(s['holdfast:linked'].split()) for n, s in sources(bill).items() if 'holdfast:linked' in s}
        text = (BUILD / board / 'holdfast.map').read_text()
        external = re.findall(r'^LOAD \S+/external/([a-z0-9]+)[a-z-]*/(\w+)\.o$', text, re.M)
        assert external and linked == {n: {o for m, o in external if m == n} for n, _ in external}
        own = re.findall(r'^LOAD \S+/obj/(\S+)$', text, re.M)
        assert all(re.match(r'(boot|fit-images|keys|platform|external)/', o) for o in own) and len(own) > 50
        seen = sbom_parts.linked_by_debug(BUILD / board / 'holdfast.elf')
        assert len(seen) > 50
        for path in seen:
            if not re.match(r'(boot|fit-images|keys|platform)/', path) and 'keyring_table.c' not in path:
                name = re.search(r'(?:^|/)src/([a-z0-9]+)-', path).group(1)
                assert re.sub(r'.*/|\.c$', '', path) in linked[name], path


def test_every_library_of_the_tools(bills):
    """What the dynamic linker really maps is listed, with the digest of that file and the version that dpkg knows."""
    for tool in ('holdfast-keys', 'holdfast-image'):
        bill, spdx = bills[tool]
        listed = {c['name']: c for c in bill['components']}
        loaded = re.findall(r'^\s*(?:(\S+) => )?(/\S+) \(0x', subprocess.run(
            ['ldd', BUILD / 'host' / tool], capture_output=True, text=True, check=True).stdout, re.M)
        assert len(loaded) >= 3
        for name, path in loaded:
            part = listed[name or path.rsplit('/', 1)[1]]
            assert part['hashes'][0]['content'] == sbom_parts.sha256_of(path)
            package = sbom_parts.owner(path)
            version = subprocess.run(['dpkg-query', '-W', '-f', '${Version}', package], capture_output=True, text=True,
                                     check=True).stdout
            assert part['version'] == version
        direct = sbom_parts.needed(BUILD / 'host' / tool)
        assert {r['relatedSpdxElement'] for r in spdx['relationships'] if r['relationshipType'] == 'DYNAMIC_LINK' and
                r['spdxElementId'] == f'SPDXRef-{tool}'} == {f'SPDXRef-{n}' for n in direct}
        assert {'mbedtls', 'libfdt'} <= set(listed)


def test_stages_before_the_loader(bills):
    """Where they were built: SPL with the digest of what is flashed, TF-A with the mbedTLS inside it."""
    for board, name, file in (('ast2600-evb', 'u-boot-spl', 'first-stage.bin'), ('orangepi-pc', 'u-boot-spl', 'first-stage.bin'),
                              ('virt-arm64', 'tf-a', 'flash.img')):
        if board not in bills:
            continue
        there = [c for c in bills[board][0]['components'] if c['name'] == name]
        assert bool(there) == (BUILD / board / file).exists()
        for part in there:
            assert part['type'] == 'firmware' and part['hashes'][0]['content'] == sbom_parts.sha256_of(BUILD / board / file)


def test_same_bytes_again(bills):
    names = [p for p in BUILD.glob('*/*.json') if re.search(r'\.(cdx|spdx)\.json$', p.name)]
    before = {p: p.read_bytes() for p in names}
    for board in boards():
        make(f'BOARD={board}', 'sbom')
    assert len(before) >= 2 * len(bills) and {p: p.read_bytes() for p in names} == before


def run(*words, **options):
    return subprocess.run([sys.executable, TOP / 'platform/external/sbom.py', *map(str, words)], capture_output=True, text=True,
                          check=False, env={**os.environ, **EPOCH}, **options)


@pytest.fixture(name='small')
def _small(tmp_path):
    """A loader of two objects, one of them of a source with a record, and its arguments."""
    (tmp_path / 'src').mkdir()
    (tmp_path / 'src/.holdfast-source').write_text('package=zlib\nversion=1:1.3.dfsg+really1.3.1-1+b1\nsuite=trixie\n'
                                                   f'file=zlib.tar.gz\nsha256={"ab" * 32}\n')
    (tmp_path / 'bin').write_bytes(b'loader')
    (tmp_path / 'map').write_text('LOAD out/obj/boot/boot.o\nLOAD out/obj/external/zlib/inflate.o\n')
    return ['loader', '--version', '9', '--binary', tmp_path / 'bin', '--map', tmp_path / 'map', '--board', 'b',
            '--source', f'zlib={tmp_path}/src', '-o', tmp_path / 'sbom']


def test_small(tmp_path, small, spdx_validator, cyclonedx_validator):
    assert run(*small).returncode == 0
    bill, spdx = pair(tmp_path / 'sbom')
    assert not errors(cyclonedx_validator, bill) and not errors(spdx_validator, spdx)
    assert [(c['name'], c['version'], c['purl']) for c in bill['components']] == [
        ('zlib', '1.3.1', 'pkg:deb/debian/zlib@1:1.3.dfsg%2Breally1.3.1-1%2Bb1?arch=source&distro=trixie')]
    assert bill['components'][0]['cpe'] == 'cpe:2.3:a:zlib:zlib:1.3.1:*:*:*:*:*:*:*'


@pytest.mark.parametrize('line', ['LOAD out/obj/external/newlib/x.o', 'LOAD /usr/lib/gcc/12/libgcc.a', 'LOAD other/y.o'])
def test_what_belongs_to_nobody(tmp_path, small, line):
    (tmp_path / 'map').write_text((tmp_path / 'map').read_text() + line + '\n')
    done = run(*small)
    assert done.returncode == 1 and line.split()[1] in done.stderr and 'no source' in done.stderr
    assert not list(tmp_path.glob('sbom*'))


def test_a_map_that_does_not_say(tmp_path, small):
    """lld's: then what was given to the linker counts."""
    (tmp_path / 'map').write_text('VMA LMA Size Align Out In Symbol\n 0 0 4 4 lto.tmp:(.text)\n')
    assert run(*small, '--objects', 'out/obj/boot/boot.o', 'out/obj/external/zlib/inflate.o').returncode == 0
    assert [c['name'] for c in pair(tmp_path / 'sbom')[0]['components']] == ['zlib']


def test_local_tree(tmp_path, small, cyclonedx_validator):
    """Nobody vouches for it: its digest is that of its files, and changes with them."""
    (tmp_path / 'src/.holdfast-source').unlink()
    digests = []
    for text in ('int a;', 'int a;', 'int b;'):
        (tmp_path / 'src/a.c').write_text(text)
        assert run(*small).returncode == 0
        bill, _ = pair(tmp_path / 'sbom')
        assert not errors(cyclonedx_validator, bill) and bill['components'][0]['version'] == 'local'
        digests.append(bill['components'][0]['hashes'][0]['content'])
    assert digests[0] == digests[1] != digests[2]


def test_stage_with_patches(tmp_path, small, cyclonedx_validator):
    (tmp_path / 'u').mkdir()
    (tmp_path / 'u/.holdfast-source').write_text('package=u-boot\nversion=2025.01-3+deb13u1\nsuite=trixie\nfile=u.tar\n'
                                                 f'sha256={"cd" * 32}\npatches_sha256={"ef" * 32}\n')
    (tmp_path / 'first').write_bytes(b'spl')
    assert run(*small, '--stage', f'u-boot-spl={tmp_path}/first={tmp_path}/u').returncode == 0
    bill, spdx = pair(tmp_path / 'sbom')
    part = next(c for c in bill['components'] if c['name'] == 'u-boot-spl')
    assert part['version'] == '2025.01-3+deb13u1' and part['hashes'][0]['content'] == sbom_parts.sha256_of(tmp_path / 'first')
    assert {'name': 'holdfast:patches-sha256', 'value': 'ef' * 32} in part['properties']
    assert not errors(cyclonedx_validator, bill)
    assert any(r['relationshipType'] == 'HAS_PREREQUISITE' for r in spdx['relationships'])


def test_stage_with_another_source(tmp_path, small, cyclonedx_validator):
    """What the loader does not have itself is a component too, and its link is the stage's. A + stands in real paths."""
    for name in ('tf+dfsg', 'mbed'):
        (tmp_path / name).mkdir()
        (tmp_path / name / 'a.c').write_text('')
    (tmp_path / 'first').write_bytes(b'bl1')
    done = run(*small, '--source', f'mbedtls={tmp_path}/mbed', '--stage', f'tf-a={tmp_path}/first={tmp_path}/tf+dfsg=mbedtls')
    assert done.returncode == 0, done.stderr
    bill, spdx = pair(tmp_path / 'sbom')
    assert [c['name'] for c in bill['components']] == ['zlib', 'mbedtls', 'tf-a'] and not errors(cyclonedx_validator, bill)
    assert {'spdxElementId': 'SPDXRef-tf-a', 'relationshipType': 'STATIC_LINK', 'relatedSpdxElement': 'SPDXRef-mbedtls'} in \
        spdx['relationships']


def test_absent_files(tmp_path, small):
    for words in (['--built-with', 'no-such-compiler'], ['--stage', f'tf-a={tmp_path}/none={tmp_path}/src']):
        done = run(*small, *words)
        assert done.returncode == 1 and done.stderr.startswith('sbom: ') and not list(tmp_path.glob('sbom*'))
