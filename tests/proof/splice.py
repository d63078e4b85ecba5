"""Copies the sources of libdevid with the contracts beside them put in.

usage: splice.py TREE OUT

OUT gets lib/devid and include/devid of TREE. Each tests/proof/ROOM/FILE.acsl
speaks of lib/devid/ROOM/FILE.c and is made of sections; a section begins with a
line in the first column and goes on, indented, to the next one:

    # a comment
    logic              declarations, before the function of the next section
    logic TYPE         the same in HEADER.acsl: behind that type of the header,
                       or behind its first
    function NAME      the contract: put before the prototype in the header, or
                       before the definition when no header has one
    loop N             the annotations of loop N of that function, from 1
    before TEXT        an annotation before the one line of that function that
                       begins with TEXT

Nothing is matched by line number, so code may move inside its file. A section
that finds no place is an error, and so is a function without a contract or a
loop without annotations.
"""
import os
import re
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOMS = ("codec", "x509", "x509/p256", "x509/p256_p384", "verify")
HEADERS = ("lib/devid/codec", "lib/devid/x509", "lib/devid/verify",
           "include/devid")
# Contracts of functions that have no file of their own here.
OTHERS = ("seam.acsl",)
LOOP = re.compile(r"\b(for|while|do)\b")
TYPE = r"(?ms)^%s \{.*?^\};\n"
NO_CODE = re.compile(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'',
                     re.S)
ONCE = re.compile(r"\bDEVID_ONCE\((\w+)\)")
NAMED = r"(?m)^(?!\s|#|typedef|/|\})[^;{}()=]*?\b%s\([^;{}]*?\)\s*%s"


# What WP needs told otherwise: it sees no octets behind a cast of a literal of
# char.
REPLACED = (
    ("lib/devid/codec/oid.h",
     "(const uint8_t *)(literal)", "((const uint8_t[]){literal})"),
    ("lib/devid/x509/p256.h",
     "(const uint8_t *)P256_ORDER", "((const uint8_t[]){P256_ORDER})"),
    ("lib/devid/x509/p256_p384/curves.c",
     "(const uint8_t *)P384_ORDER", "((const uint8_t[]){P384_ORDER})"),
)


class Misplaced(Exception):
    pass


def blank(text):
    """text with comments and literals blanked and the names that DEVID_ONCE()
    stands around bare, of the same length."""
    code = NO_CODE.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
    return ONCE.sub(lambda m: m[1].rjust(len(m[0])), code)


class Section:
    def __init__(self, kind, argument, where):
        self.kind, self.argument, self.where = kind, argument, where
        self.lines = []

    def text(self):
        lines = list(self.lines)
        if self.kind == "function":
            # Asked of all of them alike, where the grammar wants it.
            starts = [line.split()[0] for line in lines]
            if "assigns" not in starts:
                raise Misplaced(f"{self.where}: no assigns")
            at = starts.index("assigns")
            lines[at:at] = ["    terminates \\true;", "    exits \\false;"]
        return "/*@\n" + "\n".join(lines) + "\n*/\n"


def read_sections(path):
    """[Section] in the order of the file."""
    sections = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file.read().split("\n"), 1):
            if line.startswith("#") or not line.strip():
                continue
            if line[0] != " ":
                kind, _, argument = line.partition(" ")
                sections.append(Section(kind, argument, f"{path}:{number}"))
            else:
                sections[-1].lines.append(line)
    return sections


def functions(code):
    """{name: (start, body, end)} of the definitions in blanked code."""
    found = {}
    for match in re.finditer(NAMED % (r"(\w+)", r"\n\{"), code):
        end = code.index("\n}", match.end()) + 2
        found[match[1]] = (match.start(), match.end(), end)
    return found


def loops(code, start, end):
    """Where each loop statement begins; the while of a do is none."""
    places = []
    for match in LOOP.finditer(code, start, end):
        before = code[start:match.start()].rstrip()
        tail = match[1] == "while" and before.endswith("}") and \
            is_do(code, start, start + len(before) - 1)
        if not tail:
            places.append(match.start())
    return places


def is_do(code, start, brace):
    depth = 0
    for at in range(brace, start, -1):
        depth += (code[at] == "}") - (code[at] == "{")
        if depth == 0:
            return code[start:at].rstrip().endswith("do")
    return False


class Source:
    """One file of the copy, its insertions gathered by offset."""

    def __init__(self, path):
        self.path = path
        with open(path, encoding="utf-8") as file:
            self.text = file.read()
        self.code = blank(self.text)
        self.insertions = []

    def put(self, offset, text):
        self.insertions.append((offset, text))

    def put_once(self, offset, section):
        """A contract; profiles that define the same have the same one."""
        text = section.text()
        if not self.has(offset):
            self.put(offset, text)
        elif (offset, text) not in self.insertions:
            raise Misplaced(f"{section.where}: another contract")

    def has(self, offset):
        return any(offset == at for at, _ in self.insertions)

    def write(self):
        for offset, text in sorted(reversed(self.insertions),
                                   key=lambda i: -i[0]):
            self.text = self.text[:offset] + text + self.text[offset:]
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(self.text)


