# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""What others say of a FIT: U-Boot's fit_check_sign, and OpenSSL over the bytes that tests/attacks/fit.py says are signed."""
import re
import subprocess

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from fit import BEGIN, END, FINISH, HEADER, PROP, Fit, Node, Prop, Raw, u32

HASHES = {'sha256': hashes.SHA256(), 'sha384': hashes.SHA384(), 'sha512': hashes.SHA512()}
CURVES = {'prime256v1': ec.SECP256R1(), 'secp384r1': ec.SECP384R1()}


def stricter(path):
    """id -> (side, reason) of a list as stricter.txt; a row twice is a mistake in it."""
    found, head = {}, None
    for line in path.read_text(encoding='utf-8').splitlines():
        if re.match(r'(ours|vacuous|theirs): \S', line):
            head = tuple(line.split(': ', 1))
        elif line.startswith('    '):
            for name in line.split():
                assert name not in found, name
                found[name] = head
        else:
            assert not line or line.startswith('#'), line
    return found


def fit_check_sign(tool, fit, trust):
    """'good': accepted, and a required key was seen to verify; 'vacuous': accepted, and none was; 'bad'; 'crash'."""
    done = subprocess.run([str(tool), '-f', str(fit), '-k', str(trust)], capture_output=True, timeout=20, check=False)
    said = (done.stdout + done.stderr).decode('latin-1')
    if done.returncode < 0:
        return 'crash'
    if done.returncode or 'Signature check OK' not in said:
        return 'bad'
    return 'good' if re.search(r',(rsa|ecdsa)\d+:\S+\+', said) else 'vacuous'


def read(blob):
    """A Fit that writes the same structure block again; None if this simple reader cannot."""
    word = dict(zip(HEADER, (int.from_bytes(blob[i:i + 4], 'big') for i in range(0, 40, 4))))
    block = blob[word['off_dt_struct']:][:word['size_dt_struct']]
    strings = blob[word['off_dt_strings']:][:word['size_dt_strings']]
    at, stack = 0, [Node('')]
    while at + 4 <= len(block):
        token = int.from_bytes(block[at:at + 4], 'big')
        if token == BEGIN:
            name = block[at + 4:block.index(0, at + 4)]
            stack.append(stack[-1].add(Node(name)))
            at += 4 + -(-(len(name) + 1) // 4) * 4
        elif token == PROP:
            size, offset = (int.from_bytes(block[at + i:at + i + 4], 'big') for i in (4, 8))
            name = strings[offset:strings.index(0, offset)]
            whole = block[at + 12:at + 12 + -(-size // 4) * 4]
            value = whole if any(whole[size:]) else whole[:size]
            stack[-1].items.append(Prop(name, value, offset, size))
            at += 12 + len(whole)
        elif token == END and len(stack) > 1:
            stack.pop()
            at += 4
        elif token == FINISH:
            break
        else:
            stack[-1].items.append(Raw(u32(token)))
            at += 4
    fit = Fit(stack[0].items[0])
    fit.strings = bytearray(strings)
    return fit if fit.structure() == block else None


def _value(node, name):
    """A property's bytes, b'' if it is not there. (libfdt pads with what was there before; Prop.value may have that behind it.)"""
    prop = node.prop(name)
    return prop.value[:prop.length] if prop else b''


def _string(node, name, other=''):
    return _value(node, name).rstrip(b'\0').decode('latin-1') if node.prop(name) else other


def _key(node):
    """A public key of a trust set, for OpenSSL."""
    if node.prop('rsa,modulus'):
        number = [int.from_bytes(_value(node, f'rsa,{name}'), 'big') for name in ('exponent', 'modulus')]
        return rsa.RSAPublicNumbers(*number).public_key()
    point = [int.from_bytes(_value(node, f'ecdsa,{name}-point'), 'big') for name in 'xy']
    return ec.EllipticCurvePublicNumbers(*point, CURVES[_string(node, 'ecdsa,curve')]).public_key()


def _verifies(key, signature, message):
    """Whether the signature node holds a signature of the message by the key of the trust set."""
    algo = _string(key, 'algo')
    value = _value(signature, 'value')
    if not value or _string(signature, 'algo') != algo:
        return False
    digest = HASHES[algo.split(',')[0]]
    scheme = {'pss': padding.PSS(padding.MGF1(digest), padding.PSS.AUTO), 'pkcs-1.5': padding.PKCS1v15()}.get(
        _string(signature, 'padding', 'pkcs-1.5'))
    try:
        if 'rsa' in algo:
            _key(key).verify(value, message, scheme, digest)
            return scheme is not None
        half = _key(key).key_size // 8
        if len(value) != 2 * half:
            return False
        r, s = (int.from_bytes(value[i:i + half], 'big') for i in (0, half))
        _key(key).verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(digest))
        return True
    except (InvalidSignature, TypeError):
        return False


def openssl(fit, trust):
    """Whether the required keys of the trust set signed conf-1, all or any of them as it says."""
    conf = fit.at('configurations/conf-1')
    keys = [n for n in trust.at('signature').nodes() if _string(n, 'required') == 'conf']
    signatures = [n for n in conf.nodes() if n.name.startswith(b'signature')]

    def signed(key):
        for node in signatures:
            size = int.from_bytes(_value(node, 'hashed-strings')[4:], 'big')
            if _verifies(key, node, fit.message(conf, size)):
                return True
        return False
    rule = any if _string(trust.at('signature'), 'required-mode') == 'any' else all
    return bool(keys) and rule(signed(key) for key in keys)
