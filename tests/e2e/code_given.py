#!/usr/bin/env python3
"""usage: code_given.py DATELINE

Words and trees given as CoNLL-U are coded as they stand: who did what to whom in actives, passives
and control; a tree with a circle is an error that names its line, and the next document is coded.
The same events as CSV, and explained."""
import csv
import io
import json
import subprocess
import sys

DATELINE = sys.argv[1]


def run(*args, stdin=""):
    done = subprocess.run([DATELINE, *args], input=stdin.encode(), capture_output=True, timeout=60)
    assert done.returncode == 0, (args, done.returncode, done.stderr)
    return done.stdout.decode()


def document(name, words):
    """words: "form/lemma/UPOS/head/relation …"."""
    lines = [f"# newdoc id = {name}", "# published = 2026-01-15"]
    for number, word in enumerate(words.split(), 1):
        form, lemma, upos, head, relation = word.split("/")
        lines.append("\t".join([str(number), form, lemma, upos, "_", "_", head, relation, "_", "_"]))
    return "\n".join(lines) + "\n\n"


ACTIVE = document("active", "Mexican/mexican/ADJ/2/amod soldiers/soldier/NOUN/3/nsubj "
                  "arrested/arrest/VERB/0/root two/two/NUM/5/nummod Americans/American/PROPN/3/obj "
                  "././PUNCT/3/punct")
PASSIVE = document("passive", "Two/two/NUM/2/nummod Americans/American/PROPN/4/nsubj:pass "
                   "were/be/AUX/4/aux:pass arrested/arrest/VERB/0/root by/by/ADP/7/case "
                   "Mexican/mexican/ADJ/7/amod soldiers/soldier/NOUN/4/obl:agent ././PUNCT/4/punct")
PLANNED = document("threat", "Russia/Russia/PROPN/2/nsubj threatened/threaten/VERB/0/root "
                   "to/to/PART/4/mark bomb/bomb/VERB/2/xcomp Ukraine/Ukraine/PROPN/4/obj "
                   "././PUNCT/2/punct")
NEGATED = document("negated", "Police/police/NOUN/4/nsubj did/do/AUX/4/aux not/not/PART/4/advmod "
                   "arrest/arrest/VERB/0/root the/the/DET/6/det mayor/mayor/NOUN/4/obj "
                   "././PUNCT/4/punct")
CIRCLE = document("circle", "Rain/rain/NOUN/2/nsubj fell/fall/VERB/3/root here/here/ADV/2/advmod")


def codes(actors):
    return [actor["code"] for actor in actors or []]


def main():
    out = run("code", "--input", "conllu", "-",
              stdin=ACTIVE + CIRCLE + PASSIVE + PLANNED + NEGATED)
    reports = [json.loads(line) for line in out.splitlines()]
    assert [r["id"] for r in reports] == ["active", "circle", "passive", "threat", "negated"]
    for report in (reports[0], reports[2]):
        (event,) = report["mentions"]
        assert event["type"] == "COERCE" and event["modes"] == ["arrest"], event
        assert codes(event["actor"]) == ["MEXMIL"] and codes(event["recipient"]) == ["USACVL"], event
        assert event["actuality"] == "asserted"
        span = event["trigger"]
        assert report["text"][span["start"]:span["end"]] == "arrested"
    assert "circle of heads" in reports[1]["error"]["message"], reports[1]
    line = ACTIVE.count("\n") + 3
    assert f":{line}" in reports[1]["error"]["message"] or f":{line + 3}" in \
        reports[1]["error"]["message"], reports[1]
    (threat,) = reports[3]["mentions"]
    assert threat["type"] == "THREATEN" and threat["content"]["type"] == "ASSAULT", threat
    assert codes(threat["recipient"]) == ["UKR"], threat
    (negated,) = reports[4]["mentions"]
    assert negated["actuality"] == "negated" and negated["polarity_cue"]["text"] == "not", negated
    assert out == run("code", "--input", "conllu", "-",
                      stdin=ACTIVE + CIRCLE + PASSIVE + PLANNED + NEGATED), "other bytes"

    rows = list(csv.DictReader(io.StringIO(
        run("code", "--input", "conllu", "--format", "csv", "-", stdin=ACTIVE + PLANNED))))
    assert [(row["type"], row["actor"]) for row in rows] == [("COERCE", "MEXMIL"),
                                                              ("THREATEN", "RUS")], rows

    told = run("explain", "--input", "conllu", "--tree", "-", stdin=NEGATED)
    for part in ("[T arrest]", "negated for “not”", "rule", "nsubj"):
        assert part in told, (part, told)


main()
