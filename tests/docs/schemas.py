"""schema/*.schema.json take what the readers take, and refuse what can be told by
form: shipped profiles and plans pass, each malformed one fails.

usage: schemas.py TREE
"""
import json
import os
import re
import sys

TYPES = {"object": dict, "array": list, "string": str, "integer": int,
         "boolean": bool}
SILENT = {"$schema", "$id", "title", "description", "$defs", "default",
          "examples"}

# Faults that only the reader of plans sees: between steps, against the table of
# commands, in the text of an option.
BEYOND_FORM = {
    "pin-in-uri", "id-twice", "no-command", "not-for-ceremonies",
    "option-unknown", "option-global", "option-barred", "force", "flag-value",
    "value-flag", "slash-in-option", "too-few", "too-many", "no-out",
    "standard-output", "read-unhashed", "profile-unhashed", "read-too-early",
    "made-twice"}


class Wrong(Exception):
    pass


def passes(schema, value, top):
    try:
        check(schema, value, top)
        return True
    except Wrong:
        return False


def check_object(schema, value, top):
    known = schema.get("properties", {})
    for name in schema.get("required", []):
        if name not in value:
            raise Wrong(f"{name} is missing")
    for name, member in value.items():
        own = [known[name]] if name in known else []
        own += [form for pattern, form in
                schema.get("patternProperties", {}).items()
                if re.search(pattern, name)]
        for form in own or [schema.get("additionalProperties", True)]:
            check(form, member, top)
        check(schema.get("propertyNames", True), name, top)


# keyword: (type that it is about, does it hold?)
LIMITS = {
    "minItems": (list, lambda bound, value: len(value) >= bound),
    "maxItems": (list, lambda bound, value: len(value) <= bound),
    "uniqueItems": (list, lambda bound, value: not bound or len(value) ==
                    len({json.dumps(item) for item in value})),
    "minProperties": (dict, lambda bound, value: len(value) >= bound),
    "maxProperties": (dict, lambda bound, value: len(value) <= bound),
    "minLength": (str, lambda bound, value: len(value) >= bound),
    "maxLength": (str, lambda bound, value: len(value) <= bound),
    "pattern": (str, lambda bound, value: re.search(bound, value)),
    "minimum": (int, lambda bound, value: value >= bound),
    "maximum": (int, lambda bound, value: value <= bound),
    "enum": (object, lambda bound, value: value in bound),
    "const": (object, lambda bound, value: value == bound and
              isinstance(value, bool) == isinstance(bound, bool)),
    "type": (object, lambda bound, value: isinstance(value, TYPES[bound]) and
             (bound == "boolean" or not isinstance(value, bool)))}
STRUCTURE = {"properties", "required", "additionalProperties", "propertyNames",
             "patternProperties", "items", "$ref", "anyOf", "oneOf", "allOf",
             "not"}


def check(schema, value, top):
    if isinstance(schema, bool):
        if not schema:
            raise Wrong("is not to be there")
        return
    strange = set(schema) - SILENT - STRUCTURE - set(LIMITS)
    if strange:
        sys.exit(f"schemas.py knows no {sorted(strange)}")
    if "$ref" in schema:
        check(top["$defs"][schema["$ref"].removeprefix("#/$defs/")], value, top)
    for keyword, (kind, holds) in LIMITS.items():
        if keyword in schema and isinstance(value, kind) and \
                not holds(schema[keyword], value):
            raise Wrong(f"{value!r}: {keyword} {schema[keyword]}")
    if isinstance(value, dict):
        check_object(schema, value, top)
    for item in value if isinstance(value, list) else []:
        check(schema.get("items", True), item, top)
    for own in schema.get("allOf", []):
        check(own, value, top)
    for keyword, wanted in (("anyOf", range(1, 99)), ("oneOf", (1,))):
        if keyword in schema and sum(passes(own, value, top) for own in
                                     schema[keyword]) not in wanted:
            raise Wrong(f"{value!r}: {keyword}")
    if "not" in schema and passes(schema["not"], value, top):
        raise Wrong(f"{value!r}: not")


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def folder(tree, *parts):
    path = os.path.join(tree, *parts)
    return [os.path.join(path, name) for name in sorted(os.listdir(path))
            if name.endswith(".json")]


def main():
    tree = sys.argv[1]
    plans = load(os.path.join(tree, "schema/ceremony.schema.json"))
    profiles = load(os.path.join(tree, "schema/profile.schema.json"))
    cases = [(plans, path, True) for path in folder(tree, "examples/ceremony")]
    cases += [(profiles, path, True) for path in folder(tree, "pki-templates")]
    for path in folder(tree, "tests/cli/plans"):
        name = os.path.basename(path).removesuffix(".json")
        if name not in ("not-json", "twice"):
            cases.append((plans, path, name in BEYOND_FORM))
    faults = 0
    for schema, path, wanted in cases:
        try:
            check(schema, load(path), schema)
            fault = None
        except Wrong as wrong:
            fault = wrong
        if (fault is None) != wanted:
            print(f"{path}: {fault or 'is taken'}")
            faults += 1
    taken = sum(wanted for _, _, wanted in cases)
    print(f"{taken} documents to take, {len(cases) - taken} to refuse, "
          f"{faults} faults")
    return 1 if faults or taken < 20 or len(cases) - taken < 15 else 0


if __name__ == "__main__":
    sys.exit(main())
