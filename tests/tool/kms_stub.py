#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""A key service on loopback, as much of Google Cloud KMS's REST interface as the helper of keys/README.md speaks.

    kms_stub.py KEY.pem NAME TOKEN      prints its URL and serves until it is killed
"""
import base64
import json
import subprocess
import sys
import tempfile
from http.server import BaseHTTPRequestHandler, HTTPServer

KEY, NAME, TOKEN = sys.argv[1:]


def openssl(*words, data=None):
    return subprocess.run(['openssl', *words], input=data, capture_output=True, check=True).stdout


def sign(name, digest):
    with tempfile.NamedTemporaryFile() as stream:
        stream.write(digest)
        stream.flush()
        return openssl('pkeyutl', '-sign', '-inkey', KEY, '-in', stream.name, '-pkeyopt', f'digest:{name}')


class Service(BaseHTTPRequestHandler):
    def answer(self, status, document):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())

    def is_known(self, path):
        if self.headers['Authorization'] != 'Bearer ' + TOKEN:
            self.answer(401, {'error': 'who are you?'})
        elif self.path != f'/v1/{NAME}{path}':
            self.answer(404, {'error': 'no such key'})
        else:
            return True
        return False

    def do_GET(self):
        if self.is_known('/publicKey'):
            self.answer(200, {'pem': openssl('pkey', '-in', KEY, '-pubout').decode()})

    def do_POST(self):
        question = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        if self.is_known(':asymmetricSign'):
            (name, digest), = question['digest'].items()
            self.answer(200, {'signature': base64.b64encode(sign(name, base64.b64decode(digest))).decode()})

    def log_message(self, *_):
        pass


server = HTTPServer(('localhost', 0), Service)
print(f'http://localhost:{server.server_port}/v1', flush=True)
server.serve_forever()
