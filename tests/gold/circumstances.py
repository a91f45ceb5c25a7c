#!/usr/bin/env python3
"""How well `dateline code` tells where, when, how many and who said it, as its user sees it.

    tests/gold/circumstances.py build/dateline DIR [-v]            one line a figure; -v what is wrong
    tests/gold/circumstances.py build/dateline DIR --floors FILE   exit 1 where a figure is below its floor

The articles are those of tests/gold/articles (README.md there says how they are marked). An event is found when a
mention's trigger meets its words; its place, days and counts are asked of that mention, so that what the coder misses
counts under `events-found` alone. Everything else is asked of the Report. Standard library only.
"""
import argparse
import glob
import json
import math
import os
import subprocess
import sys

NEAR_KM = 50.0
FIGURES = ("events-found event-country event-place event-days numbers-event numbers dates places quotes "
           "no-quotes no-dates no-places").split()


def is_day(word):
    return len(word) == 10 and word[4] == word[7] == "-"


def read_article(path):
    """{published, text, marks: [(start, end, [kind, argument…])]}, offsets in code points."""
    with open(path, encoding="utf-8") as source:
        head, marked = source.read().split("\n", 1)
    marked = marked.strip()
    text, marks, opened, at = [], [], [], 0
    while at < len(marked):
        if marked.startswith("{{", at):
            opened.append(len(text))
            at += 2
        elif marked[at] == "|" and opened:
            end = marked.index("}}", at)
            marks.append((opened.pop(), len(text), marked[at + 1:end].split()))
            at = end + 2
        else:
            text.append(marked[at])
            at += 1
    if opened or not head.startswith("published: "):
        sys.exit(f"{path}: no marked article")
    published = head[len("published: "):].strip()
    return {"id": os.path.basename(path), "published": None if published == "none" else published,
            "text": "".join(text), "marks": marks}


def code(binary, articles):
    keys = ("id", "text", "published")
    lines = "".join(json.dumps({k: a[k] for k in keys if a[k]} | {"language": "en"}) + "\n" for a in articles)
    done = subprocess.run([binary, "code", "-"], input=lines, capture_output=True, text=True, check=True)
    reports = {r["id"]: r for r in map(json.loads, done.stdout.splitlines())}
    for a in articles:
        a["report"] = reports[a["id"]]
        if a["report"].get("text") != a["text"]:
            sys.exit(f"{a['id']}: the report has another text")


def meets(span, start, end):
    return bool(span) and span["start"] < end and start < span["end"]


def km_between(a, b):
    (lat1, lon1), (lat2, lon2) = [tuple(math.radians(x) for x in p) for p in (a, b)]
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 6371 * 2 * math.asin(math.sqrt(h))


def read_place(args):
    """ISO3 ADMIN1 [LAT LON] -> (country, admin1 or "", point or None), and what follows."""
    country, rest = args[0], list(args[1:])
    admin1 = rest.pop(0) if rest and not is_day(rest[0]) else "-"
    point = None
    if len(rest) > 1 and not is_day(rest[0]):
        lat, lon = rest.pop(0), rest.pop(0)
        point = None if "-" in (lat, lon) else (float(lat), float(lon))
    return (country, "" if admin1 == "-" else admin1, point), [w for w in rest if is_day(w)]


def same_place(gold, place):
    country, admin1, point = gold
    if not place or place.get("country") != country:
        return False
    if not admin1 and not point:
        return True
    near = point and "lat" in place and km_between(point, (place["lat"], place["lon"])) <= NEAR_KM
    return bool(near) or (bool(admin1) and place.get("admin1") == admin1)


def same_number(args, quantity):
    return (quantity.get("what") == args[0] and abs(quantity.get("value", -1) - float(args[1])) < 0.5 and
            quantity.get("bound", "exact") == args[2])


def days(when):
    return ((when or {}).get("start"), (when or {}).get("end"))


class Tally:
    def __init__(self, verbose):
        self.right, self.all, self.verbose = dict.fromkeys(FIGURES, 0), dict.fromkeys(FIGURES, 0), verbose

    def count(self, figure, right, where, words, got=""):
        self.all[figure] += 1
        self.right[figure] += bool(right)
        if not right and self.verbose:
            print(f"{where}: {figure}: \"{words}\" {got}")

    def share(self, figure):
        return self.right[figure] / self.all[figure] if self.all[figure] else 1.0


