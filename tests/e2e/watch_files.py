#!/usr/bin/env python3
"""`produce files --watch` as a newsroom uses a folder: what comes into it is in the log once, and whole.

usage: watch_files.py BINARY"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

BINARY = sys.argv[1]
WAIT_S = 60  # gives up; nothing here takes so long
PAGE = "<!doctype html><title>Bridge {0} closed</title><h1>Bridge {0} closed</h1><article>{1}</article>"


def sentences(name, count=6):
    return "".join(f"The council said on Monday that bridge {name} would be closed for number {i}. " for i in range(count))


def write(path, content):
    with open(path, "w", encoding="utf8") as f:
        f.write(content)


def count(top):
    """Articles in the log: as many as the worker, which never ran, is behind."""
    done = subprocess.run([BINARY, "--dir", os.path.join(top, "log"), "status"], capture_output=True, text=True,
                          timeout=WAIT_S)
    behind = re.search(r"^work +articles +\S+ +(\d+)$", done.stdout, re.M)
    return int(behind.group(1)) if behind else 0


def wait_for(top, process, articles):
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        if count(top) >= articles:
            return
        if process.poll() is not None:
            with open(os.path.join(top, "stderr"), encoding="utf8") as f:
                sys.exit(f"ended with {process.returncode}: {f.read()}")
        time.sleep(0.2)
    sys.exit(f"after {WAIT_S} s {count(top)} articles are in the log, not {articles}")


def reports(top):
    """Title and text of all that is in the log."""
    empty = os.path.join(top, "empty")
    os.mkdir(empty)
    subprocess.run([BINARY, "--dir", os.path.join(top, "log"), "-q", "run", "--once", empty], check=True,
                   capture_output=True, timeout=WAIT_S)
    with open(os.path.join(top, "log", "reports.ndjson"), encoding="utf8") as f:
        return [(r["title"], r["text"]) for r in map(json.loads, f)]


with tempfile.TemporaryDirectory() as top:
    folder = os.path.join(top, "in")
    beside = os.path.join(top, "beside")
    os.mkdir(folder)
    os.mkdir(beside)
    write(os.path.join(folder, "first.txt"), f"Bridge first closed\n\n{sentences('first')}")
    count(top)  # makes the log, so that nobody looks at it while it is made
    told_to = open(os.path.join(top, "stderr"), "w+", encoding="utf8")
    process = subprocess.Popen([BINARY, "--dir", os.path.join(top, "log"), "produce", "files", folder, "--watch"],
                               stderr=told_to)
    try:
        wait_for(top, process, 1)

        # Written slowly: it is read when nobody has written to it for a while, whole.
        with open(os.path.join(folder, "slow.txt"), "w", encoding="utf8") as f:
            f.write("Bridge slow closed\n\n")
            for sentence in re.findall(r"[^.]+\. ", sentences("slow")):
                f.write(sentence)
                f.flush()
                time.sleep(0.4)

        # Others are not held up by a writer without end, and come as pages too.
        write(os.path.join(beside, "page.html"), PAGE.format("page", f"<p>{sentences('page')}</p>"))
        os.rename(os.path.join(beside, "page.html"), os.path.join(folder, "page.html"))

        # A folder made later, with folders in it, and many at once.
        deep = os.path.join(folder, "later", "deeper")
        os.makedirs(deep)
        write(os.path.join(deep, "deep.txt"), f"Bridge deep closed\n\n{sentences('deep')}")
        for i in range(200):
            write(os.path.join(folder, f"many{i}.txt"), f"Bridge many{i} closed\n\n{sentences(f'many{i}')}")

        # Gone before it is read, and a folder that goes.
        write(os.path.join(folder, "gone.txt"), f"Bridge gone closed\n\n{sentences('gone')}")
        os.unlink(os.path.join(folder, "gone.txt"))
        os.mkdir(os.path.join(folder, "brief"))
        shutil.rmtree(os.path.join(folder, "brief"))
        names = ["first", "slow", "page", "deep"] + [f"many{i}" for i in range(200)]
        wait_for(top, process, len(names))

        # Into a folder that was made while it watched.
        write(os.path.join(deep, "last.txt"), f"Bridge last closed\n\n{sentences('last')}")
        wait_for(top, process, len(names) + 1)
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=WAIT_S)
        told_to.close()
    assert code == 0, code
    told = reports(top)
    assert sorted(t for t, _ in told) == sorted(f"Bridge {n} closed" for n in names + ["last"]), sorted(t for t, _ in told)
    cut = [t for t, text in told if sentences(t.split()[1]).strip() not in text]
    assert not cut, cut
print("ok")
