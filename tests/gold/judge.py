#!/usr/bin/env python3
"""Judges the coder by the sentences of tests/gold/sentences.

usage: judge.py BINARY [--write QUALITY.md] [--floors floors.txt] [--errors N] [--draws N]
       judge.py BINARY --corpus FILE… [--errors N]

Codes every gold sentence as an article of its own, published 2026-01-15, and compares. What counts as coded is
the default view with all mentions: asserted and reported, without STATEMENT. Prints the figures; --write puts
them into a page, with intervals, a calibration plot beside it (confidence.svg) and N errors in full (never of
a file whose name ends in -kept). With --floors it fails where a figure is below its floor.

With --corpus it judges marked sentences without codes (train/corpus/events) instead, about half of the files (by
name, so that a file stays on its side) with their errors and the others by figures alone: countries and roles are
not judged there."""
import argparse, glob, importlib.util, json, os, random, subprocess, sys, zlib

here = os.path.dirname(os.path.abspath(__file__))
spec = importlib.util.spec_from_file_location("check", os.path.join(here, "../../train/corpus/events/check.py"))
check = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check)

TOLD = ("asserted", "reported")
PUBLISHED = "2026-01-15"


def read_gold(paths, codes, kept):
    items = []
    for path in paths:
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            line = line.rstrip("\n")
            if line.strip() and not line.startswith("#"):
                item = check.read_line(line, codes)
                item["where"] = f"{os.path.basename(path)}:{number}"
                item["kept"] = kept(path)
                item["coded"] = codes
                items.append(item)
    return items


def code(binary, items, decider="both"):
    lines = "".join(json.dumps({"id": i["where"], "text": i["text"], "published": PUBLISHED}) + "\n" for i in items)
    done = subprocess.run([binary, "code", "--decide", decider, "-"], input=lines, capture_output=True, text=True, check=True)
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    if len(reports) != len(items):
        sys.exit(f"{len(items)} sentences in, {len(reports)} reports out")
    for item, report in zip(items, reports):
        item["mentions"] = [m for m in report.get("mentions", []) if m["type"] != "STATEMENT"]


def overlap(a, b):
    return bool(a and b) and a["start"] < b["end"] and b["start"] < a["end"]


def told(event):
    return event.get("actuality", "asserted") in TOLD


def match(golds, mentions):
    """Pairs of the same type, those whose trigger words meet first."""
    pairs, left = [], list(mentions)
    for near in (True, False):
        for gold in golds:
            if any(gold is g for g, _ in pairs):
                continue
            for mention in left:
                if mention["type"] == gold["type"] and (overlap(mention.get("trigger"), gold["trigger"]) or not near):
                    pairs.append((gold, mention))
                    left.remove(mention)
                    break
    return pairs, left


def country(code_of):
    code_of = code_of or ""
    return "" if code_of.startswith("---") or code_of in ("UNO", "EUR", "IGO", "NGO", "IMG", "MNC") else code_of[:3]


def codes(actors):
    return sorted({a.get("code") or (a.get("country") or "") + (a.get("role") or "") or "---" for a in actors or []})


def countries_of(side):
    return {c for c in map(country, side) if c}


def both_countries(gold, actors, recipients):
    """Is each side of a country that it has? Nobody or no country stands for the same; peers are one side."""
    want = [countries_of(g["code"] for g in gold[key]) for key in "AR"]
    have = [countries_of(codes(side)) for side in (actors, recipients)]
    if gold["peers"]:
        want, have = [want[0] | want[1]], [have[0] | have[1]]
        return want == have
    return all(bool(w & h) or not w | h for w, h in zip(want, have))


def dyadic(gold):
    both = [countries_of(g["code"] for g in gold[key]) for key in "AR"]
    return len(both[0]) > 1 if gold["peers"] else bool(both[0] and both[1])


def dyadic_coded(mention):
    both = [countries_of(codes(mention.get(side))) for side in ("actor", "recipient")]
    return bool(both[0] and both[1]) or len(both[0]) > 1


