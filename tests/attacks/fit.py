# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""A flattened device tree as a list of tokens, so that a test can write what no tool would.

This is a second implementation of the format and of the signed byte ranges, on purpose: it shares
no code with the loader, so that the two can disagree.
"""
import hashlib
import struct

BEGIN, END, PROP, NOP, FINISH = 1, 2, 3, 4, 9
MAGIC = 0xd00dfeed
UNSIGNED = (b'data', b'data-size', b'data-offset', b'data-position')
HEADER = ('magic', 'totalsize', 'off_dt_struct', 'off_dt_strings', 'off_mem_rsvmap', 'version',
          'last_comp_version', 'boot_cpuid_phys', 'size_dt_strings', 'size_dt_struct')


def u32(*values):
    """Big-endian cells."""
    return b''.join(struct.pack('>I', v & 0xffffffff) for v in values)


def text(*strings):
    """A string, or a string list."""
    return b''.join(s.encode('latin-1') + b'\0' for s in strings)


def pad(data, to=4):
    return data + b'\0' * (-len(data) % to)


class Raw:
    """Bytes in the structure block as they are."""

    def __init__(self, data):
        self.data = data


class Prop:
    """A property; name_offset and length override what would be written for name and value."""

    def __init__(self, name, value=b'', name_offset=None, length=None):
        self.name = name.encode('latin-1') if isinstance(name, str) else name
        self.value = value
        self.name_offset = name_offset
        self.length = length


class Node:
    """A node: its items (Prop, Node, Raw) in the order they are written."""

    def __init__(self, name, *items):
        self.name = name.encode('latin-1') if isinstance(name, str) else name
        self.items = list(items)
        self.end = True

    def nodes(self):
        return [i for i in self.items if isinstance(i, Node)]

    def props(self):
        return [i for i in self.items if isinstance(i, Prop)]

    def child(self, path):
        """The first descendant at path ("images/kernel"); KeyError if there is none."""
        node = self
        for part in path.split('/'):
            name = part.encode('latin-1')
            node = next((n for n in node.nodes() if n.name == name), None)
            if node is None:
                raise KeyError(path)
        return node

    def prop(self, name):
        name = name.encode('latin-1') if isinstance(name, str) else name
        return next((p for p in self.props() if p.name == name), None)

    def value(self, name):
        return self.prop(name).value

    def set(self, name, value, first=False):
        """Change a property, or add it behind the others (first: before them)."""
        prop = self.prop(name)
        if prop:
            prop.value = value
            return self
        where = 0 if first else len(self.props())
        self.items.insert(where, Prop(name, value))
        return self

    def drop(self, name):
        """Remove the properties and child nodes of this name."""
        name = name.encode('latin-1')
        self.items = [i for i in self.items if isinstance(i, Raw) or i.name != name]
        return self

    def add(self, node, first=False):
        where = len(self.props()) if first else len(self.items)
        self.items.insert(where, node)
        return node

    def copy(self, name=None):
        node = Node(self.name if name is None else name)
        for i in self.items:
            if isinstance(i, Node):
                node.items.append(i.copy())
            elif isinstance(i, Prop):
                node.items.append(Prop(i.name, i.value, i.name_offset, i.length))
            else:
                node.items.append(Raw(i.data))
        return node


class Fit:
    """A blob: the root node, a strings block that only grows, and everything else that is unsigned."""

    def __init__(self, root):
        self.top = [root]
        self.strings = bytearray()
        self.reserve = b'\0' * 16
        self.header = {}
        self.payload = b''
        self.slack = b''
        self.finish = True
        self.align = 4

    @property
    def root(self):
        return self.top[0]

    def at(self, path):
        return self.root.child(path)

    def copy(self):
        other = Fit(self.root.copy())
        other.top += [i.copy() if isinstance(i, Node) else i for i in self.top[1:]]
        other.strings = bytearray(self.strings)
        other.reserve, other.header = self.reserve, dict(self.header)
        other.payload, other.slack, other.align = self.payload, self.slack, self.align
        return other

    def string(self, name):
        """Where the name stands in the strings block; added if it is not there."""
        at = 0
        while at < len(self.strings):
            end = self.strings.index(0, at)
            if self.strings[at:end] == name:
                return at
            at = end + 1
        self.strings += name + b'\0'
        return at

    def _tokens(self, node, level, levels):
        """(bytes, node level needed, is a property that is never signed) of a node, in order."""
        yield pad(u32(BEGIN) + node.name + b'\0'), level >= 1
        for item in node.items:
            if isinstance(item, Node):
                own = levels.get(id(item), 1 if level == 2 else 0)
                yield from self._tokens(item, own, levels)
            elif isinstance(item, Prop):
                offset = self.string(item.name) if item.name_offset is None else item.name_offset
                length = len(item.value) if item.length is None else item.length
                yield (pad(u32(PROP, length, offset) + item.value),
                       level == 2 and item.name not in UNSIGNED)
            else:
                yield item.data, level == 2
        if node.end:
            yield u32(END), level >= 1

    def structure(self):
        out = b''
        for item in self.top:
            if isinstance(item, Raw):
                out += item.data
            else:
                out += b''.join(t for t, _ in self._tokens(item, 0, {}))
        return out + (u32(FINISH) if self.finish else b'')

    def levels(self, conf):
        """The nodes that a signature of this configuration covers whole, by identity."""
        levels = {id(self.root): 2, id(conf): 2}
        images = {n.name: n for n in reversed(self.at('images').nodes())}
        for prop in conf.props():
            if prop.name in (b'description', b'compatible', b'default'):
                continue
            for name in prop.value.split(b'\0'):
                image = images.get(name)
                if image is None:
                    continue
                levels[id(image)] = 2
                for sub in image.nodes():
                    if sub.name.startswith(b'hash') or sub.name in (b'cipher', b'dm-verity'):
                        levels[id(sub)] = 2
        return levels

    def message(self, conf, strings_size, levels=None):
        """The bytes that a signature of the configuration node covers."""
        levels = self.levels(conf) if levels is None else levels
        tokens = self._tokens(self.root, levels[id(self.root)], levels)
        return (b''.join(t for t, signed in tokens if signed) + u32(FINISH) +
                bytes(self.strings[:strings_size]))

    def blob(self):
        """The file."""
        block = self.structure()
        at = 40 + len(self.reserve)
        end = at + len(block) + len(self.strings) + len(self.slack)
        total = end + (-end % self.align if self.payload else 0)
        fields = dict(magic=MAGIC, totalsize=total, off_dt_struct=at,
                      off_dt_strings=at + len(block), off_mem_rsvmap=40, version=17,
                      last_comp_version=16, boot_cpuid_phys=0, size_dt_strings=len(self.strings),
                      size_dt_struct=len(block))
        fields.update(self.header)
        blob = (b''.join(u32(fields[f]) for f in HEADER) + self.reserve + block +
                bytes(self.strings) + self.slack)
        return blob + b'\0' * (total - end) + self.payload

    def externalise(self, align=4, position=None):
        """Move the data of all images behind the metadata, as mkimage -E (-p position) does."""
        self.align = max(self.align, align)
        self.payload = b''
        for image in self.at('images').nodes():
            data = image.prop('data')
            if data is None:
                continue
            where = len(self.payload)
            image.drop('data').set('data-size', u32(len(data.value)))
            if position is None:
                image.set('data-offset', u32(where))
            else:
                image.set('data-position', u32(position + where))
            self.payload += pad(data.value, align)
        if position is not None:
            self.structure()
            short = position - len(Fit.blob_without_payload(self))
            assert short >= 0, 'position inside the metadata'
            self.payload = b'\0' * short + self.payload
        return self

    @staticmethod
    def blob_without_payload(fit):
        payload, fit.payload = fit.payload, b'x'
        blob = fit.blob()[:-1]
        fit.payload = payload
        return blob


def digest(algo, data):
    return hashlib.new(algo, data).digest()


def fill_hashes(fit):
    """Give every hash node of every image its value."""
    import zlib
    for image in fit.at('images').nodes():
        data = image.prop('data')
        for node in image.nodes():
            if not node.name.startswith(b'hash') or node.prop('value'):
                continue
            algo = node.value('algo')[:-1].decode()
            data_value = data.value if data else b''
            value = (u32(zlib.crc32(data_value)) if algo == 'crc32'
                     else digest(algo, data_value))
            node.set('value', value, first=True)
    return fit


def sign(fit, conf, key, node='signature', algo=None, padding=None, hint=None, levels=None,
         strings=True, change=None):
    """Sign the configuration node conf; the signature node is made if it is missing.

    change may alter (message) before it is signed; levels may leave nodes out, to make what an
    old or careless signer makes.
    """
    algo = algo or key.algo
    try:
        target = conf.child(node)
    except KeyError:
        target = conf.add(Node(node))
    target.set('algo', text(algo))
    target.set('key-name-hint', text(key.name if hint is None else hint))
    if padding:
        target.set('padding', text(padding))
    fit.structure()
    size = len(fit.strings)
    message = fit.message(conf, size if strings else 0, levels)
    if change:
        message = change(message)
    value = key.sign(message, algo.split(',')[0], padding)
    target.set('value', value, first=True)
    if strings:
        target.set('hashed-strings', u32(0, size), first=True)
    fit.structure()
    return fit
