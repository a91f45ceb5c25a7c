#!/usr/bin/env python3
"""Writes the codebook: what each event type means, the words that are it, and words that are not.

usage: codebook.py [--check] CODEBOOK.md

Made from data/frames (types.md, the frames with their examples) and the sentences of tests/gold that may be
looked at. With --check nothing is written; exit 1 when the page is not what would be written."""
import glob, importlib.util, os, sys

import frame_lines

here = os.path.dirname(os.path.abspath(__file__))
top = os.path.join(here, "../..")
spec = importlib.util.spec_from_file_location("check", os.path.join(top, "train/corpus/events/check.py"))
check = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check)

SHOWN = 3  # examples and near misses of a kind


def meanings():
    found, name = {}, None
    for line in open(os.path.join(top, "data/frames/types.md"), encoding="utf-8"):
        if line.startswith("## "):
            name = line[3:].strip()
        elif name and line.strip():
            found[name] = line.strip()
    return found


def frames():
    """(type, mode): list of (part of speech, word with its needs, cameo, example)"""
    found = {}
    for one in frame_lines.frames():
        if "figure" not in one.args:  # figures of speech are no events
            found.setdefault((one.type, one.mode), []).append((one.pos, one.word, one.cameo, one.example))
    return found


def sentences():
    shown, misses = {}, {}
    for path in sorted(glob.glob(os.path.join(here, "sentences/*.txt"))):
        if path.endswith("-kept.txt") or path.endswith("floors.txt"):
            continue
        for line in open(path, encoding="utf-8"):
            if not line.strip() or line.startswith("#"):
                continue
            one = check.read_line(line.rstrip("\n"), True)
            for event in one["events"]:
                shown.setdefault((event["type"], event["actuality"]), []).append(one["text"])
            for none in one["none"]:
                misses.setdefault(none["reason"], []).append((one["text"], none["text"]))
    return shown, misses


def book():
    words, (shown, misses) = frames(), sentences()
    out = ["# Codebook", "",
           "What dateline codes, made from its frames and its gold sentences by `make docs`. Types and modes are "
           "[PLOVER](https://github.com/openeventdata/PLOVER)'s, the numbers CAMEO's. How words hang together on the tree is "
           "in [data/frames](../data/frames/README.md).", ""]
    for kind, meaning in meanings().items():
        out += [f"## {kind}", "", meaning, ""]
        for (of, mode), list_ in sorted(words.items()):
            if of != kind:
                continue
            cameo = sorted({c for _, _, c, _ in list_})
            out.append(f"**{'any mode' if mode == '-' else mode}** (CAMEO {', '.join(cameo)}): " +
                       ", ".join(sorted({word for _, word, _, _ in list_})) +
                       f". *{list_[0][3]}*")
            out.append("")
        for actuality in ("asserted",) + tuple(check.ACTUALITIES):
            for text in shown.get((kind, actuality), [])[:SHOWN]:
                out.append(f"- {actuality}: {text}")
        out.append("")
    out += ["## What is none", "", "Words that look like an event and are held back, with the reason.", ""]
    for reason in check.REASONS:
        for text, words_ in misses.get(reason, [])[:SHOWN]:
            out.append(f"- {reason}: {text.replace(words_, '**' + words_ + '**', 1)}")
    return "\n".join(out) + "\n"


def main():
    path = sys.argv[-1]
    if "--check" in sys.argv:
        with open(path, encoding="utf-8") as page:
            if page.read() != book():
                sys.exit(f"{path} is not what the frames and the gold say: run `make docs` and commit it")
        return
    with open(path, "w", encoding="utf-8") as page:
        page.write(book())


main()
