#!/usr/bin/env python3
"""Judges what the coder makes of whole articles: which words tell the same happening, and what an article is about.

usage: happenings.py BINARY DIR… [--floors FILE] [-v]

The articles of each DIR (articles/README.md) are coded, and their event marks compared with the clusters. A marked
word is found where a mention other than a STATEMENT has its trigger on it. Prints a table a folder:

  words found            of the words that tell happenings
  together: recall       of pairs of words of one happening, those found in one cluster
  together: precision    of pairs of found words in one cluster, those of one happening
  subject: found         of articles, those with a mention of the happening that they tell first
  subject: shown once    of those, the ones whose default view (asserted or reported, main of its cluster) has it once
  subject: main word     of those, the ones whose default view shows it by one of its marked words

-v lists what is wrong, but never of kept/ and unseen/. FILE has lines "FOLDER LEAST FIGURE"; exit 1 below one, and
where a report's spans are not its text's."""
import argparse, glob, importlib.util, itertools, json, os, subprocess, sys

here = os.path.dirname(os.path.abspath(__file__))
spec = importlib.util.spec_from_file_location("marks", os.path.join(here, "articles/check.py"))
marks = importlib.util.module_from_spec(spec)
spec.loader.exec_module(marks)

TOLD = ("asserted", "reported")


def read_folder(folder):
    articles = []
    for path in sorted(glob.glob(os.path.join(folder, "*.txt"))):
        marked = open(path, encoding="utf-8").read()
        text, found, _ = marks.read_article(marked)
        start = len(text) - len(text.lstrip())
        words = [{"name": args[0], "start": at - start, "end": at - start + len(words)}
                 for kind, args, words, at in found if kind == "event"]
        published = marked.split("\n", 1)[0].split(": ")[1]
        articles.append({"id": os.path.basename(path), "text": text.strip(), "words": sorted(words, key=lambda w: w["start"]),
                         "published": published})
    return articles


def code(binary, articles):
    lines = ""
    for article in articles:
        record = {"id": article["id"], "text": article["text"]}
        if article["published"] != "none":
            record["published"] = article["published"]
        lines += json.dumps(record) + "\n"
    done = subprocess.run([binary, "code", "-"], input=lines, capture_output=True, text=True, check=True)
    reports = {r["id"]: r for r in map(json.loads, done.stdout.splitlines())}
    for article in articles:
        report = reports[article["id"]]
        article["mentions"] = [m for m in report.get("mentions", []) if m["type"] != "STATEMENT"]
        if report["text"] != article["text"]:
            sys.exit(f"{article['id']}: the report's text is not the article's")
        for mention in article["mentions"]:
            trigger = mention["trigger"]
            if article["text"][trigger["start"]:trigger["end"]] != trigger["text"]:
                sys.exit(f"{article['id']}: a trigger that is not in the text: {trigger}")


def meets(word, mention):
    return mention["trigger"]["start"] < word["end"] and word["start"] < mention["trigger"]["end"]


def judge(article, complain):
    """Counts of one article, name -> (right, of)."""
    words, mentions = article["words"], article["mentions"]
    for word in words:
        word["clusters"] = {m["cluster"] for m in mentions if meets(word, m)}
    found = [w for w in words if w["clusters"]]
    out = {"words found": (len(found), len(words))}
    pairs = [(a["name"] == b["name"], bool(a["clusters"] & b["clusters"]), a, b)
             for a, b in itertools.combinations(words, 2)]
    both = sum(same and one for same, one, _, _ in pairs)
    out["together: recall"] = (both, sum(same for same, _, _, _ in pairs))
    out["together: precision"] = (both, sum(one for _, one, _, _ in pairs))
    for same, one, a, b in pairs:
        if same != one:
            complain(article, "apart" if same else "one cluster", a, b)
    subject = words[0]["name"]
    clusters = set().union(*(w["clusters"] for w in words if w["name"] == subject))
    shown = [m for m in mentions if m["cluster"] in clusters and m["main"] and m["actuality"] in TOLD]
    out["subject: found"] = (bool(clusters), 1)
    if clusters:
        on_word = any(meets(w, m) for w in words if w["name"] == subject for m in shown)
        out["subject: shown once"] = (len(shown) == 1, 1)
        out["subject: main word"] = (on_word, 1)
    else:
        complain(article, "subject not found", words[0], words[0])
    return out


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("binary")
    ap.add_argument("folders", nargs="+", metavar="DIR")
    ap.add_argument("--floors")
    ap.add_argument("-v", action="store_true")
    o = ap.parse_args()
    shares = {}
    for folder in o.folders:
        name = os.path.basename(os.path.normpath(folder))
        may_tell = o.v and name not in ("kept", "unseen")

        def complain(article, what, a, b):
            if may_tell:
                said = [f"{w['name']} “{article['text'][w['start']:w['end']]}”" for w in (a, b)]
                print(f"{article['id']}: {what}: {' and '.join(said)}")

        articles = read_folder(folder)
        if not articles:
            sys.exit(f"{folder}: no articles")
        code(o.binary, articles)
        total = {}
        for article in articles:
            for figure, (right, of) in judge(article, complain).items():
                a, b = total.get(figure, (0, 0))
                total[figure] = (a + right, b + of)
        print(f"{name}: {len(articles)} articles")
        for figure, (right, of) in total.items():
            shares[name, figure] = right / of if of else 1.0
            print(f"  {figure:20} {right:4} of {of:4}  {shares[name, figure]:.3f}")
    failed = 0
    for line in open(o.floors, encoding="utf-8") if o.floors else []:
        if line.strip() and not line.startswith("#"):
            name, least, figure = line.strip().split(None, 2)
            if shares.get((name, figure), 0) < float(least):
                print(f"below its floor: {figure} ({name}): {shares.get((name, figure), 0):.3f} < {least}")
                failed += 1
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
