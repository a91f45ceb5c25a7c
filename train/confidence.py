#!/usr/bin/env python3
"""usage: confidence.py BINARY > workers/events/confidence.def

Fits the chance that a mention's type, both countries and actuality are all right, from the sentences of
tests/gold that are looked at while tuning. Logistic regression, ridge, plain gradient descent from zero: the
same input gives the same weights. What the features are is said beside each weight."""
import glob
import json
import math
import os
import subprocess
import sys
import importlib.util

HERE = os.path.dirname(os.path.abspath(__file__))
spec = importlib.util.spec_from_file_location("check", os.path.join(HERE, "corpus/events/check.py"))
check = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check)

TYPES = ("AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST SANCTION "
         "MOBILIZE COERCE ASSAULT").split()
TOLD = ("asserted", "reported")
NAMES = ["BIAS", "NO_ACTOR", "ACTOR_COUNTRY", "ACTOR_NAMED", "ACTOR_LENT", "NO_RECIPIENT", "RECIPIENT_COUNTRY",
         "RECIPIENT_NAMED", "RECIPIENT_LENT", "RECIPROCAL", "REPORTED", "CONTENT", "CHANCE"] + ["TYPE_" + t for t in TYPES]


def features(mention):
    x = dict.fromkeys(NAMES, 0.0)
    x["BIAS"] = 1.0
    for who, actors in (("ACTOR", mention.get("actor") or []), ("RECIPIENT", mention.get("recipient") or [])):
        if not actors:
            x["NO_" + who] = 1.0
            continue
        first = actors[0]
        x[who + "_COUNTRY"] = float(bool(first.get("country")))
        x[who + "_NAMED"] = float(first.get("resolved_by") in ("name", "country"))
        x[who + "_LENT"] = float(first.get("resolved_by") not in ("name", "country", "role", "place"))
    x["RECIPROCAL"] = float(bool(mention.get("reciprocal")))
    x["REPORTED"] = float(bool(mention.get("reported")))
    x["CONTENT"] = float(bool(mention.get("content")))
    x["TYPE_" + mention["type"]] = 1.0
    chance = (mention.get("confidences") or {}).get("type", 0.75)
    x["CHANCE"] = math.log(chance / (1 - chance))
    return [x[name] for name in NAMES]


def country(code):
    code = (code or "").replace("-", "")
    return code[:3] if len(code) == 6 or (len(code) == 3 and code not in ("UNO", "EUR", "IGO", "NGO", "GOV",
            "MIL", "COP", "REB", "UAF", "CVL", "CRM", "BUS", "JUD", "LEG", "LAB", "REL", "JRN", "EDU", "MED")) else ""


def right(mention, events):
    mine = [{country(a.get("code")) for a in mention.get(side) or []} or {""} for side in ("actor", "recipient")]
    if mention.get("reciprocal"):
        mine[1] = mine[0]
    for event in events:
        if event["type"] != mention["type"] or event["actuality"] not in TOLD:
            continue
        theirs = [{country(a.get("code")) for a in event[side]} or {""} for side in ("A", "R")]
        if event["peers"] or mention.get("reciprocal"):
            if mine[0] & theirs[0]:
                return 1.0
        elif mine[0] & theirs[0] and mine[1] & theirs[1]:
            return 1.0
    return 0.0


def main():
    items = []
    for path in sorted(glob.glob(os.path.join(HERE, "../tests/gold/sentences/*.txt"))):
        if path.endswith(("-kept.txt", "floors.txt")):
            continue
        for line in open(path, encoding="utf-8"):
            if line.strip() and not line.startswith("#"):
                items.append(check.read_line(line.rstrip("\n"), True))
    lines = "".join(json.dumps({"text": i["text"], "published": "2026-01-15"}) + "\n" for i in items)
    done = subprocess.run([sys.argv[1], "code", "-"], input=lines, capture_output=True, text=True, check=True)
    rows, truth = [], []
    for item, line in zip(items, done.stdout.splitlines()):
        for mention in json.loads(line).get("mentions") or []:
            if mention["actuality"] in TOLD and mention["type"] in TYPES:
                rows.append(features(mention))
                truth.append(right(mention, item["events"]))
    weights = [0.0] * len(NAMES)
    for step in range(3000):
        slope = [2.0 * w / len(rows) for w in weights]
        slope[0] = 0.0
        for row, y in zip(rows, truth):
            p = 1 / (1 + math.exp(-sum(w * v for w, v in zip(weights, row))))
            for k, v in enumerate(row):
                if v:
                    slope[k] += (p - y) * v / len(rows)
        weights = [w - 1.0 * s for w, s in zip(weights, slope)]
    print("/* Weights of a mention's confidence, by train/confidence.py over %d mentions, %d of them right. */"
          % (len(rows), sum(truth)))
    print("#ifndef DL_WEIGHT\n#define DL_WEIGHT(name, weight)\n#endif\n")
    for name, weight in zip(NAMES, weights):
        print("DL_WEIGHT(%s, %.2f)" % (name, weight))
    print("\n#undef DL_WEIGHT")


main()
