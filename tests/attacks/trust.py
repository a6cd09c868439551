# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The trust sets that the rows name, as control device trees (as mkimage -K -r writes them)."""
from fit import Fit, Node, text, u32


def key_node(key, required='conf', name=None, role=None):
    node = Node('key-' + (name or key.name))
    if required:
        node.set('required', text(required))
    node.set('algo', text(key.algo)).set('key-name-hint', text(name or key.name))
    if role:
        node.set('holdfast,role', text(role))
    for prop, value in key.public_key_properties():
        node.set(prop, value)
    return node


def trust_set(*nodes, **properties):
    root = Node('')
    signature = root.add(Node('signature'))
    for name, value in properties.items():
        signature.set(name.replace('_', '-').replace('holdfast-', 'holdfast,'), value)
    for node in nodes:
        signature.add(node)
    return Fit(root).blob()


def sets(w):
    """name -> bytes of the trust set."""
    dev, second = w.dev, w.key('second')
    third, root = w.key('third'), w.key('root')
    any_mode = text('any')
    return {
        'dev': trust_set(key_node(dev)),
        'ec': trust_set(key_node(w.key('ec', 'ecdsa256'))),
        'others': trust_set(*(key_node(w.key(k, k)) for k in ('rsa3072', 'rsa4096', 'ecdsa384')),
                            required_mode=any_mode),
        'empty': trust_set(),
        'bare': Fit(Node('')).blob(),
        'optional': trust_set(key_node(dev, required=None)),
        'image': trust_set(key_node(dev, required='image')),
        'two-all': trust_set(key_node(dev), key_node(second)),
        'two-any': trust_set(key_node(dev), key_node(second), required_mode=any_mode),
        'dev-and-optional': trust_set(key_node(dev), key_node(second, required=None)),
        'threshold': trust_set(key_node(dev), key_node(second), required_mode=any_mode,
                               holdfast_threshold=u32(2)),
        'threshold-twin': trust_set(key_node(dev), key_node(dev, name='twin'), key_node(second),
                                    required_mode=any_mode, holdfast_threshold=u32(2)),
        'threshold-of-three': trust_set(key_node(dev), key_node(second), key_node(third), required_mode=any_mode,
                                        holdfast_threshold=u32(2)),
        'root-any': trust_set(key_node(dev), key_node(second), key_node(root, role='root'), required_mode=any_mode),
        'root-optional': trust_set(key_node(dev), key_node(root, role='root', required=None)),
    }
