#!/usr/bin/env python3
"""generate.py RECORDS DIR [--bad SHARE] [--physicians N] [--seed S] [--quarter Q] [--first N]: a workspace for January to March 2026.

Deterministic: the same arguments give the same bytes with every Python from 3.8 on. About 70 % of the records are cases, the others
conferences, over 24 departments of very different size. SHARE of them (0.04) can't be paid, each for one of nine reasons. With --quarter
they are of another quarter of the year, and with --first their IDs go on behind those of another workspace.
"""
import argparse
import os
import random

DEPARTMENTS = (
    "Medicine", "Surgery", "Neurology", "Pediatrics", "Radiology", "Dermatology", "Urology", "Oncology", "Cardiology", "Pathology",
    "Psychiatry", "Ophthalmology", "Orthopaedic Surgery", "Anesthesia", "Otolaryngology", "Neurological Surgery", "Nephrology",
    "Rheumatology", "Gastroenterology", "Endocrinology", "Infectious Diseases", "Pulmonology", "Medical Genetics",
    "Obstetrics, Gynecology & Reproductive Sciences")
FIRST = ("Ada", "Ben", "Chidi", "Dana", "Elif", "Farid", "Grace", "Hana", "Íñigo", "Jo", "Kei", "Lena", "Marek", "Nadia")
LAST = ("Abara", "Bergström", "Chen", "Díaz", "Eze", "Fischer", "Gupta", "O'Brien", "Petrov", "Rossi", "Tanaka", "Wójcik", "Young")
MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
BAD = ("program", "status", "date", "time", "quarter", "physician", "standing", "length", "again")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("records", type=int)
    ap.add_argument("folder")
    ap.add_argument("--bad", type=float, default=0.04)
    ap.add_argument("--physicians", type=int)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--quarter", type=int, default=1)
    ap.add_argument("--first", type=int, default=1)
    a = ap.parse_args()
    days = [f"2026-{m:02}-{d:02}" for m in range(3 * a.quarter - 2, 3 * a.quarter + 1) for d in range(1, MONTHS[m - 1] + 1)]
    people = a.physicians or max(48, min(50_000, a.records // 50))
    inputs = os.path.join(a.folder, "inputs")
    os.makedirs(inputs, exist_ok=True)
    chance = random.Random(a.seed).random
    pick = lambda values: values[int(chance() * len(values))]
    open_file = lambda name: open(os.path.join(inputs, name), "w", encoding="utf-8", newline="\n")
    # The first of the departments have the most people; one in fifty is not in good standing.
    weights = [1 / (n + 1) for n in range(len(DEPARTMENTS))]
    departments = random.Random(a.seed + 1).choices(DEPARTMENTS, weights, k=people)
    with open_file("physicians.csv") as physicians, open_file("standing.csv") as standing:
        physicians.write("physician_id,name,department,credentialed_from,employee_id\n")
        standing.write("physician_id,status,effective_from\n")
        for n, department in enumerate(departments):
            name = f"{pick(LAST)}, {pick(FIRST)}, MD"
            physicians.write(f'P{n:06},"{name}","{department}",2020-01-01,{n + 40_000_000:08}\n')
            standing.write(f"P{n:06},{'not good' if n % 50 == 49 else 'good'},2020-01-01\n")
    good = [n for n in range(people) if n % 50 != 49]
    with open_file("cases.csv") as cases, open_file("conferences.csv") as conferences:
        cases.write("case_id,program,physician_id,completed_at,status,offered_at,accepted_at\n")
        conferences.write("conference_id,program,physician_id,started_at,ended_at,duration_minutes\n")
        last = {}
        for n in range(a.records):
            is_case = chance() < 0.7
            bad = pick(BAD) if chance() < a.bad else ""
            number = f"{'C' if is_case else 'V'}{n + a.first:08}"
            program = "more-health" if not is_case or chance() < 0.4 else "grand-rounds"
            physician = f"P{pick(good):06}"
            day, hour, minute = pick(days), 8 + int(chance() * 10), int(chance() * 60)
            if bad == "program":
                program = "another partner"
            elif bad == "date":
                day = "31.02.2026"
            elif bad == "quarter":
                day = "2025-11-30"
            elif bad == "physician":
                physician = f"X{n:06}"
            elif bad == "standing":
                physician = f"P{min(people - 1, 49 + 50 * int(chance() * (people // 50))):06}"
            if is_case:
                time = "" if bad in ("time", "length") else f"{day} {hour:02}:{minute:02}"
                status = "in review" if bad == "status" else "completed"
                row = f",{program},{physician},{time},{status},{day} 01:00,{day} {1 + int(chance() * 3):02}:30\n"
                target = cases
            else:
                length = 3 + int(chance() * 110)
                end = "" if bad in ("length", "status") else f"{day} {hour + (minute + length) // 60:02}:{(minute + length) % 60:02}"
                time = "" if bad == "time" else f"{day} {hour:02}:{minute:02}"
                row = f",{program},{physician},{time},{end},{length if bad not in ('length', 'status') else 0}\n"
                target = conferences
            if bad == "again" and is_case in last:
                target.write(last[is_case])
                continue
            last[is_case] = number + row
            target.write(number + row)


if __name__ == "__main__":
    main()
