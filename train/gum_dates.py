#!/usr/bin/env python3
"""How many of GUM's gold dates `dateline code` finds with equal days.

    train/gum_dates.py build/dateline en_gum-ud-dev.conllu[.gz] [-v]

GUM marks dates in the column MISC (XML=<date when/from/to ...>). Each document goes in as one article, published on its
'dateCreated'. A year or month counts as its whole interval. Left out, because they have no two days: dates before
Christ, open ends (notBefore, notAfter, only one of from and to), seasons without a year, marks of no date ("Good
morning" stays in). Standard library only.
"""
import calendar
import gzip
import json
import re
import subprocess
import sys


def interval(value):
    """(first, last) day of '1805', '1805-07', '1805-07-03'; None for others."""
    if re.fullmatch(r"\d{4}", value):
        return value + "-01-01", value + "-12-31"
    if re.fullmatch(r"\d{4}-\d\d", value):
        year, month = map(int, value.split("-"))
        return value + "-01", "%s-%02d" % (value, calendar.monthrange(year, month)[1])
    return (value, value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else None


def days_of(tag):
    got = dict(re.findall(r'(\w+):::"([^"]*)"', tag))
    if "when" in got:
        return interval(got["when"])
    if "from" in got and "to" in got:
        first, last = interval(got["from"]), interval(got["to"])
        return (first[0], last[1]) if first and last else None
    return None


def documents(path):
    """(id, created, text, [(start, end, days)]) of each."""
    opener = gzip.open if path.endswith(".gz") else open
    doc = None
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line.startswith("# newdoc id"):
                if doc:
                    yield doc
                doc = {"id": line.split(" = ")[1], "created": None, "text": "", "gold": []}
                opened = []
            elif line.startswith("# meta::dateCreated"):
                doc["created"] = line.split(" = ")[1]
            elif line.startswith("# newpar") and doc["text"]:
                doc["text"] = doc["text"].rstrip() + "\n"
            elif line and line[0].isdigit():
                cells = line.split("\t")
                if "." in cells[0]:
                    continue
                word_range = "-" in cells[0]
                misc = cells[9].split("|")
                xml = "".join(m[4:] for m in misc if m.startswith("XML="))
                tags = re.findall(r"<[^>]*>", xml)
                for tag in tags:
                    if tag.startswith("<date"):
                        opened.append((tag, len(doc["text"])))
                if word_range:
                    skip = [int(n) for n in cells[0].split("-")]
                    doc["text"] += cells[1] + ("" if "SpaceAfter=No" in misc else " ")
                    doc["skip"] = skip
                elif not ("skip" in doc and doc["skip"][0] <= int(cells[0]) <= doc["skip"][1]):
                    doc["text"] += cells[1] + ("" if "SpaceAfter=No" in misc else " ")
                for tag in tags:
                    if tag == "</date>" and opened:
                        start_tag, start = opened.pop()
                        doc["gold"].append((start, len(doc["text"].rstrip()), days_of(start_tag)))
            elif not line and doc:
                doc.pop("skip", None)
    if doc:
        yield doc


def main():
    binary, path = sys.argv[1:3]
    docs = list(documents(path))
    lines = "".join(json.dumps({"id": d["id"], "text": d["text"].rstrip(), "published": d["created"], "language": "en"}) + "\n"
                    for d in docs)
    out = subprocess.run([binary, "code", "-"], input=lines, capture_output=True, text=True, check=False).stdout
    reports = {r["id"]: r for r in map(json.loads, out.splitlines())}
    right = total = left_out = extra = 0
    for d in docs:
        report = reports[d["id"]]
        found = [(x["span"]["start"], x["span"]["end"], x["start"], x["end"]) for x in report.get("dates", [])]
        for start, end, days in d["gold"]:
            if not days:
                left_out += 1
                continue
            total += 1
            same = any(s < end and start < e and (a, b) == days for s, e, a, b in found)
            right += same
            if not same and "-v" in sys.argv:
                near = [(a, b) for s, e, a, b in found if s < end and start < e]
                print(d["id"], d["created"], repr(d["text"][start:end]), days, near)
        extra += sum(all(not (s < end and start < e) for start, end, _ in d["gold"]) for s, e, _, _ in found)
    print("%d of %d dates with equal days (%.3f); %d marks have no two days; %d dates found besides" %
          (right, total, right / max(total, 1), left_out, extra))


if __name__ == "__main__":
    main()
