#!/usr/bin/env python3
"""usage: parse_text.py DATELINE

Raw text, JSONL and CoNLL-U in, CoNLL-U out: the letters of the text are all there and in order, what
is given stays as given, and a bad document among good ones is named by file and line."""
import json
import pathlib
import subprocess
import sys
import tempfile

DATELINE = sys.argv[1]


def run(*args, stdin="", code=0):
    done = subprocess.run([DATELINE, "parse", "text", *args], input=stdin.encode(),
                          capture_output=True)
    assert done.returncode == code, (args, done.returncode, done.stderr)
    return done.stdout.decode(), done.stderr.decode()


def words(conllu):
    return [tuple(line.split("\t")[:2]) for line in conllu.splitlines()
            if line and line[0] != "#"]


def letters(conllu):
    """All surface tokens, put together."""
    text, end = "", 0
    for number, form in words(conllu):
        if number == "1" or number.startswith("1-"):
            end = 0
        if "-" in number:
            text, end = text + form, int(number.split("-")[1])
        elif int(number) > end:
            text += form
    return text


def row(number, form, head="_", misc="_"):
    return "\t".join([number, form, "_", "_", "_", "_", head, "_", "_", misc]) + "\n"


GIVEN = ("# newdoc id = a\n# sent_id = a-9\n" + row("1-2", "dont", misc="SpaceAfter=No")
         + row("1", "do", "0") + row("2", "not", "1") + row("3", ".", "1") + "\n"
         "# newpar\n" + row("1", "Gone") + row("1.1", "empty") + row("2", "x y") + "\n")


def main():
    text = "The U.S. can't say  \u201cno\u201d.\n\nCafé — 3.5%?\tYes\u00a0no\n"
    out, _ = run("-", stdin=text)
    assert letters(out) == "".join(text.split()), out
    lines = "".join(json.dumps({"id": i, "text": t}) + "\n"
                    for i, t in [("p", "One two."), ("q", "Three.")])
    out, err = run("-", stdin=lines + "{oops\n")
    assert "# newdoc id = p\n" in out and "# newdoc id = q\n" in out and "-:3: " in err, (out, err)
    run("-", "--strict", stdin=lines + "{oops\n", code=1)

    out, _ = run("--input", "conllu", stdin=GIVEN)
    assert words(out) == [("1-2", "dont"), ("1", "do"), ("2", "not"), ("3", "."),
                          ("1", "Gone"), ("2", "x y")], out
    assert "# sent_id = a-9\n# text = dont.\n" in out and "# newpar\n" in out, out
    assert run("--input", "conllu", stdin=out)[0] == out, "reading what was written"
    for bad, line in [(row("1", "a", "2") + row("2", "b", "1"), 6),
                      (row("1", "a", "3") + row("2", "b"), 6),
                      (row("1", "a", "0") + row("2", "b", "0"), 6), (row("2", "a"), 4),
                      (row("2-1", "a"), 4), (row("1-2", "a") + row("1", "a"), 6),
                      (row("1", ""), 4), ("1 a _\n", 4), (row("x", "a"), 4), (row("1", "a", "up"), 4)]:
        out, err = run("--input", "conllu", stdin="# newdoc id = f\n\n# c\n" + bad + "\n" + GIVEN)
        assert f"-:{line}: " in err, (bad, err)
        assert words(out)[0] == ("1-2", "dont"), "the next document is read"
    out, _ = run("-", stdin="A spokesman for Angela Merkel said in Berlin on Monday.\n")
    names = [line.split("\t")[1] + " " + line.split("\t")[9].split("|")[0]
             for line in out.splitlines() if "NER=" in line]
    assert names == ["Angela NER=B-PER", "Merkel NER=I-PER", "Berlin NER=B-LOC"], names
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "latin.txt")
        path.write_bytes(b"\xef\xbb\xbfCaf\xe9 \x00 ok")
        assert letters(run(str(path))[0]) == "Caf\ufffdok"
        _, err = run(str(path) + ".none", "--strict", code=1)
        assert "latin.txt.none: " in err
    assert "Gone" in run("--input", "conllu", "--format", "text", stdin=GIVEN)[0]
    run("--input", "html", code=2)


main()
