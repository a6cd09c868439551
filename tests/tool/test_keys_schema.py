# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The schemas themselves, and documents that no other test prints; keys() checks those of all the others."""
import json
import re
import subprocess

import jsonschema
import pytest

import schemas
from keys_helper import COMPATIBLE, POLICY, keys, mkimage, run, verity_root

PUBLISHED = sorted(schemas.PLACE.glob('*.json'))


@pytest.mark.parametrize('path', PUBLISHED, ids=lambda path: path.name)
def test_schema(path):
    """It is one, and it says which document it is of."""
    name, version = re.match(r'holdfast\.([a-z.]+)\.v(\d+)\.schema\.json', path.name).groups()
    schema = json.loads(path.read_text(encoding='utf-8'))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema['$id'] == f'urn:holdfast:schema:{name}:{version}' and schema['title'] and 'ignores' in schema['description']
    for kind in schema.get('oneOf', [schema]):
        assert kind['properties']['schema'] == {'const': f'holdfast.{name}'} and kind['properties']['version'] == {'const': 1}
        assert {'schema', 'version'} <= set(kind['required'])


def test_strict():
    """The check can fail: a member too many, one too few, a value of another kind."""
    good = {'schema': 'holdfast.pub', 'version': 1, 'name': 'a', 'role': 'dev', 'algorithm': 'sha256,rsa2048', 'key_id': 'ab' * 32}
    schemas.check(json.dumps(good))
    for change in ({'more': 1}, {'role': 'boss'}, {'key_id': 'AB' * 32}, {'name': None}, {'version': 2}):
        with pytest.raises((AssertionError, FileNotFoundError)):
            schemas.check(json.dumps({**good, **change}))
    del good['name']
    with pytest.raises(AssertionError):
        schemas.check(json.dumps(good))


def test_request_and_attach(tmp_path, made):
    """A request with all that one can have in it; then what attach says of it."""
    revoked = ' '.join(['0xabababab'] * 8)
    fit = mkimage(tmp_path, '-E', '-B', '0x1000', images=verity_root(tmp_path), properties=(
        f'loadables = "root"; compatible = "{COMPATIBLE}", "acme,b"; cmdline = "quiet"; holdfast,rollback-index = <3>; '
        f'holdfast,revoked = <{revoked}>; holdfast,revoked-version = <2>;'))
    request = tmp_path / 'request.json'
    keys('request', '--key', made.pub('dev'), '--key', made.pub('p256'), '--config', 'conf-1', '--reserve', 'later', fit, '-o', request)
    document = schemas.check(request.read_text(encoding='utf-8'))
    asked = document['configurations'][0]
    assert asked['rollback_index'] == 3 and asked['compatible'] == [COMPATIBLE, 'acme,b'] and asked['revoked_version'] == 2
    assert document['prepare']['reserve'] == ['later'] and document['prepare']['config'] == 'conf-1'
    for signature in document['signatures']:
        subprocess.run(['bash', '-ec', signature['command'].replace(
            f'{signature["key"]}.pem', str(made.key(signature['key'])))], cwd=tmp_path, check=True, capture_output=True)
    words = [w for s in document['signatures'] for w in ('--signature', tmp_path / s['file'])]
    done = schemas.check(keys('attach', '--request', request, *words[:2], '--json', fit).stdout)
    assert len(done['signatures']) == 1 and len(done['missing']) == 1


def test_rotate(tmp_path, made):
    old, new = tmp_path / 'old.dtb', tmp_path / 'new.dtb'
    keys('enroll', '--key', made.pub('dev'), '-o', old)
    keys('enroll', '--key', made.pub('p256'), '-o', new)
    document = schemas.check(keys('rotate', 'plan', '--from', old, '--to', new, '--json').stdout)
    assert document['action'] == 'plan' and document['possible'] and len(document['releases']) > 1
    fit = mkimage(tmp_path)
    keys('sign', '--key', made.key('dev'), fit)
    for sets, stranded in (((old,), False), ((old, new), True)):
        words = [w for one in sets for w in ('--fleet', one)]
        done = keys('rotate', 'check', *words, '--json', fit, expect=POLICY if stranded else 0)
        assert schemas.check(done.stdout)['stranded'] is stranded


def test_shipped(tmp_path):
    """make install puts them where the pages say."""
    run('make', '-s', f'DESTDIR={tmp_path}', 'PREFIX=/usr', 'install', cwd=schemas.PLACE.parents[2])
    place = tmp_path / 'usr/share/holdfast/schema'
    assert sorted(p.name for p in place.iterdir()) == [p.name for p in PUBLISHED]
