#!/usr/bin/env python3
"""What `dateline schema` prints must describe what dateline writes.

usage: schema.py BINARY

Packs nothing itself: decodes a Report's JSON names against the printed texts, and has protoc read the
descriptor set back."""
import json, re, subprocess, sys, tempfile

binary = sys.argv[1]
texts = subprocess.run([binary, "schema"], check=True, capture_output=True, text=True).stdout
descriptors = subprocess.run([binary, "schema", "--descriptor-set"], check=True, capture_output=True).stdout

fields = set(re.findall(r"^\s+(?:optional |repeated )?[\w.]+(?:<[^>]*>)? (\w+) = \d+;", texts, re.M))
code = subprocess.run([binary, "code", "--published", "2026-01-15"], check=True, capture_output=True, text=True,
                      input="GOMA, Congo – Gunmen attacked a convoy near Goma on Tuesday.\n").stdout
names = set()


def collect(value):
    if isinstance(value, dict):
        for name, inner in value.items():
            names.add(name)
            collect(inner)
    elif isinstance(value, list):
        for inner in value:
            collect(inner)


collect(json.loads(code))
unknown = names - fields
if not names or unknown:
    sys.exit(f"written but not in the schema: {sorted(unknown)}")

with tempfile.NamedTemporaryFile() as file:
    file.write(descriptors)
    file.flush()
    # An empty message decodes to nothing; what matters is that protoc finds the type.
    done = subprocess.run(["protoc", f"--descriptor_set_in={file.name}", "--decode=dateline.v1.Report", "report.proto"],
                          input=b"", capture_output=True)
    if done.returncode != 0:
        sys.exit(done.stderr.decode())
print(f"{len(names)} names of a Report are in the schema")
