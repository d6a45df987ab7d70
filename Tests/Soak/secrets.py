#!/usr/bin/env python3
"""secrets.py ZPAY [--seed S]: values that are to stay where they belong are planted in every column, and looked for afterwards.

Patient values (columns of their own in all four tables) may be nowhere: not in a sheet, the ledger, a message, a temporary folder.
Names, IDs and amounts of one department may be in no statement of another. Every file that is made has mode 0600, every folder 0700,
whatever the umask; TMPDIR and HOME stay empty. All commands are run, and some that fail.
"""
import argparse
import csv
import io
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import zipfile

DEPARTMENTS = ("Neurology", "Oncology", "Urology")


class Office:
    def __init__(self, folder, seed):
        chance = random.Random(seed)
        word = lambda mark: mark + "".join(chance.choice("abcdefghijkmnpqrstuvwxyz") for _ in range(9))
        self.folder, self.inputs = folder, os.path.join(folder, "inputs")
        os.makedirs(self.inputs)
        self.patients, self.people = [], {}
        def patient():
            self.patients.append(word("Patient"))
            return self.patients[-1]
        heads = ["patient_name", "mrn", "date_of_birth", "diagnosis", "patient_phone"]
        tables = {"physicians": [["physician_id", "name", "department", "credentialed_from", "employee_id", "npi", "email"] + heads],
                  "standing": [["physician_id", "status", "effective_from"] + heads],
                  "cases": [["case_id", "program", "physician_id", "completed_at"] + heads],
                  "conferences": [["conference_id", "program", "physician_id", "started_at", "duration_minutes", "case_id"] + heads]}
        for number in range(12):
            department = DEPARTMENTS[number % len(DEPARTMENTS)]
            own = [word("P"), word("Name"), word("E")]
            tables["physicians"].append([own[0], own[1], department, "2020-01-01", own[2], word("N"), word("m") + "@example.org"])
            tables["standing"].append([own[0], "good" if number != 5 else "not good", "2020-01-01"])
            for _ in range(3):
                own += [word("C"), word("K")]
                tables["cases"].append([own[-2], "grand-rounds", own[0], f"2026-02-{number + 1:02}"])
                tables["conferences"].append([own[-1], "more-health", own[0], f"2026-03-{number + 1:02}", str(5 + number), own[-2]])
            self.people.setdefault(department, []).extend(own)
        tables["cases"].append([word("C"), "nonsense", "P1", "2026-02-30"])
        tables["conferences"].append([word("K"), "more-health", "P1", "2026-02-03", "-4", ""])
        for name, rows in tables.items():
            for row in rows[1:]:
                row += [patient() for _ in heads]
            with open(f"{self.inputs}/{name}.csv", "w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(rows)
        self.first_case = tables["cases"][1][0]
        self.held_case = next(row[0] for row in tables["cases"][1:] if row[2] == tables["physicians"][6][0])


def contents(path):
    """Every piece of text in a file: itself, and the parts of a workbook."""
    with open(path, "rb") as file:
        data = file.read()
    yield data
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in package.namelist():
                yield package.read(name)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("zpay")
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    zpay, failures, tried = os.path.abspath(a.zpay), [], 0
    for umask in (0o000, 0o022, 0o077, 0o777):
        folder = tempfile.mkdtemp(prefix="zpay-secrets-")
        office = Office(folder + "/office", a.seed)
        watched = {name: f"{folder}/{name}" for name in ("TMPDIR", "HOME")}
        for path in watched.values():
            os.mkdir(path)
        before = {os.path.join(at, name) for at, folders, names in os.walk(office.folder) for name in folders + names}
        said = []

        def run(*arguments, statuses=(0,), stop=None):
            process = subprocess.Popen([zpay, *arguments], cwd=office.folder, env=dict(os.environ, **watched), umask=umask,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            if stop is not None:
                time.sleep(stop)
                process.send_signal(signal.SIGKILL)
            out, errors = process.communicate()
            said.extend((out, errors))
            if stop is None and process.returncode not in statuses:
                failures.append(f"umask {umask:03o}: zpay {' '.join(arguments)}: status {process.returncode}: {errors.decode()[:300]}")
            return out

        def digest():
            out = run("run", "2026Q1").decode()
            return next(line.split()[1] for line in out.splitlines() if line.startswith("digest"))

        for stop in (0.005, 0.02, 0.03, 0.04):
            run("run", "2026Q1", stop=stop)
        run("run", "2026Q1", "--strict", statuses=(1,))
        run("run", "2026Q9", statuses=(64,))
        run("check", statuses=(0, 1, 65))
        run("check", "--cases", "nowhere.csv", statuses=(64, 66))
        decide = lambda kind, record, *more: run(kind, record, "--reason", "to be looked at", "--by", "An Auditor", *more)
        decide("hold", office.first_case, "--quarter", "2026Q1")
        decide("release", office.first_case, "--quarter", "2026Q1")
        decide("forfeit", office.held_case, "--quarter", "2026Q1")
        run("explain", "2026Q1", office.first_case)
        run("close", "2026Q1", "--digest", digest(), "--prepared-by", "One Person", "--approved-by", "Another One")
        run("reissue", "2026Q1")
        run("ledger")
        run("diff", "2026Q1", statuses=(0, 1, 64, 66))
        run("journal", statuses=(0,))
        run("verify", "2026Q1", statuses=(0, 1, 64, 66))
        decide("reverse", office.first_case)
        run("run", "2026Q2")
        for at, folders, names in os.walk(folder):
            for name in folders + names:
                path = os.path.join(at, name)
                tried += 1
                if path in before or at == folder:
                    continue
                mode = stat.S_IMODE(os.lstat(path).st_mode)
                if mode != (0o700 if name in folders else 0o600):
                    failures.append(f"umask {umask:03o}: {os.path.relpath(path, folder)} has mode {mode:03o}")
                if at in watched.values():
                    failures.append(f"umask {umask:03o}: {os.path.relpath(path, folder)} was left behind")
                if name in folders:
                    continue
                texts = list(contents(path))
                for value in office.patients:
                    tried += 1
                    if any(value.encode() in text for text in texts):
                        failures.append(f"umask {umask:03o}: {os.path.relpath(path, folder)} holds a patient's value")
                stem = os.path.splitext(name)[0].split("-")[0]
                if os.path.basename(at) == "sheets":
                    for department, values in office.people.items():
                        if department.lower() == stem:
                            # Who finds nothing here would find nothing anywhere.
                            if "2026Q1" in at and not any(value.encode() in text for value in values for text in texts):
                                failures.append(f"umask {umask:03o}: {name} holds nobody of {department}: the search is blind")
                            continue
                        tried += len(values)
                        found = [value for value in values if any(value.encode() in text for text in texts)]
                        if found:
                            failures.append(f"umask {umask:03o}: {name} holds {len(found)} values of {department}")
        for value in office.patients:
            tried += 1
            if any(value.encode() in text for text in said):
                failures.append(f"umask {umask:03o}: a message holds a patient's value")
        shutil.rmtree(folder)
    for failure in sorted(set(failures)):
        print("FAILED: " + failure)
    print(f"tried {tried:,}, failed {len(failures)}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
