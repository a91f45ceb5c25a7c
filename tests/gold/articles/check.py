#!/usr/bin/env python3
"""Reads the articles of this folder and says where a mark is none (README.md says what they are).

usage: check.py DIR…

Prints faults with file and line, then counts; exit 1 when there is a fault."""
import datetime, glob, os, re, sys

WHAT = "dead injured arrested displaced missing hostages people troops weapons money".split()
BOUNDS = "exact about at_least at_most".split()
DAY = re.compile(r"\d{4}-\d\d-\d\d$")
COUNTRY, DIVISION = re.compile(r"[A-Z]{3}$"), re.compile(r"([A-Z]{2}-[A-Z0-9]{1,3}|-)$")


class Fault(Exception):
    pass


def need(holds, what):
    if not holds:
        raise Fault(what)


def read_days(args):
    need(1 <= len(args) <= 2 and all(DAY.match(a) for a in args), f"no days: {' '.join(args)}")
    days = [datetime.date.fromisoformat(a) for a in args]
    need(days == sorted(days), f"ends before it begins: {' '.join(args)}")


def read_place(args):
    """COUNTRY DIVISION [LAT LON]; what is left over."""
    need(len(args) >= 2 and COUNTRY.match(args[0]) and DIVISION.match(args[1]), f"no place: {' '.join(args)}")
    args = args[2:]
    if len(args) >= 2 and not DAY.match(args[0]):
        if args[:2] != ["-", "-"]:
            lat, lon = float(args[0]), float(args[1])
            need(abs(lat) <= 90 and abs(lon) <= 180, f"no point: {lat} {lon}")
        args = args[2:]
    return args


def read_mark(kind, args, events):
    """A mark's arguments; events: name -> how often it is told and whether where and when are said."""
    if kind == "date":
        read_days(args)
    elif kind == "place":
        need(not read_place(args), f"too much for a place: {' '.join(args)}")
    elif kind == "event":
        need(args, "an event without a name")
        told = events.setdefault(args[0], [0, False])
        told[0] += 1
        if args[1:]:
            told[1] = True
            left = read_place(args[1:])
            if left:
                read_days(left)
    elif kind == "number":
        need(3 <= len(args) <= 4 and args[0] in WHAT and args[2] in BOUNDS, f"no number: {' '.join(args)}")
        float(args[1])
    elif kind == "quote":
        need(args, "a quote without a speaker")
    else:
        need(kind in ("nodate", "noplace", "noquote") and not args, f"no mark '{kind}'")


def read_article(text):
    """Its text without marks, its marks as (kind, args, words, where they begin), how often each event is told."""
    need(re.match(r"published: (none|\d{4}-\d\d-\d\d)\n\n", text), "1: no line 'published: DAY' and an empty one")
    plain, opened, marks, events, numbers, at = [], [], [], {}, [], text.index("\n\n") + 2
    length = 0
    while at < len(text):
        if text.startswith("{{", at):
            opened.append(length)
            at += 2
        elif text[at] == "|" and opened:
            line = text.count("\n", 0, at) + 1
            end = text.find("}}", at)
            need(end > 0 and "\n" not in text[at:end], f"{line}: a mark without an end")
            kind, *args = text[at + 1:end].split()
            first = opened.pop()
            words = "".join(plain)[first:]
            need(words, f"{line}: a mark without words")
            try:
                read_mark(kind, args, events)
            except (Fault, ValueError) as fault:
                raise Fault(f"{line}: {fault}")
            if kind == "number" and len(args) == 4:
                numbers.append(args[3])
            marks.append((kind, args, words, first))
            at = end + 2
        else:
            plain.append(text[at])
            length += 1
            at += 1
    need(not opened and "}}" not in "".join(plain), "0: marks that do not close")
    for name, (_, placed) in events.items():
        need(placed, f"0: event {name} has neither place nor days")
    for name in numbers:
        need(name in events, f"0: a number of no event: {name}")
    return "".join(plain), marks, {name: told for name, (told, _) in events.items()}


def main():
    paths = [p for folder in sys.argv[1:] for p in sorted(glob.glob(os.path.join(folder, "*.txt")))]
    faults, words, counts, again = 0, 0, {}, 0
    for path in paths:
        try:
            plain, marks, events = read_article(open(path, encoding="utf-8").read())
        except Fault as fault:
            print(f"{path}:{fault}", file=sys.stderr)
            faults += 1
            continue
        words += len(plain.split())
        again += sum(told > 1 for told in events.values())
        for kind, _, _, _ in marks:
            counts[kind] = counts.get(kind, 0) + 1
    print(f"{len(paths)} articles, {words} words, {faults} faults")
    for kind, count in sorted(counts.items()):
        print(f"  {kind:10} {count}")
    print(f"  happenings told more than once {again}")
    sys.exit(1 if faults or not paths else 0)


if __name__ == "__main__":
    main()
