#!/usr/bin/env python3
"""Reads the example of every frame through the whole coder: is the event it shows found?

usage: frames.py DATELINE [--listed FILE] [--matched SHARE] [--coded SHARE] [--uncoded] [--write]

A frame of data/frames has an example, a sentence of its own, and names a type and perhaps a mode. Each example is
coded as an article. It is matched when its frame, or one of that type and mode, is found on the tree: as a mention, or
among what the gate held back, since a sentence alone seldom says whose guards they are. It is coded when it is a
mention of that type and mode, whatever its actuality. A figure of speech is matched and coded when it is held back
as figurative. Both have their least SHARE. Those not matched stand in FILE,
each with the reason; the file only shrinks. New frames may bring UNLISTED_MAX more before somebody has to look; what
no longer fails is named. --write takes it off the list and adds what fails. --uncoded shows what the gate held back."""
import collections, json, os, re, subprocess, sys

import frame_lines

TYPES = 17
FRAMES_MIN = 1200
UNLISTED_MAX = 12


def frames():
    """(type, mode, word with its needs, example, its line, whether it is a figure of speech)"""
    for one in frame_lines.frames():
        yield one.type, one.mode, one.word, one.example, one.rule, "figure" in one.args


def code(dateline, texts):
    lines = "".join(json.dumps({"id": str(n), "text": text, "published": "2025-03-12"}) + "\n"
                    for n, text in enumerate(texts))
    done = subprocess.run([dateline, "code", "-"], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def shows(report, kind, mode):
    return any(m["type"] == kind and (mode == "-" or mode in m.get("modes", [])) for m in report.get("mentions", []))


def is_figurative(report, kind):
    return not shows(report, kind, "-") and any(one["reason"] == "figurative" for one in report.get("rejected", []))


def is_matched(report, kind, mode, rules):
    """`rules`: the lines of frames of that type and mode"""
    held = report.get("mentions", []) + report.get("rejected", [])
    return shows(report, kind, mode) or any(one.get("rule") in rules for one in held)


def told(report):
    found = [m["type"] + "".join("-" + mode for mode in m.get("modes", [])) for m in report.get("mentions", [])]
    held = ["held back: " + r["reason"] for r in report.get("rejected", [])]
    return ", ".join(found + held) or "nothing"


def read_listed(path):
    listed = {}
    for line in open(path, encoding="utf-8"):
        if line.strip() and not line.startswith("#"):
            name, reason, example = (part.strip() for part in line.split("|"))
            listed[name, example] = reason
    return listed


def why(found, name):
    """A first reason, to be bettered by hand."""
    if name.split(" ", 1)[1].startswith("be "):
        return "the copula is no head on the tree"
    if found.startswith("held back"):
        return "only another word of it is an event, and that is held back"
    if found.startswith("nothing"):
        return "the tree has another word as the head, or another part of speech"
    return f"another frame fits as well: {found.split(';')[0].split(', held back')[0]}"


def write_listed(path, failed, listed):
    head = [line for line in open(path, encoding="utf-8") if line.startswith("#")] if os.path.exists(path) else []
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(head)
        for name, example in failed:
            file.write(f"{name} | {listed.get((name, example), why(failed[name, example], name))} | {example}\n")


def option(name, default=None):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else default


def main():
    path = option("--listed")
    all_ = list(frames())
    reports = code(sys.argv[1], [example for _, _, _, example, _, _ in all_])
    assert len(reports) == len(all_), (len(reports), len(all_))
    rules = collections.defaultdict(set)
    for kind, mode, _, _, rule, figure in all_:
        if not figure:
            rules[kind, mode].add(rule)
    count, matched, coded, failed = collections.Counter(), collections.Counter(), collections.Counter(), {}
    for (kind, mode, word, example, rule, figure), report in zip(all_, reports):
        name = f"{kind}{'' if mode == '-' else '-' + mode} {word}"
        count[kind] += 1
        fits = is_figurative(report, kind) if figure else shows(report, kind, mode)
        coded[kind] += fits
        if fits or (not figure and is_matched(report, kind, mode, rules[kind, mode])):
            matched[kind] += 1
            if "--uncoded" in sys.argv and not fits:
                print(f"not coded: {rule} {name} | {example} ({told(report)})")
        else:
            failed[name, example] = f"{told(report)}; {rule}"
    for kind in sorted(count):
        print(f"{kind:10} {count[kind]:5} frames: {matched[kind]:5} matched, {coded[kind]:5} coded")
    total = sum(count.values())
    shares = [sum(matched.values()) / total, sum(coded.values()) / total]
    print(f"{'all':10} {total:5} frames: {shares[0]:.4f} matched, {shares[1]:.4f} coded")
    listed = read_listed(path) if path and os.path.exists(path) else {}
    new = [key for key in failed if key not in listed]
    over = [key for key in listed if key not in failed]
    for name, example in new:
        print(f"not matched: {name} | {example} ({failed[name, example]})")
    for name, example in over:
        print(f"no longer fails: {name} | {example}")
    if "--write" in sys.argv:
        write_listed(path, failed, listed)
    elif len(new) > UNLISTED_MAX or len(count) < TYPES or total < FRAMES_MIN or \
            shares[0] < float(option("--matched", 0)) or shares[1] < float(option("--coded", 0)):
        sys.exit("frames: too few of the examples are found, or too many new ones are not")


main()