def find_prototype(headers, name):
    # A public header's comes before that of once.h.
    for header in reversed(headers):
        match = re.search(NAMED % (name, ";"), header.code)
        if match:
            return header, match.start()
    return None


def line_start(text, offset):
    return text.rfind("\n", 0, offset) + 1


def place_before(source, span, text):
    lines = re.finditer(r"(?m)^[ \t]*(\S.*)$", source.text[span[1]:span[2]])
    hits = [m.start() for m in lines if m[1].startswith(text)]
    if len(hits) != 1:
        raise Misplaced(f"{len(hits)} lines begin with {text}")
    return span[1] + hits[0]


def splice_file(source, sections, headers):
    spans = functions(source.code)
    span, done, covered = None, set(), set()
    logic = []
    for section in sections:
        if section.kind == "logic":
            logic.append(section)
        elif section.kind == "function":
            name = section.argument
            if name not in spans:
                raise Misplaced(f"{section.where}: no function {name}")
            span = spans[name]
            done.add(name)
            while logic:
                source.put(span[0], logic.pop(0).text())
            place = find_prototype(headers, name)
            if place:
                place[0].put_once(place[1], section)
            else:
                source.put(span[0], section.text())
        elif section.kind == "loop":
            places = loops(source.code, span[1], span[2])
            number = int(section.argument)
            if number > len(places):
                raise Misplaced(f"{section.where}: {len(places)} loops")
            covered.add(places[number - 1])
            source.put(places[number - 1], section.text())
        elif section.kind == "before":
            try:
                source.put(place_before(source, span, section.argument),
                           section.text())
            except Misplaced as fault:
                raise Misplaced(f"{section.where}: {fault}") from fault
        else:
            raise Misplaced(f"{section.where}: {section.kind}?")
    for name, span in spans.items():
        if name not in done:
            raise Misplaced(f"{source.path}: {name} has no contract")
        for place in loops(source.code, span[1], span[2]):
            if place not in covered:
                raise Misplaced(f"{source.path}: a loop of {name} is bare")


def behind_type(code, name):
    """Where words of a header go: behind the type they name, or its first
    struct or named enum, else behind its last enum."""
    named = re.search(TYPE % (r"(?:struct|enum) " + (name or r"\w+")), code)
    if named:
        return named.end()
    if name:
        raise Misplaced(f"no type {name}")
    return [m.end() for m in re.finditer(TYPE % "enum", code)][-1]


def place_prototypes(path, headers):
    """Contracts of functions whose definitions are not looked at."""
    for section in read_sections(path):
        place = find_prototype(headers, section.argument)
        if section.kind != "function" or not place:
            raise Misplaced(f"{section.where}: {section.argument}?")
        if not place[0].has(place[1]):
            place[0].put(place[1], section.text())


def replace(path, was, becomes):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if was not in text:
        raise Misplaced(f"{path}: no {was}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(was, becomes))


def splice(tree, out):
    """Gives the names of the .c files that have contracts, ROOM/FILE."""
    for folder in ("lib/devid", "include/devid"):
        shutil.copytree(os.path.join(tree, folder), os.path.join(out, folder),
                        dirs_exist_ok=True)
    for path, was, becomes in REPLACED:
        replace(os.path.join(out, path), was, becomes)
    headers = []
    for folder in HEADERS:
        folder = os.path.join(out, folder)
        headers += [Source(os.path.join(folder, name))
                    for name in sorted(os.listdir(folder))
                    if name.endswith(".h")]
    names = []
    for room in ROOMS:
        folder = os.path.join(HERE, room)
        for name in sorted(os.listdir(folder)):
            if not name.endswith(".acsl"):
                continue
            stem = f"{room}/{name.removesuffix('.acsl')}"
            source = Source(os.path.join(out, "lib/devid", stem + ".c"))
            splice_file(source, read_sections(os.path.join(folder, name)),
                        headers)
            source.write()
            names.append(stem)
    for name in OTHERS:
        place_prototypes(os.path.join(HERE, name), headers)
    for header in headers:
        logic = os.path.join(HERE, os.path.basename(header.path)[:-2] + ".acsl")
        if os.path.exists(logic):
            for section in read_sections(logic):
                header.put(behind_type(header.code, section.argument),
                           section.text())
        header.write()
    return names


def main():
    try:
        print("\n".join(splice(*sys.argv[1:3])))
    except Misplaced as fault:
        print(f"splice: {fault}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
