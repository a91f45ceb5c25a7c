#!/usr/bin/env python3
"""usage: damaged_knowledge.py DATELINE

What dateline knows, damaged or wrong: files of the build that are cut, flipped, of another version or missing, and a
folder of one's own with bad lines, duplicates and cycles. Each is refused with one line that names the file, or file and line. A good
folder is laid over without a rebuild: its lines go before the shipped ones of the same phrase and kind, all others stay."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

DATELINE = pathlib.Path(sys.argv[1]).resolve()
SHARE = DATELINE.parent / "share/dateline"


def run(dateline, *args, stdin="", code=0):
    done = subprocess.run([dateline, *args], input=stdin, capture_output=True, text=True)
    assert done.returncode == code, (args, done.returncode, done.stdout[:300], done.stderr)
    return done


def refused(dateline, *want):
    done = subprocess.run([dateline, "parse", "actor", "Mexican soldiers"], capture_output=True, text=True)
    assert done.returncode in (1, 2) and not done.stdout, (done.returncode, done.stdout)
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1 and all(part in lines[0] for part in want), (want, done.stderr)


def a_room_of_its_own(folder):
    """The binary beside a share folder whose files may be spoilt one by one."""
    room = pathlib.Path(folder)
    shutil.copy(DATELINE, room / "dateline")
    share = room / "share/dateline"
    shutil.copytree(SHARE, share, symlinks=True, copy_function=os.link)
    return room / "dateline", share


def spoil(path, change):
    whole = path.read_bytes()
    path.unlink()  # a link to the build's own
    path.write_bytes(change(whole))
    return whole


def flip(at):
    return lambda whole: whole[:at] + bytes([whole[at] ^ 64]) + whole[at + 1:]


def spoilt_files_are_named():
    with tempfile.TemporaryDirectory(dir=DATELINE.parent) as folder:
        dateline, share = a_room_of_its_own(folder)
        run(dateline, "parse", "actor", "Mexican soldiers")
        almanac = share / "almanac.bin"
        for change, says in ((lambda whole: whole[:len(whole) // 2], "damaged"), (flip(100000), "damaged"),
                             (lambda whole: whole[:20], "is no almanac"), (flip(9), "version"), (lambda _: b"", "is no almanac")):
            whole = spoil(almanac, change)
            refused(dateline, "almanac.bin", says)
            almanac.write_bytes(whole)
        almanac.unlink()
        refused(dateline, "almanac.bin")
        almanac.write_bytes(whole)
        text = share.parent / "article.txt"
        text.write_text("Chad struck Libya.\n")
        for model in sorted((share / "models").glob("*.model")):
            whole = spoil(model, flip(4096))
            done = run(dateline, "code", text, code=2)
            assert model.name in done.stderr and "damaged" in done.stderr, (model, done.stderr)
            model.write_bytes(whole)
        run(dateline, "code", text)


BAD = (
    ("actors/mine.txt", "\n# so\nperson ZZZ GOV | Ana Nadie\n", "actors/mine.txt:3: code 'ZZZ' is not a country"),
    ("actors/mine.txt", "person CUB GVO | Ana Nadie\n", "actors/mine.txt:1: 'GVO' is no sector"),
    ("actors/mine.txt", "person CUB GOV 2024..2020 | Ana Nadie\n", "actors/mine.txt:1: '2024..2020' ends before"),
    ("actors/mine.txt", "person CUB GOV Ana Nadie\n", "actors/mine.txt:1: no '|'"),
    ("actors/mine.txt", "body CUB GOV | Club Uno\nbody CUB GOV | Club uno\n", "'Club uno' is already at actors/mine.txt:1"),
    ("actors/mine.txt", "body CUB GOV id=a part=b | Club Uno\nbody CUB GOV id=b part=a | Club Dos\n", "a cycle"),
    ("roles/mine.txt", "role ABC | beekeepers\n", "roles/mine.txt:1: 'ABC' is no sector"),
    ("places/mine.txt", "town CUB 20 x 5 | Pueblo\n", "places/mine.txt:1: 'x' is no number"),
    ("countries/mine.txt", "people XYZ | Xyzzyan\n", "countries/mine.txt:1: code 'XYZ' is not a country"),
    ("frames/mine.txt", "frame verb ACCUSE - 112 | blame\n", "frames/mine.txt:1: no example"),
    ("frames/mine.txt", "frame verb ACUSE - 112 | blame | Cuba blamed Peru.\n", "frames/mine.txt:1: 'ACUSE' is no event type"),
)


def wrong_lines_are_named():
    for name, text, want in BAD:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, name)
            path.parent.mkdir()
            path.write_text(text)
            done = run(DATELINE, "--data", folder, "parse", "actor", "x", code=2)
            assert want in done.stderr and not done.stdout, (want, done.stderr)
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "actors").mkdir()
        pathlib.Path(folder, "actors/mine.txt").write_bytes(b"person CUB GOV | Ana \xff\n")
        done = run(DATELINE, "--data", folder, "parse", "actor", "x", code=2)
        assert "actors/mine.txt:1: not UTF-8" in done.stderr, done.stderr


def own_lines_go_before_shipped_ones():
    files = {"actors/mine.txt": "body PER REB | Houthi\n", "roles/mine.txt": "role REL | soldiers; moon gazers\n",
             "places/mine.txt": "town PER -12 -77 90000000 | Akron\n",
             "frames/mine.txt": "frame verb MOBILIZE troops 154 | zarf | Chad zarfed Libya.\n"}
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as elsewhere:
        for name, text in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir()
            path.write_text(text)
        ask = ("parse", "actor", "Houthi", "Peruvian soldiers", "Kenyan moon gazers", "farmers in Akron", "Hamas")
        codes = [json.loads(line).get("code", "") for line in run(DATELINE, "--data", folder, *ask).stdout.splitlines()]
        assert codes == ["PERREB", "PERREL", "KENREL", "PERAGR", "PSEREB"], codes
        shipped = [json.loads(line).get("code", "") for line in run(DATELINE, *ask).stdout.splitlines()]
        assert shipped[:3] == ["YEMREB", "PERMIL", "KEN"] and shipped[3] == "USAAGR", shipped
        text = pathlib.Path(elsewhere, "article.txt")
        text.write_text("Chad zarfed Libya on Monday. Chad bombed Libya on Monday.\n")
        types = [m["type"] for m in json.loads(run(DATELINE, "--data", folder, "code", str(text)).stdout)["mentions"]]
        assert types == ["MOBILIZE", "ASSAULT"], types
        types = [m["type"] for m in json.loads(run(DATELINE, "code", str(text)).stdout)["mentions"]]
        assert types == ["ASSAULT"], types


spoilt_files_are_named()
wrong_lines_are_named()
own_lines_go_before_shipped_ones()
