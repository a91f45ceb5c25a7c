#!/usr/bin/env python3
"""How much the relay itself costs, without reading or coding: articles in, outcomes out.

usage: relay.py BINARY [--articles N] [--bytes B]

Writes N articles of B bytes as JSON lines and times, with the log's default durability (every commit
reaches the disk):
  produce   files into the embedded log
  run       files in, log, worker that only parses, stamps and packs, SQLite and NDJSON out
and prints rates by the clock and by CPU, and the peak memory. Beside them, as a yardstick of the same
machine in the same minute, what one `gzip -1` of the same file takes."""
import argparse, json, os, random, shutil, subprocess, sys, tempfile, time

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("binary")
ap.add_argument("--articles", type=int, default=20000)
ap.add_argument("--bytes", type=int, default=4096)
o = ap.parse_args()
top = tempfile.mkdtemp(prefix="bench_relay.")
source = os.path.join(top, "articles.jsonl")

WORDS = ("the minister said on Tuesday that troops near border city had withdrawn after talks with rebels over "
         "prisoners and water supply which officials in capital called a step toward ceasefire while opposition "
         "lawmakers demanded that government publish terms of agreement before vote next week").split()


def write_articles():
    rnd = random.Random(5)
    with open(source, "w", encoding="utf-8") as out:
        for i in range(o.articles):
            text = []
            size = 0
            while size < o.bytes:
                sentence = " ".join(rnd.choice(WORDS) for _ in range(18)).capitalize() + "."
                text.append(sentence)
                size += len(sentence) + 1
            out.write(json.dumps({"id": f"a{i}", "title": f"Item {i}", "published": "2026-01-02",
                                  "text": " ".join(text)}) + "\n")


def timed(name, command):
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    if status != 0:
        sys.exit(f"{name}: ended with {status}")
    cpu = usage.ru_utime + usage.ru_stime
    print(f"{name:8} {o.articles / wall:9.0f}/s  {1e6 * cpu / o.articles:7.1f} µs CPU each  "
          f"{usage.ru_maxrss / 1024:6.0f} MiB  {wall:6.2f} s")


write_articles()
print(f"{o.articles} articles of {o.bytes} bytes")
timed("gzip -1", ["gzip", "-1", "-k", source])
timed("produce", [o.binary, "--dir", os.path.join(top, "a"), "-q", "produce", "files", source])
timed("run", [o.binary, "--dir", os.path.join(top, "b"), "-q", "run", "--once", "--until", "none", source])
shutil.rmtree(top)
