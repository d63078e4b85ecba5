"""Computes of every table of forms what its proof takes from here.

usage: forms.py TREE WORK

lib/devid/x509/form.c is proved for every form that is sound: each way on from
a step leads to a step, back only to one that takes something; FORM_LEAVE
stands where something is entered, and no more than four deep. That is a
matter of octets, so it is not proved but computed, from the octets that the
compiler makes of the tables. Then every `admit` of the contracts is compared
with what was found.
"""
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LEAVE, AGAIN, WHOLE, LAST = 0, 1, 2, 18
OPERATION, ENTER, OPTIONAL, SAVE = 0x1F, 0x20, 0x40, 0x80
NESTING, LONGEST = 4, 250
SLICES, FROM, TO = 21, 4, 12  # of struct devid_cert; those of extensions
ADMITTED = ("x509/extension.acsl", "x509/certificate.acsl",
            "verify/identity.acsl")

# What is asked of the compiler: names of tables, and where forms begin.
PROBE = r"""
#include <stdio.h>
#include "%s.c"
static void octets(const char *name, const uint8_t *at, size_t len)
{
    printf("%%s", name);
    while (len-- != 0)
        printf(" %%u", *at++);
    printf("\n");
}
int main(void)
{
    printf("enum %%d %%d %%d %%d %%d %%d %%d\n", FORM_LEAVE, FORM_AGAIN,
           FORM_WHOLE, FORM_SUBTREE, FORM_ENTER, FORM_OPTIONAL, FORM_SAVE);
%s
    return 0;
}
"""
EXTENSION = r"""
    octets("extension_form", extension_form, sizeof extension_form);
    octets("forms", forms, sizeof forms);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        printf("row %u %u %u\n", rows[i].criticality, rows[i].save,
               rows[i].form);
    printf("critical %zu\n", FORM(critical_policies));
    printf("authority %zu\n", FORM(authority_key_id));
"""
IDENTITY = r"""
    octets("module_form", module_form, sizeof module_form);
"""
CERTIFICATE = r"""
    octets("certificate_form", certificate_form, sizeof certificate_form);
    printf("slices %zu\n", (sizeof(struct devid_cert) -
                            offsetof(struct devid_cert, issuer)) /
                           sizeof(struct devid_slice));
"""


class Unsound(Exception):
    pass


def want(condition, what):
    if not condition:
        raise Unsound(what)


def probe(tree, work, name, body):
    """The lines that a program with ROOM/FILE.c in it prints, in words."""
    stem = os.path.join(work, os.path.basename(name))
    source, program = stem + ".c", stem
    with open(source, "w", encoding="utf-8") as file:
        file.write(PROBE % (name, body))
    # Nothing but the tables is used, so what is called need not be there.
    subprocess.run(["gcc", "-std=c11", "-w", "-O1", "-ffunction-sections",
                    "-Wl,--gc-sections", f"-I{tree}/lib/devid",
                    f"-I{tree}/lib", f"-I{tree}/include", source, "-o",
                    program], check=True)
    done = subprocess.run([program], check=True, stdout=subprocess.PIPE,
                          text=True)
    return [line.split() for line in done.stdout.splitlines()]


def ways(table, at, depth):
    """[(step, depth)] that may come next, what the step saves to or None."""
    step = table[at]
    operation = step & OPERATION
    if operation == LEAVE:
        return ([(at + 1, depth - 1)] if depth else []), None
    if operation == AGAIN:
        back = at + 2 - table[at + 1]
        want(back >= 0, "back behind the beginning")
        want(table[back] & OPERATION >= WHOLE and not table[back] & OPTIONAL,
             "back to a step that may take nothing")
        return [(at + 2, depth), (back, depth)], None
    want(operation <= LAST, "no operation")
    next_at = at + 2 + bool(step & OPTIONAL)
    found = [(next_at + table[at + 2], depth)] if step & OPTIONAL else []
    saved = table[next_at] if step & SAVE else None
    next_at += saved is not None
    return found + [(next_at, depth + bool(step & ENTER))], saved


