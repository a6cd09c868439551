# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Throw-away keys for the attacks: made by openssl, used from here so that a value can be wrong in
any way. Nothing in this file is fit for a key that protects something.
"""
import hashlib
import os
import subprocess

DIGEST_INFO = {
    'sha1': bytes.fromhex('3021300906052b0e03021a05000414'),
    'sha256': bytes.fromhex('3031300d060960864801650304020105000420'),
    'sha384': bytes.fromhex('3041300d060960864801650304020205000430'),
    'sha512': bytes.fromhex('3051300d060960864801650304020305000440'),
}
CURVES = {'ecdsa256': ('prime256v1', 32), 'ecdsa384': ('secp384r1', 48)}


def run(*argv, data=None):
    return subprocess.run(argv, input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=True).stdout


def der_integers(der):
    """All INTEGERs directly inside the outer SEQUENCE of a DER value."""
    def length(at):
        first = der[at]
        if first < 0x80:
            return first, at + 1
        size = first & 0x7f
        return int.from_bytes(der[at + 1:at + 1 + size], 'big'), at + 1 + size

    _, at = length(1)
    found = []
    while at < len(der):
        tag = der[at]
        size, at = length(at + 1)
        if tag == 2:
            found.append(int.from_bytes(der[at:at + size], 'big'))
        at += size
    return found


def mgf1(seed, size, hash_name):
    out, counter = b'', 0
    while len(out) < size:
        out += hashlib.new(hash_name, seed + counter.to_bytes(4, 'big')).digest()
        counter += 1
    return out[:size]


class RsaKey:
    """An RSA key pair; path is the PEM of the private half, path + .pub of the public one."""

    def __init__(self, path, bits=2048, exponent=65537):
        self.name = os.path.basename(path).rsplit('.', 1)[0]
        self.path, self.pub = path, path.rsplit('.', 1)[0] + '.pub'
        self.algo = f'sha256,rsa{bits}'
        if not os.path.exists(path):
            run('openssl', 'genpkey', '-algorithm', 'RSA', '-out', path, '-pkeyopt',
                f'rsa_keygen_bits:{bits}', '-pkeyopt', f'rsa_keygen_pubexp:{exponent}')
            run('openssl', 'pkey', '-in', path, '-pubout', '-out', self.pub)
        der = run('openssl', 'rsa', '-in', path, '-traditional', '-outform', 'DER')
        _, self.n, self.e, self.d, self.p, self.q = der_integers(der)[:6]
        self.size = bits // 8

    def raw(self, block):
        """The private operation on a block of the modulus' size."""
        m = int.from_bytes(block, 'big')
        a = pow(m % self.p, self.d % (self.p - 1), self.p)
        b = pow(m % self.q, self.d % (self.q - 1), self.q)
        s = b + self.q * ((a - b) * pow(self.q, -1, self.p) % self.p)
        return s.to_bytes(self.size, 'big')

    def block(self, message, hash_name, info=None):
        """EMSA-PKCS1-v1_5."""
        tail = (DIGEST_INFO[hash_name] if info is None else info)
        tail += hashlib.new(hash_name, message).digest()
        return b'\0\1' + b'\xff' * (self.size - 3 - len(tail)) + b'\0' + tail

    def pss_block(self, message, hash_name, salt):
        """EMSA-PSS with this salt; modulus sizes are multiples of 8 here."""
        h_size = hashlib.new(hash_name).digest_size
        m_hash = hashlib.new(hash_name, message).digest()
        h = hashlib.new(hash_name, b'\0' * 8 + m_hash + salt).digest()
        db = b'\0' * (self.size - len(salt) - h_size - 2) + b'\1' + salt
        masked = bytes(x ^ y for x, y in zip(db, mgf1(h, len(db), hash_name)))
        return bytes([masked[0] & 0x7f]) + masked[1:] + h + b'\xbc'

    def sign(self, message, hash_name='sha256', padding=None):
        if padding == 'pss':
            salt = hashlib.sha256(message).digest()
            return self.raw(self.pss_block(message, hash_name, salt))
        return self.raw(self.block(message, hash_name))

    def public_key_properties(self):
        bits = self.size * 8
        r_squared = pow(2, 2 * bits, self.n).to_bytes(self.size, 'big')
        n0 = (-pow(self.n, -1, 1 << 32)) % (1 << 32)
        return [('rsa,num-bits', bits.to_bytes(4, 'big')),
                ('rsa,modulus', self.n.to_bytes(self.size, 'big')),
                ('rsa,exponent', self.e.to_bytes(8, 'big')),
                ('rsa,n0-inverse', n0.to_bytes(4, 'big')), ('rsa,r-squared', r_squared)]


class EcKey:
    """An ECDSA key pair."""

    def __init__(self, path, kind='ecdsa256'):
        self.name = os.path.basename(path).rsplit('.', 1)[0]
        self.path, self.pub = path, path.rsplit('.', 1)[0] + '.pub'
        self.curve, self.size = CURVES[kind]
        self.algo = ('sha384,' if kind == 'ecdsa384' else 'sha256,') + kind
        if not os.path.exists(path):
            run('openssl', 'genpkey', '-algorithm', 'EC', '-pkeyopt',
                'ec_paramgen_curve:' + self.curve, '-out', path)
            run('openssl', 'pkey', '-in', path, '-pubout', '-out', self.pub)
        der = run('openssl', 'pkey', '-pubin', '-in', self.pub, '-outform', 'DER')
        self.x, self.y = der[-2 * self.size:-self.size], der[-self.size:]

    def sign(self, message, hash_name='sha256', padding=None):
        del padding
        digest = hashlib.new(hash_name, message).digest()
        der = run('openssl', 'pkeyutl', '-sign', '-inkey', self.path, data=digest)
        return b''.join(v.to_bytes(self.size, 'big') for v in der_integers(der))

    def public_key_properties(self):
        return [('ecdsa,curve', self.curve.encode() + b'\0'), ('ecdsa,x-point', self.x),
                ('ecdsa,y-point', self.y)]