def judge_event(t, a, start, end, args, mention):
    where, words = a["id"], a["text"][start:end]
    t.count("events-found", mention, where, words)
    if not mention or len(args) < 3:  # told again: where and when stand at another word
        return
    gold, want = read_place(args[2:])
    place = (mention.get("places") or [None])[0]
    got = f"{place['name']}, {place.get('country')} ({place.get('why')})" if place else "nowhere"
    t.count("event-country", place and place.get("country") == gold[0], where, words, got)
    t.count("event-place", same_place(gold, place), where, words, got)
    if want:
        t.count("event-days", days(mention.get("when")) == (want[0], want[-1]), where, words, days(mention.get("when")))


def judge_quote(t, a, start, end, args):
    found, got = False, []
    for quote in a["report"].get("quotes", []):
        meet = min(quote["span"]["end"], end) - max(quote["span"]["start"], start)
        if 2 * meet <= end - start or (args[0] == "noquote" and quote["kind"] == "indirect"):
            continue
        name = (quote.get("speaker") or {}).get("name", "")
        got.append(name)
        found = found or args[0] == "noquote" or " ".join(args[1:]) in name
    none = args[0] == "noquote"
    t.count("no-quotes" if none else "quotes", found != none, a["id"], a["text"][start:end], got)


def judge_number(t, a, start, end, args, mentions):
    where, words = a["id"], a["text"][start:end]
    got = [q for q in a["report"].get("quantities", []) if meets(q.get("span"), start, end)]
    t.count("numbers", any(same_number(args, q) for q in got), where, words,
            [(q.get("what"), q.get("value"), q.get("bound")) for q in got])
    if mentions:  # of the event, by any of the words that tell it
        got = [q for m in mentions for q in m.get("quantities") or [] if meets(q.get("span"), start, end)]
        t.count("numbers-event", any(same_number(args, q) for q in got), where, words, args[3])


def judge_mark(t, a, start, end, args, events):
    report, where, words, kind = a["report"], a["id"], a["text"][start:end], args[0]
    if kind == "event":
        judge_event(t, a, start, end, args, mention_of(report, start, end))
    elif kind in ("date", "nodate"):
        got = [days(d) for d in report.get("dates", []) if meets(d.get("span"), start, end)]
        right = not got if kind == "nodate" else (args[1], args[-1]) in got
        t.count("no-dates" if kind == "nodate" else "dates", right, where, words, got)
    elif kind in ("place", "noplace"):
        got = [p for p in report.get("places", []) if meets(p.get("span"), start, end) or
               (kind == "place" and p.get("name") == words)]  # each is listed once, where it is named first
        if kind == "place":
            right = any(same_place(read_place(args[1:])[0], p) for p in got)
        else:  # a country that does something is named as a country: it is only no town
            right = all(p.get("precision") == "country" for p in got)
        t.count("no-places" if kind == "noplace" else "places", right, where, words, [p.get("country") for p in got])
    elif kind == "number":
        judge_number(t, a, start, end, args[1:], events.get(args[4], []) if len(args) > 4 else [])
    elif kind in ("quote", "noquote"):
        judge_quote(t, a, start, end, args)


def mention_of(report, start, end):
    """The one whose trigger meets the words; a deed rather than a statement."""
    met = [m for m in report.get("mentions", []) if meets(m.get("trigger"), start, end)]
    return min(met, key=lambda m: (m["type"] == "STATEMENT", not m.get("main", False)), default=None)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("binary")
    ap.add_argument("folder")
    ap.add_argument("-v", action="store_true")
    ap.add_argument("--floors")
    o = ap.parse_args()
    articles = [read_article(p) for p in sorted(glob.glob(os.path.join(o.folder, "*.txt")))]
    if not articles:
        sys.exit(f"{o.folder}: no articles")
    code(o.binary, articles)
    t = Tally(o.v)
    for a in articles:
        events = {}
        for start, end, args in a["marks"]:
            mention = mention_of(a["report"], start, end) if args[0] == "event" else None
            if mention:
                events.setdefault(args[1], []).append(mention)
        for start, end, args in a["marks"]:
            judge_mark(t, a, start, end, args, events)
    for figure in FIGURES:
        print(f"{figure:14} {t.share(figure):.3f}  {t.right[figure]} of {t.all[figure]}")
    below = 0
    for line in open(o.floors, encoding="utf-8") if o.floors else []:
        figure, floor = line.split()
        if t.share(figure) < float(floor):
            print(f"{figure} is below its floor of {floor}")
            below += 1
    sys.exit(1 if below else 0)


main()
