# SPDX-License-Identifier: GPL-2.0
# Usage: fields.py SPEC header|source
#
# Makes the tool's structs, or the tables that say what is in them, of the replies
# that the spec describes; regen calls it. Kind, unit and what a reply may lack follow
# from name and doc as the spec's head says. What tuning replies is not made here: its
# numbers are pairs.

import re
import sys
import textwrap

import yaml

TUNING = {"params", "tuning", "changes"}
# rows of these sets have no name of their own in C
ROWS = {"state": "state_row", "transition": "transition_row"}
UNITS = {"ms", "us", "s"}
KINDS = ("counter", "gauge", "label")
ADDRESS_BYTES = 16


class Member:
    def __init__(self, owner, attr):
        self.name = c_name(attr["name"])
        self.attribute = c_name(f"tcpulse-a-{owner}-{attr['name']}").upper()
        self.type = attr["type"]
        self.number = re.fullmatch(r"[us]\d+", self.type)
        self.rows = attr.get("multi-attr", False)
        self.nest = attr.get("nested-attributes")
        kind, self.doc = re.fullmatch(r"(?:\((\w+)\) )?(.*)", attr.get("doc", "")).groups()
        if not self.doc:
            sys.exit(f"fields: {owner}: {attr['name']} has no doc")
        self.kind = kind or ("label" if "enum" in attr else "counter")
        if self.kind not in KINDS:
            sys.exit(f"fields: {owner}: {attr['name']}: no such kind: {kind}")
        self.absent = bool((self.number or (self.nest and not self.rows)) and
                           re.search(r"\babsent\b", self.doc))
        unit = attr["name"].rpartition("-")[2]
        self.unit = unit if self.number and unit in UNITS else None

    def most_rows(self):
        return f"{c_name(self.nest).upper()}S_MAX"

    def missing(self):
        """What it is when a reply lacks it: no id is 0, but a number may be."""
        return "0" if self.kind == "label" else "ABSENT"

    def may_be_absent(self):
        return self.number and self.missing() == "ABSENT"

    def declaration(self):
        if self.number:
            return f"__u64 {self.name};"
        if self.nest:
            array = f"[{self.most_rows()}]" if self.rows else ""
            return f"struct {struct_name(self.nest)} {self.name}{array};"
        return {
            "flag": f"bool {self.name};",
            "string": f"char {self.name}[STRING_MAX];",
            "binary": f"unsigned char {self.name}[{ADDRESS_BYTES}];",
        }[self.type]

    def initializers(self, struct, count):
        """Of a struct field, but for its doc; count() names where rows are counted."""
        encoding = "ROWS" if self.rows else self.type.upper()
        yield f"AS_{encoding}, WHERE({struct}, {self.name})"
        if self.number:
            yield f".kind = {self.kind.upper()}"
        if self.unit:
            yield f'.unit = "{self.unit}"'
        if self.absent:
            yield ".absent = true" if self.may_be_absent() else ".optional = true"
        if self.nest:
            yield f".nest = &{struct_name(self.nest)}_nest"
        if self.rows:
            yield f".nr_offset = offsetof(struct {struct}, {count(self)})"
            yield f".max = {self.most_rows()}"
            if "at least one" not in self.doc:
                yield ".optional = true"
        if self.type == "binary":
            yield f".max = {ADDRESS_BYTES}"


def c_name(name):
    return name.replace("-", "_")


def struct_name(owner):
    return c_name(ROWS.get(owner, owner))


class Set:
    def __init__(self, spec, replied):
        self.name = spec["name"]
        self.struct = struct_name(self.name)
        self.doc = spec.get("doc")
        self.members = [Member(self.name, attr) for attr in spec["attributes"]
                        if replied is None or attr["name"] in replied]

    def count(self, member):
        """Where rows are counted: plainly, if there is but one kind of them."""
        rows = [m for m in self.members if m.rows]
        return "nr" if len(rows) == 1 else f"nr_{member.name}"


def reply_sets(spec):
    """What the replies consist of, parts before what they are part of."""
    by_name = {s["name"]: s for s in spec["attribute-sets"]}
    replied = {}
    for op in spec["operations"]["list"]:
        if op["attribute-set"] not in TUNING and "reply" in op.get("do", {}):
            replied[op["attribute-set"]] = op["do"]["reply"]["attributes"]
    made = {}

    def add(name):
        if name in made:
            return
        new = Set(by_name[name], replied.get(name))
        for member in new.members:
            if member.nest:
                add(member.nest)
        made[name] = new

    for name in replied:
        add(name)
    return made.values()


def comment(first, text):
    return textwrap.wrap(text, 88, initial_indent=f" * {first}", subsequent_indent=" *\t",
                         break_on_hyphens=False)


def header(sets):
    yield from ["#ifndef CLI_FIELDS_GEN_H", "#define CLI_FIELDS_GEN_H", "",
                "#include <stdbool.h>", "#include <stddef.h>", "#include <linux/types.h>", "",
                '#include "module/field.h"']
    for s in sets:
        yield from ["", "/**", f" * struct {s.struct} - attribute set {s.name}"]
        for m in s.members:
            lack = ("; when absent, what it counts is 0" if m.nest else
                    f"; when absent, it is {m.missing()}") if m.absent else ""
            yield from comment(f"@{m.name}: ", m.doc + lack)
            if m.rows:
                yield f" * @{s.count(m)}: how many of @{m.name} there are"
        if s.doc:
            yield " *"
            yield from textwrap.wrap(s.doc, 88, initial_indent=" * ", subsequent_indent=" * ",
                                     break_on_hyphens=False)
        yield from [" */", f"struct {s.struct} {{"]
        for m in s.members:
            if m.rows:
                yield f"\tsize_t {s.count(m)};"
            yield f"\t{m.declaration()}"
        yield from ["};", "", f"extern const struct nest {s.struct}_nest;"]
    yield from ["", "#endif"]


def quoted(text):
    lines = textwrap.wrap(text, 70, break_on_hyphens=False)
    lines = [line.replace("\\", "\\\\").replace('"', '\\"') for line in lines]
    return " \"\n\t\t\t\"".join(lines)


def source(sets):
    yield from ["#include <linux/tcpulse.h>", "", '#include "base/compiler.h"',
                '#include "module/fields_gen.h"']
    for s in sets:
        yield from ["", f"static const struct field {s.struct}_fields[] = {{"]
        for m in s.members:
            yield f"\t[{m.attribute}] = {{"
            for init in m.initializers(s.struct, s.count):
                yield f"\t\t{init},"
            yield f"\t\t.doc = \"{quoted(m.doc)}\","
            yield "\t},"
        yield from ["};", "", f"const struct nest {s.struct}_nest = NEST({s.struct});"]


def main():
    path, part = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        spec = yaml.safe_load(file)
    lines = {"header": header, "source": source}[part](reply_sets(spec))
    print("/* SPDX-License-Identifier: GPL-2.0 */" if part == "header" else
          "// SPDX-License-Identifier: GPL-2.0")
    print("/* Do not edit directly, auto-generated by include/netlink/regen from: */")
    print("/*\tinclude/netlink/specs/tcpulse.yaml */")
    print("\n".join(lines))


main()
