#!/usr/bin/env python3
"""Reads sentences with events marked (README.md beside this file says how).

usage: check.py [--codes] [--json] FILE…

Without --json: faults with file and line, then counts; exit 1 when there is a fault. With --codes (the
gold) each line may end in "## 1A=MEXMIL 1R=USAGOV …": a code for every actor and recipient."""
import json, re, sys

TYPES = ("AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST SANCTION MOBILIZE "
         "COERCE ASSAULT STATEMENT").split()
MODES = {
    "CONSULT": "visit third-party multilateral phone", "RETREAT": "withdraw release disarm ceasefire access resign",
    "REQUEST": "assist change yield meet", "ACCUSE": "disapprove investigate allege", "REJECT": "assist change yield meet",
    "THREATEN": "restrict arrest relations expel territory violence",
    "PROTEST": "demo riot strike hunger boycott obstruct vandalize", "SANCTION": "convict expel withdraw discontinue",
    "MOBILIZE": "troops weapons police militia",
    "COERCE": "seize restrict censor curfew martial-law arrest deport withhold misinformation cyber",
    "ASSAULT": "abduct beat torture sexual targeted destroy primitive firearms explosives suicide-attack aerial drone "
               "heavy-weapons crowd-control unconventional"}
ACTUALITIES = "reported planned possible conditional requested historical negated".split()
REASONS = ("sport game film market nature figurative history obituary advert caption question opinion generic crime noun "
           "title").split()
TAG = re.compile(r"\[([^\s\[\]]+) ([^\[\]]+)\]")
EVENT = re.compile(r"(\d?)([A-Z]+)(?:\.([a-z-]+))?(?:\+(peers))?(?:=([a-z]+))?$")
CODE = re.compile(r"(\d?[AR](?:\.\d)?)=([A-Z-]{3,9})$")


class Fault(Exception):
    pass


def read_tag(tag, start, end, words, found):
    """One tag of a span; parts joined by + are tags of their own, but for +peers."""
    for part in re.split(r"\+(?!peers)", tag):
        if part.startswith("0:"):
            if part[2:] not in REASONS:
                raise Fault(f"no reason '{part[2:]}'")
            found["none"].append({"reason": part[2:], "start": start, "end": end, "text": words})
            continue
        match = EVENT.match(part)
        if not match:
            raise Fault(f"no tag '{part}'")
        number, name, mode, peers, actuality = match.groups()
        event = found["events"].setdefault(number or "1", {"A": [], "R": [], "P": [], "D": [], "N": []})
        span = {"start": start, "end": end, "text": words}
        if name in ("A", "R", "P", "D", "N"):
            if mode or peers or actuality:
                raise Fault(f"'{part}' is no event and takes nothing after it")
            event[name].append(span)
            continue
        if name not in TYPES:
            raise Fault(f"no type '{name}'")
        if mode and mode not in MODES.get(name, "").split():
            raise Fault(f"{name} has no mode '{mode}'")
        if actuality and actuality not in ACTUALITIES:
            raise Fault(f"no actuality '{actuality}'")
        if "type" in event and event["type"] != name:
            raise Fault(f"event {number or 1} is {event['type']} and {name}")
        if "type" not in event:
            event.update(type=name, mode=mode, peers=bool(peers), actuality=actuality or "asserted", trigger=span)


def read_line(line, with_codes):
    codes = {}
    if " ## " in line:
        line, after = line.split(" ## ", 1)
        if not with_codes:
            raise Fault("codes are for the gold")
        for one in after.split():
            match = CODE.match(one)
            if not match:
                raise Fault(f"no code '{one}'")
            codes[match[1] if match[1][0].isdigit() else "1" + match[1]] = match[2]
    found = {"events": {}, "none": []}
    text, at = "", 0
    for match in TAG.finditer(line):
        text += line[at:match.start()]
        start = len(text)
        text += match[2]
        read_tag(match[1], start, len(text), match[2], found)
        at = match.end()
    text += line[at:]
    if "[" in text or "]" in text:
        raise Fault("a bracket that is no mark, or a mark in a mark")
    for number, event in found["events"].items():
        if "type" not in event:
            raise Fault(f"event {number} has arguments and no type")
        if with_codes:
            for role in "AR":
                for index, span in enumerate(event[role]):
                    key = f"{number}{role}" + (f".{index + 1}" if index else "")
                    if key not in codes:
                        raise Fault(f"no code for {key}")
                    span["code"] = codes.pop(key)
    if codes:
        raise Fault(f"codes of nothing: {' '.join(codes)}")
    return {"text": text, "events": [found["events"][n] for n in sorted(found["events"])], "none": found["none"]}


def main():
    args = [a for a in sys.argv[1:] if not a.startswith("--")]
    with_codes, as_json = "--codes" in sys.argv, "--json" in sys.argv
    faults, sentences, counts = 0, 0, {}
    seen = {}
    for path in args:
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            line = line.rstrip("\n")
            if not line.strip() or line.startswith("#"):
                continue
            where = f"{path}:{number}"
            try:
                one = read_line(line, with_codes)
                if one["text"] in seen:
                    raise Fault(f"the same text as {seen[one['text']]}")
                seen[one["text"]] = where
            except Fault as fault:
                print(f"{where}: {fault}", file=sys.stderr)
                faults += 1
                continue
            sentences += 1
            one["where"] = where
            if as_json:
                print(json.dumps(one, ensure_ascii=False))
            for event in one["events"]:
                key = event["type"] + ("" if event["actuality"] == "asserted" else "=" + event["actuality"])
                counts[key] = counts.get(key, 0) + 1
            for none in one["none"]:
                counts["0:" + none["reason"]] = counts.get("0:" + none["reason"], 0) + 1
            if not one["events"]:
                counts["no event"] = counts.get("no event", 0) + 1
    if not as_json:
        print(f"{sentences} sentences, {faults} faults")
        for key, count in sorted(counts.items()):
            print(f"  {key:26} {count}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
