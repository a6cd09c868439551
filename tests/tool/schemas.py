# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""JSON documents against the published schemas (keys/tool/schema): strictly, so that no member is left undocumented."""
import copy
import functools
import json
from pathlib import Path

import jsonschema

PLACE = Path(__file__).resolve().parents[2] / 'keys/tool/schema'


def strict(schema):
    """The schema with every object closed: readers ignore members that they do not know, a test does not."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: strict(value) for name, value in schema.items()}
    if schema.get('type') == 'object' and isinstance(schema.get('properties'), dict):
        closed.setdefault('additionalProperties', False)
    return closed


@functools.lru_cache
def validator(name, version):
    schema = json.loads((PLACE / f'{name}.v{version}.schema.json').read_text(encoding='utf-8'))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(strict(copy.deepcopy(schema)))


def check(text):
    """The document of --json, which follows the schema that it names."""
    document = json.loads(text)
    errors = list(validator(document['schema'], document['version']).iter_errors(document))
    assert not errors, (f'keys/tool/schema/{document["schema"]}.v{document["version"]}.schema.json says otherwise',
                        [e.message for e in errors] + [c.message for e in errors for c in e.context or []])
    return document


def check_known(text):
    """The same, if the document's schema is published."""
    document = json.loads(text)
    if (PLACE / f'{document["schema"]}.v{document["version"]}.schema.json').exists():
        check(text)
