# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Attacks on the container: header, tokens, names, strings, sizes."""
from fit import BEGIN, END, FINISH, HEADER, NOP, PROP, Node, Prop, Raw, u32
from rows import ACCEPTED, row, rows_of

DT = 'Devicetree Specification 0.4, section 5'
SPEC_NAMES = 'Devicetree Specification 0.4, sections 2.2.1 and 2.2.4'


@row('header-magic', 'no-image', DT, boot=True)
def _(w):
    fit = w.good()
    fit.header['magic'] = 0xd00dfeee
    return fit


@row('header-all-zero', 'no-image', DT)
def _(w):
    return bytes(len(w.good().blob()))


@row('header-only', 'truncated', DT)
def _(w):
    return w.good().blob()[:40]


def header(w, change):
    fit = w.good()
    blob = fit.blob()
    name, value = change
    real = int.from_bytes(blob[4 * HEADER.index(name):][:4], 'big')
    fit.header[name] = value(real, len(blob)) if callable(value) else value
    return fit


rows_of({
    'version-16': ('version', 16),
    'version-18': ('version', 18),
    'version-0': ('version', 0),
    'totalsize-0': ('totalsize', 0),
    'totalsize-39': ('totalsize', 39),
    'struct-offset-0': ('off_dt_struct', 0),
    'struct-offset-unaligned': ('off_dt_struct', lambda v, n: v + 1),
    'struct-size-0': ('size_dt_struct', 0),
    'struct-size-unaligned': ('size_dt_struct', lambda v, n: v - 1),
    'struct-size-short': ('size_dt_struct', lambda v, n: v - 4),
    'struct-size-past-strings': ('size_dt_struct', lambda v, n: v + 8),
    'strings-offset-0': ('off_dt_strings', 0),
    'strings-in-struct': ('off_dt_strings', 100),
    'totalsize-1': ('totalsize', 1),
    'struct-offset-1': ('off_dt_struct', 1),
    'struct-size-1': ('size_dt_struct', 1),
    'strings-offset-1': ('off_dt_strings', 1),
}, 'bad-fit', '69f6272b24a 7304d569e61; ' + DT, header)

SIZES = (('2g', 0x80000000), ('4g-1', 0xffffffff), ('2g-1', 0x7fffffff))
rows_of({f'totalsize-{word}': ('totalsize', value) for word, value in SIZES}, 'truncated',
        'CVE-2018-1000205 72239fc85f3', header)
rows_of({
    f'{name.replace("_dt_", "-").replace("_", "-")}-{word}': (name, value)
    for name in ('off_dt_struct', 'size_dt_struct', 'off_dt_strings',
                 'size_dt_strings')
    for word, value in SIZES
}, 'bad-fit', 'CVE-2018-1000205 72239fc85f3 69f6272b24a', header)

rows_of({
    'boot-cpuid': ('boot_cpuid_phys', 0xffffffff),
}, ACCEPTED, 'unsigned by the format', header)


