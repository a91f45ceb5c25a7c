#!/usr/bin/env python3
"""A run that is killed with -9 at random moments must leave what an undisturbed run leaves.

usage: killed_run.py BINARY [--articles N] [--kills K] [--seed S] [--dir DIR] [--keep]

Makes N small articles (JSONL, with repeats, new versions and broken lines among them), runs them once
undisturbed and once killed K times, and compares the rows of dateline.sqlite (but for ingested_at and
row numbers) and the lines of reports.ndjson."""
import argparse, json, os, random, shutil, signal, sqlite3, subprocess, sys, tempfile, time

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("binary")
ap.add_argument("--articles", type=int, default=3000)
ap.add_argument("--kills", type=int, default=8)
ap.add_argument("--seed", type=int, default=1)
ap.add_argument("--dir")
ap.add_argument("--keep", action="store_true")
o = ap.parse_args()
rnd = random.Random(o.seed)
top = o.dir or tempfile.mkdtemp(prefix="killed_run.")
os.makedirs(top, exist_ok=True)

SENTENCES = [
    "Mexican police arrested 12 people in Tijuana on Tuesday.",
    "Germany welcomed France's decision, the French government said.",
    "Thousands of protesters marched in Nairobi on Friday.",
    "Russia threatened to impose sanctions on Poland.",
    "The minister spoke about roads and schools.",
    "Iran will deploy troops to the border, Iranian officials said.",
]


def write_articles(path):
    broken = 0
    with open(path, "w", encoding="utf-8") as out:
        for i in range(o.articles):
            if i % 97 == 50:
                out.write('{"id": "broken %d", "text": \n' % i)
                broken += 1
                continue
            number = i if i % 13 else rnd.randrange(max(1, i))  # some come again
            text = " ".join(rnd.choice(SENTENCES) for _ in range(4)) if i % 13 or i % 2 else "Again."
            article = {"id": f"a{number}", "title": f"Item {number}", "published": "2026-01-15", "text": text}
            out.write(json.dumps(article) + "\n")
    return broken


def command(where):
    return [o.binary, "--dir", where, "-q", "run", "--once", source]


def undisturbed(where):
    done = subprocess.run(command(where), stdout=subprocess.DEVNULL, timeout=3600)
    if done.returncode != 0:
        sys.exit(f"the undisturbed run ended with {done.returncode}")


def killed(where, seconds):
    kills = 0
    while True:
        process = subprocess.Popen(command(where), stdout=subprocess.DEVNULL)
        if kills == o.kills:
            if process.wait(timeout=3600) != 0:
                sys.exit(f"the run after {kills} kills ended with {process.returncode}")
            return kills
        try:
            process.wait(timeout=rnd.uniform(0.02, max(0.1, 1.6 * seconds / max(1, o.kills))))
            if process.returncode != 0:
                sys.exit(f"a run ended by itself with {process.returncode}")
            return kills  # it was through before the last kill
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1


def rows(where):
    db = sqlite3.connect(os.path.join(where, "dateline.sqlite"))
    ids = dict(db.execute("SELECT row, id FROM reports"))
    found = []
    tables = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    for table in sorted(tables):
        if table == "offsets":
            continue
        columns = [r[1] for r in db.execute(f"PRAGMA table_info({table})")]
        for row in db.execute(f"SELECT * FROM {table}"):
            named = dict(zip(columns, row))
            named.pop("ingested_at", None)
            named.pop("row", None)
            if "report" in named:
                named["report"] = ids[named["report"]]
            found.append((table, json.dumps(named, sort_keys=True, ensure_ascii=False)))
    return sorted(found)


def lines(where):
    with open(os.path.join(where, "reports.ndjson"), encoding="utf-8") as file:
        text = file.read()
    if text and not text.endswith("\n"):
        sys.exit("reports.ndjson ends in half a line")
    return sorted(text.splitlines())


def differ(what, a, b):
    if a == b:
        return 0
    only_a = [x for x in a if x not in set(b)][:2]
    only_b = [x for x in b if x not in set(a)][:2]
    print(f"{what} differ: {len(a)} and {len(b)}; only undisturbed: {only_a}; only killed: {only_b}")
    return 1


source = os.path.join(top, "articles.jsonl")
broken = write_articles(source)
started = time.monotonic()
undisturbed(os.path.join(top, "whole"))
seconds = time.monotonic() - started
kills = killed(os.path.join(top, "killed"), seconds)
whole_rows, whole_lines = rows(os.path.join(top, "whole")), lines(os.path.join(top, "whole"))
failed = differ("rows", whole_rows, rows(os.path.join(top, "killed")))
failed += differ("lines", whole_lines, lines(os.path.join(top, "killed")))
if not whole_lines or len(whole_rows) < len(whole_lines):
    print("nothing was coded")
    failed += 1
print(f"{o.articles} articles, {broken} of them broken, {kills} kills: {len(whole_lines)} reports, "
      f"{len(whole_rows)} rows, undisturbed in {seconds:.1f} s")
if not o.keep:
    shutil.rmtree(top)
sys.exit(1 if failed else 0)
