#!/usr/bin/env python3
"""How far two coders of the same sentences agree: Cohen's kappa per level, and where they differ.

usage: agreement.py FIRST… -- SECOND… [--differences N]

FIRST are gold files, SECOND the same sentences (some of them) coded by another hand from the README alone. An event of
one is the other's when their trigger words meet, else when their types are the same. Levels: has the sentence an event
that is told as fact; type; told as fact or not; actuality; actor and recipient country and code, and the country once
more for the events that both tell as fact, as those of the others are often left out."""
import importlib.util, os, sys

here = os.path.dirname(os.path.abspath(__file__))
spec = importlib.util.spec_from_file_location("check", os.path.join(here, "../../train/corpus/events/check.py"))
check = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check)


def read(paths):
    found = {}
    for path in paths:
        for line in open(path, encoding="utf-8"):
            if line.strip() and not line.startswith("#"):
                one = check.read_line(line.rstrip("\n"), True)
                found[one["text"]] = one
    return found


def kappa(pairs):
    """Cohen 1960: agreement beyond what the two coders' own shares give by chance."""
    total = len(pairs)
    same = sum(a == b for a, b in pairs) / total
    shares = [{}, {}]
    for pair in pairs:
        for side in (0, 1):
            shares[side][pair[side]] = shares[side].get(pair[side], 0) + 1 / total
    chance = sum(share * shares[1].get(label, 0) for label, share in shares[0].items())
    return same, (same - chance) / (1 - chance) if chance < 1 else 1.0


def told(one):
    return [e for e in one["events"] if e["type"] != "STATEMENT" and e["actuality"] in ("asserted", "reported")]


def near(a, b):
    return a["trigger"]["start"] < b["trigger"]["end"] and b["trigger"]["start"] < a["trigger"]["end"]


def pairs_of(first, second):
    left, found = list(second), []
    for alike in (near, lambda a, b: a["type"] == b["type"]):
        for a in first:
            if any(a is x for x, _ in found):
                continue
            for b in left:
                if alike(a, b):
                    found.append((a, b))
                    left.remove(b)
                    break
    return found


def codes(event, role):
    return " ".join(sorted(span["code"] for span in event[role]))


def countries(event, role):
    return " ".join(sorted({span["code"][:3] for span in event[role]}))


def main():
    cut = sys.argv.index("--")
    rest, shown = sys.argv[cut + 1:], 0
    if "--differences" in rest:
        at = rest.index("--differences")
        shown = int(rest[at + 1])
        del rest[at:at + 2]
    first, second = read(sys.argv[1:cut]), read(rest)
    both = [(first[t], second[t]) for t in second if t in first]
    levels = {name: [] for name in ("event told as fact", "type", "told as fact or not", "actuality", "actor country",
                                    "recipient country", "actor code", "recipient code",
                                    "actor country where told as fact", "recipient country where told as fact")}
    differ = []
    for a, b in both:
        levels["event told as fact"].append((bool(told(a)), bool(told(b))))
        if bool(told(a)) != bool(told(b)):
            differ.append(f"{a['text']}: {[e['type'] for e in told(a)]} / {[e['type'] for e in told(b)]}")
        for x, y in pairs_of(a["events"], b["events"]):
            levels["type"].append((x["type"], y["type"]))
            levels["actuality"].append((x["actuality"], y["actuality"]))
            levels["told as fact or not"].append(tuple(e["actuality"] in ("asserted", "reported") for e in (x, y)))
            if x["type"] != y["type"]:
                differ.append(f"{a['text']}: {x['type']} / {y['type']}")
                continue
            for role, name in (("A", "actor"), ("R", "recipient")):
                named = countries(x, role), countries(y, role)
                levels[f"{name} country"].append(named)
                if all(e["actuality"] in ("asserted", "reported") for e in (x, y)):
                    levels[f"{name} country where told as fact"].append(named)
                levels[f"{name} code"].append((codes(x, role), codes(y, role)))
    print(f"{len(both)} sentences coded twice")
    print("| level | same | kappa | of |\n| --- | --- | --- | --- |")
    for name, pairs in levels.items():
        if pairs:
            same, k = kappa(pairs)
            print(f"| {name} | {same:.2f} | {k:.2f} | {len(pairs)} |")
    for line in differ[:shown]:
        print("-", line)


if __name__ == "__main__":
    main()