@row('totalsize-past-container', 'truncated', '72239fc85f3')
def _(w):
    fit = w.good()
    fit.header['totalsize'] = -(-len(fit.blob()) // 512) * 512 + 1
    return fit


@row('reserve-entries', ACCEPTED, 'unsigned by the format: ignored')
def _(w):
    fit = w.good()
    fit.reserve = u32(0, 0x40000000, 0, 0x40000000) + fit.reserve
    return fit


@row('root-second', 'bad-fit', 'CVE-2021-27097 8a7d4cf9820')
def _(w):
    fit = w.good()
    fit.top.append(fit.root.copy())
    return fit


@row('root-fake-first', 'bad-fit', 'CVE-2021-27097 fakeroot; U-Boot test_vboot')
def _(w):
    fit = w.good()
    fake = fit.root.copy('f@keroot')
    fake.child('images/kernel').set('data', b'evil' * 8)
    fit.top.append(fit.top[0])
    fit.top[0] = fake
    return fit


@row('root-named', 'bad-fit', 'CVE-2021-27097 124c255731c', boot=True)
def _(w):
    fit = w.good()
    fit.root.name = b'root'
    return fit


@row('root-then-token', 'bad-fit', '6f3c2d8aa5e')
def _(w):
    fit = w.good()
    fit.top.append(Raw(u32(PROP, 0, 0)))
    return fit


@row('end-before-begin', 'bad-fit', 'barebox 38ee3bd662')
def _(w):
    fit = w.good()
    fit.top.insert(0, Raw(u32(END)))
    return fit


@row('end-missing', 'bad-fit', DT)
def _(w):
    fit = w.good()
    fit.root.end = False
    return fit


@row('end-twice', 'bad-fit', DT)
def _(w):
    fit = w.good()
    fit.root.items.append(Raw(u32(END)))
    return fit


@row('finish-missing', 'bad-fit', DT)
def _(w):
    fit = w.good()
    fit.finish = False
    return fit


@row('finish-early', 'bad-fit', DT)
def _(w):
    fit = w.good()
    fit.root.items.append(Raw(u32(FINISH)))
    return fit


@row('finish-then-node', 'bad-fit', 'CVE-2021-27097')
def _(w):
    fit = w.good()
    fit.top += [Raw(u32(FINISH)), fit.root.copy()]
    return fit


rows_of({'token-0': 0, 'token-5': 5, 'token-swapped': 0x01000000, 'token-4g-1': 0xffffffff},
        'bad-fit', DT, lambda w, t: _token(w, t))


def _token(w, token):
    fit = w.good()
    fit.root.items.append(Raw(u32(token)))
    return fit


@row('nop-in-signed-node', 'bad-signature', 'NOPs of signed nodes are signed')
def _(w):
    fit = w.good()
    fit.at('images/kernel').items.insert(2, Raw(u32(NOP)))
    return fit


def _deep(w, depth):
    fit = w.good()
    node = fit.at('images')
    for i in range(depth):
        node = node.add(Node('n%d' % (i % 10)))
    return fit


def _deep_raw(w, depth):
    fit = w.good()
    fit.root.items.append(Raw(u32(BEGIN, 0x6e000000) * depth + u32(END) * depth))
    return fit


rows_of({'depth-9': 9, 'depth-33': 33, 'depth-200': 200}, 'bad-fit',
        '9e0d2fb4296; U-Boot depth limit', _deep)
rows_of({'depth-10000': 10000}, 'bad-fit', '9e0d2fb4296 nesting bomb', _deep_raw)


@row('nodes-2000', 'bad-fit', 'resource exhaustion')
def _(w):
    fit = w.good()
    for i in range(2000):
        fit.at('images').add(Node('n%d' % i))
    return fit


@row('metadata-300k', 'too-big', '72239fc85f3: FIT_SIGNATURE_MAX_SIZE', boot=True)
def _(w):
    fit = w.good()
    fit.at('images').set('filler', bytes(300 << 10))
    return fit


@row('strings-300k', 'too-big', '72239fc85f3')
def _(w):
    fit = w.good()
    fit.strings += b'x' * (300 << 10) + b'\0'
    return fit


def _property(w, change):
    fit = w.good()
    name_offset, length = change
    fit.at('images').items.insert(0, Prop('odd', b'1234', name_offset, length))
    return fit


rows_of({
    'property-name-past-strings': (0x4000, None),
    'property-name-2g': (0x80000000, None),
    'property-name-4g-1': (0xffffffff, None),
    'property-length-past-struct': (None, 0x10000),
    'property-length-2g-1': (None, 0x7fffffff),
    'property-length-2g': (None, 0x80000000),
    'property-length-4g-1': (None, 0xffffffff),
    'property-length-4g-4': (None, 0xfffffffc),
}, 'bad-fit', 'lengths that wrap', _property)


@row('node-name-unterminated', 'bad-fit', DT)
def _(w):
    fit = w.good()
    fit.finish = False
    fit.root.end = False
    fit.root.items.append(Raw(u32(BEGIN) + b'n' * 64))
    return fit


@row('strings-unterminated', 'bad-fit', DT)
def _(w):
    fit = w.good()
    fit.strings += b'tail'
    fit.at('images').items.insert(0, Prop('', b'', len(fit.strings) - 4))
    return fit


def _twin(path, first=False, rename=None):
    def make(w):
        fit = w.good()
        node = fit.at(path)
        parent = fit.root if '/' not in path else fit.at(path.rsplit('/', 1)[0])
        twin = node.copy(rename)
        if path.startswith('images/'):
            twin.set('data', b'evil' * 16)
        parent.items.insert(len(parent.props()) if first else len(parent.items), twin)
        return fit
    return make


for _path, _name in (('images', 'images'), ('configurations', 'configurations'),
                     ('images/kernel', 'image'), ('configurations/conf-1', 'configuration')):
    row(f'duplicate-{_name}-before', 'bad-fit', 'first-match lookups')(
        _twin(_path, True))
    row(f'duplicate-{_name}-after', 'bad-fit', 'first-match lookups')(
        _twin(_path))


@row('duplicate-property', 'bad-fit', 'duplicate properties')
def _(w):
    fit = w.good()
    fit.at('images/kernel').items.insert(0, Prop('load', u32(0x50000000)))
    return fit


@row('duplicate-signature-node', 'bad-fit', 'first-match lookups')
def _(w):
    fit = w.good()
    conf = fit.at('configurations/conf-1')
    conf.add(conf.child('signature').copy())
    return fit


def _kernel_at(w, name):
    """U-Boot's own attack: a node before the kernel whose name a loose look-up also matches."""
    fit = w.good()
    evil = fit.at('images/kernel').copy(name)
    evil.set('data', b'evil' * 16)
    fit.at('images').add(evil, first=True)
    return fit


rows_of({
    'name-unit-address': 'kernel@evil', 'name-unit-address-0': 'kernel@0', 'name-at': '@',
}, 'bad-fit', 'CVE-2021-27138 79af75f7776 3f04db891a3', _kernel_at)
rows_of({
    'name-slash': 'images/kernel', 'name-slash-end': 'kernel/', 'name-empty': '',
    'name-space': 'ker nel', 'name-control': 'kernel\x01', 'name-newline': 'kernel\n',
    'name-escape': '\x1b[2J', 'name-delete': 'kernel\x7f', 'name-latin1': 'k\xe9rnel',
    'name-backslash': 'ker\\nel', 'name-quote': 'ker"nel', 'name-percent': 'ker%snel',
    'name-colon': 'ker:nel', 'name-hash': 'ker#nel', 'name-star': 'kernel*',
}, 'bad-fit', 'barebox aca0179505; ' + SPEC_NAMES, _kernel_at)


@row('name-long', 'bad-fit', SPEC_NAMES)
def _(w):
    return _kernel_at(w, 'k' * 300)


def _property_name(w, name):
    fit = w.good()
    fit.at('images').items.insert(0, Prop(name, b'1234'))
    return fit


rows_of({
    'property-name-slash': 'da/ta', 'property-name-at': 'data@0', 'property-name-space': 'da ta',
    'property-name-control': 'data\x02', 'property-name-latin1': 'd\xe4ta',
    'property-name-empty': '',
}, 'bad-fit', 'barebox aca0179505; ' + SPEC_NAMES, _property_name)


@row('images-missing', 'bad-fit', 'U-Boot image-fit.c: fit_check_format')
def _(w):
    fit = w.good()
    fit.root.drop('images')
    return fit


@row('configurations-missing', 'config-missing', 'U-Boot image-fit.c: fit_check_format', boot=True)
def _(w):
    fit = w.good()
    fit.root.drop('configurations')
    return fit


@row('images-nested', 'bad-fit', 'CVE-2026-46728: lookup by path')
def _(w):
    fit = w.good()
    images = fit.at('images')
    fit.root.drop('images')
    fit.root.add(Node('wrapper', images))
    return fit