def slices_of(table, begin):
    """How many slices the form at BEGIN saves to, when it is sound."""
    table, depths, slices, todo = table[begin:], {}, 0, [(0, 0)]
    while todo:
        at, depth = todo.pop()
        if at in depths:
            want(depths[at] == depth, f"step {at} at two depths")
            continue
        want(at < len(table) and at < LONGEST, "past the end")
        want(depth <= NESTING, "too deep")
        depths[at] = depth
        try:
            found, saved = ways(table, at, depth)
        except IndexError as fault:
            raise Unsound("past the end") from fault
        slices = max(slices, 0 if saved is None else saved + 1)
        todo += found
    return slices


def check_admits(name, facts):
    """Every admit of NAME.acsl is one of these, and each is there."""
    with open(os.path.join(HERE, name + ".acsl"), encoding="utf-8") as file:
        text = " ".join(file.read().split())
    found = re.findall(r"admit (\\forall [^;]*; [^;]*|[^;]*);", text)
    want(sorted(found) == sorted(facts), f"{name}.acsl: {found} for {facts}")


def sound(name, begin, slices):
    form = f"&{name}[{begin}]"
    return f"sound_form({form}) && slices_of({form}) == {slices}"


def check_extension(tree, work):
    lines = probe(tree, work, "x509/extension", EXTENSION)
    own, table = (list(map(int, lines[i][1:])) for i in (1, 2))
    rows = [list(map(int, line[1:])) for line in lines if line[0] == "row"]
    critical, authority = (int(line[1]) for line in lines[-2:])
    for criticality, save, form in rows:
        slices = slices_of(table, form)
        want(criticality <= 4 and form < len(table), "a row")
        want(slices == 0 or (FROM <= save and save + slices <= TO), "save")
        want(slices <= 2, "slices of an extension")
    check_admits("x509/extension", [
        sound("extension_form", 0, slices_of(own, 0)),
        sound("forms", authority, slices_of(table, authority)),
        sound("forms", critical, slices_of(table, critical)),
        f"\\forall integer k; 0 <= k < {len(rows)} ==> sound_row(&rows[k])"])
    with open(os.path.join(HERE, "x509/extension.acsl"),
              encoding="utf-8") as file:
        want(f"r->form < {len(table)} " in file.read(), "length of forms")
    return lines[0]


def check_certificate(tree, work):
    lines = probe(tree, work, "x509/certificate", CERTIFICATE)
    table = list(map(int, lines[1][1:]))
    slices = slices_of(table, 0)
    want(int(lines[2][1]) == slices == SLICES, "slices of a certificate")
    check_admits("x509/certificate", [sound("certificate_form", 0, slices)])
    return lines[0]


def check_identity(tree, work):
    lines = probe(tree, work, "verify/identity", IDENTITY)
    slices = slices_of(list(map(int, lines[1][1:])), 0)
    check_admits("verify/identity", [sound("module_form", 0, slices)])
    return lines[0]


def check_others():
    """No other file admits anything."""
    for folder, _, names in os.walk(HERE):
        for name in names:
            path = os.path.join(folder, name)
            if name.endswith(".acsl") and \
                    os.path.relpath(path, HERE) not in ADMITTED:
                with open(path, encoding="utf-8") as file:
                    want("admit" not in file.read(), f"an admit in {path}")


def main():
    tree, work = sys.argv[1:3]
    os.makedirs(work, exist_ok=True)
    numbers = [LEAVE, AGAIN, WHOLE, LAST, ENTER, OPTIONAL, SAVE]
    try:
        check_others()
        for check in (check_extension, check_certificate, check_identity):
            want(list(map(int, check(tree, work)[1:])) == numbers, "enums")
    except Unsound as fault:
        print(f"forms: {fault}")
        return 1
    print("every form is sound")
    return 0


if __name__ == "__main__":
    sys.exit(main())
