#!/usr/bin/env python3
"""docs/CONFIG.md and docs/METRICS.md are what the tables in the program say (`make docs`)."""
import os, subprocess, sys

binary, docs = sys.argv[1:3]
stale = []
for name, option in (("CONFIG.md", "--docs"), ("METRICS.md", "--metrics")):
    told = subprocess.run([binary, "config", option], capture_output=True, text=True, check=True)
    with open(os.path.join(docs, name), encoding="utf-8") as file:
        if file.read() != told.stdout:
            stale.append(name)
for name in stale:
    print("docs/%s is not what the program says: run `make docs` and commit it" % name)
sys.exit(1 if stale else 0)