def judge_item(item):
    """Counts of one sentence, as a dict of name: (right, of)."""
    out = {}

    def count(name, right, of):
        a, b = out.get(name, (0, 0))
        out[name] = (a + right, b + of)

    golds = [e for e in item["events"] if e["type"] != "STATEMENT"]
    real = [e for e in golds if told(e)]
    coded = [m for m in item["mentions"] if told(m)]
    pairs, extra = match(real, coded)
    item["extra"] = extra
    item["missed"] = [g for g in real if not any(g is p for p, _ in pairs)]
    count("event present: accuracy", bool(real) == bool(coded), 1)
    count("event present: recall", bool(coded) if real else 0, bool(real))
    count("event present: no event coded where none is", not coded if not real else 0, not real)
    count("type: precision", len(pairs), len(coded))
    count("type: recall", len(pairs), len(real))
    for gold in real:
        count(f"{gold['type']}: recall", any(gold is p for p, _ in pairs), 1)
    for mention in coded:
        count(f"{mention['type']}: precision", any(mention is p for _, p in pairs), 1)
    if item["coded"]:
        right = [(g, m) for g, m in pairs if both_countries(g, m.get("actor"), m.get("recipient"))]
        count("type and both countries: precision", len(right), len(coded))
        count("type and both countries: recall", len(right), len(real))
        count("type and both countries, told of both: precision",
              sum(dyadic_coded(m) for _, m in right), sum(map(dyadic_coded, coded)))
        count("type and both countries, told of both: recall", sum(dyadic(g) for g, _ in right), sum(map(dyadic, real)))
    for gold, mention in pairs:
        actors, recipients = mention.get("actor") or [], mention.get("recipient") or []
        spans = [[a.get("span") for a in side] for side in (actors, recipients)]
        for side, key, name in ((0, "A", "actor"), (1, "R", "recipient")):
            if not gold[key]:
                count(f"{name}: none where none is", not spans[side], 1)
                continue
            count(f"{name}: found", any(overlap(s, g) for s in spans[side] for g in gold[key]), 1)
            if "code" not in gold[key][0]:
                continue
            want = sorted(g["code"] for g in gold[key])
            have = codes(actors if side == 0 else recipients)
            count(f"{name}: country", bool({country(c) for c in want} & {country(c) for c in have}), 1)
            count(f"{name}: country and role", bool(set(want) & set(have)), 1)
        if gold["A"] and gold["R"] and not gold["peers"]:
            wrong = any(overlap(s, g) for s in spans[0] for g in gold["R"]) and not any(
                overlap(s, g) for s in spans[0] for g in gold["A"])
            count("direction: right way round", not wrong, 1)
        places = [p.get("span") for p in mention.get("places") or [] if p.get("span")]
        if gold["P"]:
            count("place: the marked one first", bool(places) and overlap(places[0], gold["P"][0]), 1)
        if gold["D"]:
            when = (mention.get("when") or {}).get("text")
            text = when if isinstance(when, str) else (when or {}).get("text", "")
            count("date: the marked one", bool(text) and gold["D"][0]["text"].lower() in text.lower(), 1)
        if gold["N"]:
            found = [q.get("span") for q in mention.get("quantities") or []]
            count("number: the marked one", any(overlap(s, gold["N"][0]) for s in found), 1)
        right = bool({country(c) for c in codes(actors)} & ({country(g.get("code")) for g in gold["A"]} or {""}))
        item.setdefault("confidences", []).append((mention.get("confidence"), right))
    for mention in extra:
        item.setdefault("confidences", []).append((mention.get("confidence"), False))
    for gold, mention in match(golds, item["mentions"])[0]:
        count("actuality: told or not", told(gold) == told(mention), 1)
        count("actuality: exact", gold["actuality"] == mention.get("actuality", "asserted"), 1)
    return out


def add(items):
    total = {}
    for item in items:
        for name, (right, of) in item["counts"].items():
            a, b = total.get(name, (0, 0))
            total[name] = (a + right, b + of)
    return {name: right / of for name, (right, of) in total.items() if of}, total


