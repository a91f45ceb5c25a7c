#!/usr/bin/env python3
"""An article that kills every worker that reads it ends as a dead letter; those around it become
reports.

  crashing_article.py BINARY PLANTED_BUG_LIBRARY"""
import json, os, signal, subprocess, sys, tempfile, time

BINARY, LIBRARY = sys.argv[1:3]
ARTICLES, CULPRIT, DEATHS_MAX, DEADLINE_S = 60, 31, 5, 60


def dateline(folder, *args):
    return subprocess.run([BINARY, "--dir", folder, *args], capture_output=True, text=True)


def behind(folder):
    lines = dateline(folder, "status", "--once").stdout.splitlines()
    return int(lines[1].split()[-1]) if len(lines) > 1 else -1


def main():
    env = {**os.environ, "LD_PRELOAD": LIBRARY, "PLANTED_BUG": "crash"}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "articles.jsonl")
        with open(path, "w") as out:
            for number in range(ARTICLES):
                text = "CRASH-HERE" if number == CULPRIT else "Troops came to town %d." % number
                out.write(json.dumps({"id": "c%d" % number, "text": text}) + "\n")
        assert dateline(folder, "produce", "files", path).returncode == 0
        deaths, end = 0, time.monotonic() + DEADLINE_S
        worker = None
        while time.monotonic() < end:
            if worker is None or worker.poll() is not None:
                deaths += worker is not None
                worker = subprocess.Popen([BINARY, "--dir", folder, "work"], env=env,
                                          stderr=subprocess.DEVNULL)
            time.sleep(0.1)
            if worker.poll() is None and deaths > 0 and behind(folder) == 0:
                break
        worker.send_signal(signal.SIGTERM)
        code = worker.wait()
        dead = dateline(folder, "dead", "list").stdout.splitlines()
        audit = dateline(folder, "audit")
        print("%d deaths, exit %d\n%s\n%s" % (deaths, code, "\n".join(dead), audit.stdout))
        good = (code == 0 and 1 <= deaths <= DEATHS_MAX and len(dead) == 1 and
                "not read" in dead[0] and "c%d\t" % CULPRIT in dead[0] and audit.returncode == 0 and
                "reports   %d\n" % (ARTICLES - 1) in audit.stdout)
        return 0 if good else 1


sys.exit(main())
