#!/usr/bin/env python3
"""Pages to articles beside peers: quality and pages per CPU second, one table.

usage: bench/pages.py PAGES.jsonl [--dateline build/dateline]

A line of PAGES is {"id", "file", "url", "text"} with "file" relative to it and "text" what a person
calls the article; without "text" only the speed is told. Peers are measured where they are
installed: pip install trafilatura readability-lxml lxml_html_clean. F1 is that of four-word
shingles, precision and recall averaged over pages. CPU seconds are user and system of a process
that reads all pages once, its start included for dateline and not for the peers."""
import argparse
import collections
import json
import os
import re
import resource
import subprocess
import sys
import time

WIDE = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
TOKEN = re.compile(rf"[{WIDE}]|[^\W{WIDE}]+")


def shingles(text, n=4):
    words = TOKEN.findall(text or "")
    if 0 < len(words) < n:
        return collections.Counter([tuple(words)])
    return collections.Counter(tuple(words[i:i + n]) for i in range(len(words) - n + 1))


def score(pages, texts):
    precisions, recalls = [], []
    for page in pages:
        truth, got = shingles(page["text"]), shingles(texts.get(page["id"]))
        same = sum((truth & got).values())
        if got:
            precisions.append(same / sum(got.values()))
        if truth:
            recalls.append(same / sum(truth.values()))
    p, r = (sum(x) / max(len(x), 1) for x in (precisions, recalls))
    return p, r, 2 * p * r / (p + r) if p + r else 0


def cpu(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def dateline(binary, path):
    before = cpu(resource.RUSAGE_CHILDREN)
    out = subprocess.run([binary, "parse", "page", path], capture_output=True, check=True).stdout
    seconds = cpu(resource.RUSAGE_CHILDREN) - before
    answers = map(json.loads, out.decode("utf8").splitlines())
    return {a["id"]: a.get("text") for a in answers}, seconds


def peer(read, pages, folder):
    texts = {}
    before = cpu(resource.RUSAGE_SELF)
    for page in pages:
        with open(os.path.join(folder, page["file"]), "rb") as f:
            data = f.read()
        try:
            texts[page["id"]] = read(data, page.get("url"))
        except Exception:  # a peer's own trouble counts as no text
            texts[page["id"]] = None
    return texts, cpu(resource.RUSAGE_SELF) - before


def peers():
    try:
        import trafilatura
        yield f"trafilatura {trafilatura.__version__}", \
            lambda data, url: trafilatura.extract(data, url=url, include_comments=False)
    except ImportError:
        print("trafilatura is not installed", file=sys.stderr)
    try:
        import lxml.html
        import readability
        yield "readability-lxml", lambda data, url: lxml.html.fromstring(
            readability.Document(data.decode("utf8", "replace")).summary()).text_content()
    except ImportError:
        print("readability-lxml is not installed", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages")
    parser.add_argument("--dateline", default="build/dateline")
    args = parser.parse_args()
    with open(args.pages, encoding="utf8") as f:
        pages = [json.loads(line) for line in f if line.strip()]
    folder = os.path.dirname(args.pages)
    scored = all("text" in page for page in pages)
    rows = [("dateline", *dateline(args.dateline, args.pages))]
    rows += [(name, *peer(read, pages, folder)) for name, read in peers()]
    print(f"{len(pages)} pages, {time.strftime('%Y-%m-%d')}")
    print(f"{'':24} {'P':>6} {'R':>6} {'F1':>6} {'pages/CPU s':>12}")
    for name, texts, seconds in rows:
        figures = " ".join(f"{x:6.3f}" for x in score(pages, texts)) if scored else " " * 20
        print(f"{name:24} {figures} {len(pages) / max(seconds, 1e-9):12.1f}")


if __name__ == "__main__":
    main()