def figures(items):
    shares, total = add(items)
    both = "type and both countries"
    for kind in ("type", both, both + ", told of both", *check.TYPES):
        p, r = shares.get(f"{kind}: precision", 0), shares.get(f"{kind}: recall", 0)
        if f"{kind}: recall" in shares:
            shares[f"{kind}: F1"] = 2 * p * r / (p + r) if p + r else 0
    a = shares.get("event present: recall", 0)
    b = shares.get("event present: no event coded where none is", 0)
    shares["event present: balanced accuracy"] = (a + b) / 2
    return shares, total


def intervals(items, count):
    """95 % of what `count` draws of the same sentences with replacement give."""
    rnd = random.Random(1)
    draws = {}
    for _ in range(count):
        for name, value in figures([rnd.choice(items) for _ in items])[0].items():
            draws.setdefault(name, []).append(value)
    return {name: (sorted(v)[int(0.025 * len(v))], sorted(v)[int(0.975 * len(v))]) for name, v in draws.items()}


GENERAL = ("event present: accuracy|event present: recall|event present: no event coded where none is|"
           "event present: balanced accuracy|type: precision|type: recall|type: F1|type and both countries: F1|"
           "type and both countries, told of both: precision|type and both countries, told of both: recall|"
           "type and both countries, told of both: F1|actor: found|actor: country|"
           "actor: country and role|recipient: found|recipient: country|recipient: country and role|"
           "recipient: none where none is|direction: right way round|actuality: told or not|actuality: exact|"
           "place: the marked one first|date: the marked one|number: the marked one").split("|")


def table(items, out, draws):
    shares, total = figures(items)
    around = intervals(items, draws)
    out.append("| figure | value | 95 % interval | of |\n| --- | --- | --- | --- |")
    for name in GENERAL:
        if name in shares:
            low, high = around[name]
            out.append(f"| {name} | {shares[name]:.3f} | {low:.2f}–{high:.2f} | {total.get(name, (0, ''))[1]} |")
    out.append("\n| type | precision | recall | F1 | coded | gold |\n| --- | --- | --- | --- | --- | --- |")
    for kind in check.TYPES:
        if f"{kind}: recall" in shares:
            out.append(f"| {kind} | {shares.get(f'{kind}: precision', 0):.2f} | {shares[f'{kind}: recall']:.2f} | "
                       f"{shares[f'{kind}: F1']:.2f} | {total.get(f'{kind}: precision', (0, 0))[1]} | "
                       f"{total[f'{kind}: recall'][1]} |")
    return shares


def bins(items):
    pairs = [p for i in items for p in i.get("confidences", []) if p[0] is not None]
    rows = []
    for k in range(10):
        inside = [right for confidence, right in pairs if k / 10 <= confidence < (k + 1) / 10 + (k == 9)]
        if inside:
            rows.append(((k + 0.5) / 10, sum(inside) / len(inside), len(inside)))
    return rows


def plot(rows, path):
    """Confidence against the share that is right; the diagonal is perfect."""
    dots = "".join(f'<circle cx="{40 + 300 * x:.0f}" cy="{320 - 300 * y:.0f}" r="{3 + min(n, 400) ** 0.5 / 2:.1f}" '
                   f'fill="#1f6f8b" fill-opacity="0.7"><title>{n} mentions</title></circle>' for x, y, n in rows)
    with open(path, "w", encoding="utf-8") as out:
        out.write('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 360" font-family="sans-serif" font-size="11">'
                  '<rect width="360" height="360" fill="white"/><path d="M40 20V320H340" fill="none" stroke="#444"/>'
                  '<path d="M40 320L340 20" stroke="#bbb" stroke-dasharray="4 4"/>' + dots +
                  '<text x="150" y="348">confidence given</text>'
                  '<text x="14" y="220" transform="rotate(-90 14 220)">share that is right</text></svg>\n')


