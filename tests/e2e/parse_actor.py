#!/usr/bin/env python3
"""usage: parse_actor.py DATELINE

Phrases in, country and role out: from the command line, from JSONL with a bad line among good ones,
and with a folder of one's own laid over the shipped one without a rebuild."""
import json
import pathlib
import subprocess
import sys
import tempfile

DATELINE = sys.argv[1]


def run(*args, stdin="", code=0):
    done = subprocess.run([DATELINE, *args], input=stdin, capture_output=True, text=True)
    assert done.returncode == code, (args, done.returncode, done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def main():
    lines, _ = run("parse", "actor", "Mexican National Guard troops", "the city council of Utopia")
    assert lines[0]["code"] == "MEXMIL" and lines[0]["country"] == "MEX", lines
    assert lines[0]["input"] == "Mexican National Guard troops" and lines[0]["roles"] == ["MIL"]
    assert "country" not in lines[1], "unknown is absent"

    texts = [{"id": "a", "text": "Barack Obama", "published": "2012-05-01"},
             {"id": "b", "text": "Barack Obama", "published": "2024-05-01"},
             {"id": "c"}, {"id": "d", "text": "Houthi rebels"}]
    stdin = "".join(json.dumps(text) + "\n" for text in texts)
    lines, _ = run("parse", "actor", "-", stdin=stdin)
    assert [line["id"] for line in lines] == ["a", "b", "c", "d"], lines
    assert lines[0]["role"] == "GOV" and lines[1]["role"] == "ELI" and lines[1]["former"]
    assert lines[2]["error"]["kind"] == "bad-input" and lines[3]["code"] == "YEMREB"
    run("parse", "actor", "-", "--strict", stdin=stdin, code=1)

    with tempfile.TemporaryDirectory() as folder:
        actors = pathlib.Path(folder, "actors")
        actors.mkdir()
        mine = actors / "mine.txt"
        mine.write_text("body CUB GOV | Houthi\nperson CUB OPP 2020.. | Ana Nadie\n")
        lines, _ = run("--data", folder, "parse", "actor", "Houthi envoys", "Ana Nadie", "Hamas")
        assert [line["code"] for line in lines] == ["CUBGOV", "CUBOPP", "PSEREB"], lines
        mine.write_text("\nbody CUB GVO | Houthi\n")
        _, err = run("--data", folder, "parse", "actor", "x", code=2)
        assert "actors/mine.txt:2: 'GVO' is no sector" in err, err


main()
