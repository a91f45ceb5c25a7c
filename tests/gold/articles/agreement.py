#!/usr/bin/env python3
"""How far two hands agree that marked the same articles: what both mark, and what the marks say.

usage: agreement.py FIRST SECOND [--differences]

FIRST and SECOND hold folders with articles of the same names (SECOND maybe fewer). A mark of one hand is the other's
when their words meet, those with most words in common first. "both" is the share of marks that the other hand has too
(2 shared / all marks of both); "same" and Cohen's kappa are of what the shared ones say. What counts as the same is
what circumstances.c takes for right: README.md."""
import glob, importlib.util, itertools, math, os, sys

here = os.path.dirname(os.path.abspath(__file__))


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, os.path.join(here, path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


check, sentences = load("check", "check.py"), load("sentences", "../agreement.py")
KINDS = {"date": ("date", "nodate"), "place": ("place", "noplace"), "number": ("number",), "quote": ("quote", "noquote"),
         "event": ("event",)}


def read(path):
    """The article's text and its marks of each of KINDS."""
    text, marks, _ = check.read_article(open(path, encoding="utf-8").read())
    found = {group: [] for group in KINDS}
    for kind, args, words, start in marks:
        group = next(g for g, kinds in KINDS.items() if kind in kinds)
        found[group].append({"kind": kind, "args": args, "words": words, "start": start, "end": start + len(words)})
    return text, found


def common(a, b):
    return min(a["end"], b["end"]) - max(a["start"], b["start"])


def pairs_of(first, second):
    pairs = sorted(((common(a, b), -abs(len(a["words"]) - len(b["words"])), i, j) for i, a in enumerate(first)
                    for j, b in enumerate(second) if common(a, b) > 0), reverse=True)
    taken, found = (set(), set()), []
    for _, _, i, j in pairs:
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            found.append((first[i], second[j]))
    return found


def where(args):
    """Country, division, point and days of a place's or an event's arguments."""
    days = [a for a in args if check.DAY.match(a)]
    rest = [a for a in args[2:] if not check.DAY.match(a)]
    point = tuple(map(float, rest)) if len(rest) == 2 and rest[0] != "-" else None
    return args[0], args[1], point, days


def apart(a, b):
    """Kilometres."""
    (north, east), (other, far) = (map(math.radians, p) for p in (a, b))
    half = math.sin((north - other) / 2) ** 2 + math.cos(north) * math.cos(other) * math.sin((east - far) / 2) ** 2
    return 12742 * math.asin(math.sqrt(half))


def same_place(a, b):
    (country, division, point, _), (other, part, spot, _) = where(a), where(b)
    if country != other:
        return False
    return division == part or bool(point and spot and apart(point, spot) <= 50)


def told(marks):
    """What is said of each event, where it is said."""
    return {m["args"][0]: m["args"][1:] for m in marks if len(m["args"]) > 1}


def same_event(a, b, marked):
    """The numbers hang on events with a word in common."""
    words = [[w for w in one if w["args"][0] == m["args"][3]] for one, m in zip(marked, (a, b))]
    return any(common(x, y) > 0 for x in words[0] for y in words[1])


def compare(first, second, levels, counts, say):
    for group in KINDS:
        both = pairs_of(first[group], second[group])
        counts[group][0] += 2 * len(both)
        counts[group][1] += len(first[group]) + len(second[group])
        for hand, marks, side in (("first", first, 0), ("second", second, 1)):
            for mark in marks[group]:
                if not any(mark is pair[side] for pair in both) and mark["kind"] == group:
                    say(f"only {hand}: {mark['kind']} {' '.join(mark['args'])}: {mark['words']}")
        for a, b in both:
            said = [(f"{group} or none", (a["kind"], b["kind"]))] if len(KINDS[group]) > 1 else []
            if a["kind"] == b["kind"] == "date":
                said.append(("days", (" ".join(a["args"][:2]), " ".join(b["args"][:2]))))
            elif a["kind"] == b["kind"] == "place":
                said += [("country", (a["args"][0], b["args"][0])), ("place", (True, same_place(a["args"], b["args"])))]
            elif group == "number":
                said = [("number's kind", (a["args"][0], b["args"][0])),
                         ("value", (float(a["args"][1]), float(b["args"][1]))), ("bound", (a["args"][2], b["args"][2])),
                         ("number of an event", (len(a["args"]) > 3, len(b["args"]) > 3))]
                if said[-1][1] == (True, True):
                    said.append(("number's event", (True, same_event(a, b, (first["event"], second["event"])))))
            elif a["kind"] == b["kind"] == "quote":
                said.append(("speaker", (True, a["args"][0] in b["args"] or b["args"][0] in a["args"])))
            for name, pair in said:
                levels.setdefault(name, []).append(pair)
                if pair[0] != pair[1]:
                    say(f"{name}: {a['words']}: {' '.join(a['args'])} / {' '.join(b['args'])}")
    compare_events(first["event"], second["event"], levels, say)


def compare_events(first, second, levels, say):
    both, said, again = pairs_of(first, second), told(first), told(second)
    for (a, b), (x, y) in itertools.combinations(both, 2):
        one, other = a["args"][0] == x["args"][0], b["args"][0] == y["args"][0]
        levels.setdefault("same happening", []).append((one, other))
        if one != other:
            say(f"same happening: {a['words']} {a['start']}, {x['words']} {x['start']}: {one} / {other}")
    seen = set()
    for a, b in both:
        names = a["args"][0], b["args"][0]
        if names in seen:
            continue
        seen.add(names)
        place, other = said[names[0]], again[names[1]]
        levels.setdefault("event's place", []).append((True, same_place(place, other)))
        days, others = where(place)[3], where(other)[3]
        if days and others:
            levels.setdefault("event's days", []).append((True, (days + days)[:2] == (others + others)[:2]))
        if levels["event's place"][-1][1] is False or days != others:
            say(f"event: {a['words']}: {' '.join(place)} / {' '.join(other)}")


def main():
    folders, loud = [a for a in sys.argv[1:] if a != "--differences"], "--differences" in sys.argv
    levels, counts, articles = {}, {group: [0, 0] for group in KINDS}, 0
    for path in sorted(glob.glob(os.path.join(folders[1], "*/*.txt"))):
        name = os.path.relpath(path, folders[1])
        (text, first), (again, second) = read(os.path.join(folders[0], name)), read(path)
        if text.strip() != again.strip():
            sys.exit(f"{name}: not the same text")
        articles += 1
        compare(first, second, levels, counts, (lambda line: print(f"{name}: {line}")) if loud else lambda line: None)
    print(f"{articles} articles marked twice\n| marks | both | of |\n| --- | --- | --- |")
    for group, (shared, of) in counts.items():
        print(f"| {group} | {shared / of:.2f} | {of} |")
    print("\n| what they say | same | kappa | of |\n| --- | --- | --- | --- |")
    for name, pairs in levels.items():
        same, kappa = sentences.kappa(pairs)
        plain = len({label for pair in pairs for label in pair}) == 1 or all(pair[0] is True for pair in pairs)
        print(f"| {name} | {same:.2f} | {'-' if plain else format(kappa, '.2f')} | {len(pairs)} |")


if __name__ == "__main__":
    main()