def errors(items, count, out):
    wrong = [i for i in items if not i["kept"] and (i["extra"] or i["missed"])]
    for item in random.Random(7).sample(wrong, min(count, len(wrong))):
        out.append(f"- {item['where']}: {item['text']}")
        for gold in item["missed"]:
            out.append(f"  - missed: {gold['type']} “{gold['trigger']['text']}”")
        for mention in item["extra"]:
            out.append(f"  - coded: {mention['type']} “{(mention.get('trigger') or {}).get('text', '')}” "
                       f"({mention.get('rule', '')})")


def deciders(binary, items, out):
    """Frames alone, the model alone, both: copies of the sentences, coded three times."""
    out += ["## Who decides what is an event", "",
            "The frames alone, the model alone (without anything the frames say), both as they are used.", "",
            "| | sentences | event present: accuracy | recall | none where none is | type: precision | recall | F1 |",
            "| --- | --- | --- | --- | --- | --- | --- | --- |"]
    for name in ("frames", "model", "both"):
        copies = [{k: v for k, v in i.items() if k != "confidences"} for i in items]
        code(binary, copies, name)
        for item in copies:
            item["counts"] = judge_item(item)
        for label, part in (("kept back", [i for i in copies if i["kept"]]),
                            ("looked at", [i for i in copies if not i["kept"]])):
            if part:
                shares = figures(part)[0]
                out.append(f"| {name} | {label} | " + " | ".join(f"{shares.get(k, 0):.3f}" for k in (
                    "event present: accuracy", "event present: recall", "event present: no event coded where none is",
                    "type: precision", "type: recall", "type: F1")) + " |")
    out.append("")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("binary")
    ap.add_argument("--write")
    ap.add_argument("--floors")
    ap.add_argument("--errors", type=int, default=50)
    ap.add_argument("--corpus", nargs="+", metavar="FILE")
    ap.add_argument("--draws", type=int, default=400, help="of the bootstrap behind each interval")
    o = ap.parse_args()
    if o.corpus:
        items = read_gold(sorted(o.corpus), False, lambda path: zlib.crc32(os.path.basename(path).encode()) % 2)
    else:
        paths = [p for p in sorted(glob.glob(os.path.join(here, "sentences", "*.txt"))) if not p.endswith("floors.txt")]
        items = read_gold(paths, True, lambda path: path.endswith("-kept.txt"))
    code(o.binary, items)
    for item in items:
        item["counts"] = judge_item(item)
    seen, kept = [i for i in items if not i["kept"]], [i for i in items if i["kept"]]
    out = ["# Quality", "",
           f"Measured on {len(items)} sentences of `tests/gold`, our own, by `tests/gold/judge.py`: each is coded as an article "
           "of its own. Coded means asserted or reported, without STATEMENT.", ""]
    shares = {}
    for name, part in (("Kept back: sentences nobody looks at while the coder is tuned; their figures are seen", kept), ("Looked at while tuning", seen)):
        if part:
            out += [f"## {name}", ""]
            shares[name[0]] = table(part, out, o.draws)
            out.append("")
    if not o.floors:
        deciders(o.binary, items, out)
    out += ["## Confidence", "", "![confidence](confidence.svg)", "",
            "| confidence | right | mentions |\n| --- | --- | --- |"]
    rows = bins(items)
    out += [f"| {x:.2f} | {y:.2f} | {n} |" for x, y, n in rows]
    out += ["", f"## {o.errors} errors, drawn at random", ""]
    errors(items, o.errors, out)
    text = "\n".join(out) + "\n"
    if o.write:
        with open(o.write, "w", encoding="utf-8") as page:
            page.write(text)
        plot(rows, os.path.join(os.path.dirname(o.write), "confidence.svg"))
    else:
        print(text)
    failed = 0
    for line in open(o.floors, encoding="utf-8") if o.floors else []:
        part, value, name = line.split(None, 2) if line.strip() and line[0] != "#" else (None, 0, "")
        if part and shares.get(part, {}).get(name.strip(), 0) < float(value):
            print(f"below its floor: {name.strip()} ({part}): {shares.get(part, {}).get(name.strip(), 0):.3f} < {value}")
            failed += 1
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
