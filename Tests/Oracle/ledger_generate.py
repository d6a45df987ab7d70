#!/usr/bin/env python3
"""ledger_generate.py SEED OUTDIR: shows a seed's inputs, quarter by quarter (no decisions). ledger_compare.py uses World.

World(seed) is a small department's life over 2 to 6 quarters: work that is claimed late, twice, corrected, split up,
taken back or lost from the files, a roster and standings that change behind it, plans that change, and people who decide.
"""
import csv, datetime as dt, os, shutil, sys
from zoneinfo import ZoneInfo
from generate import Gen, DEPARTMENTS, ZONES, yaml_lines
import oracle
from ledger_oracle import NEVER_RELEASED, record_of

DAY = dt.timedelta(days=1)
NAMES = ["Ana García", "José Núñez", "Zoë Brown", "=Sum Total", "+Ada Li", "O'Neil, Pat", "李 Zhang", "Ana García", "-Bob"]
WORDS = {"grand-rounds": ["Grand Rounds", "GR", "GRAND_ROUNDS", "Included Health"], "more-health": ["More Health", "MH", "more-health"],
         "acme": ["Acme", "ACME Ltd."]}
GOOD, BAD, NOT_MEMBER = ["good", "Yes", "In Good Standing"], ["Not Good", "no"], ["not a member", "non-member"]
NOT_DONE = ["cancelled", "open", "no-show"]
FILES = {"cases": ["cases.csv", "Cases-2.CSV", "cases_B.csv", "cases late.csv"], "conferences": ["conferences.csv", "conferences-é.csv", "Conferences2.csv"],
         "physicians": ["physicians.csv", "PHYSICIANS-new.csv"], "standing": ["standing.csv", "standings.csv"]}


class World(Gen):
    def __init__(self, seed):
        super().__init__(f"ledger-{seed}", 0, "none")
        r = self.r
        self.zone_name = r.choice(ZONES) if self.p(0.3) else "America/Los_Angeles"
        self.zone = ZoneInfo(self.zone_name)
        self.headings, self.near, self.limit, self.per = {}, 2, 240, [40]
        self.wild = self.p(0.4)                  # files as vicious as generate.py's
        self.cumulative = self.p(0.5)
        at = r.choice([dt.date(2025, 7, 1), dt.date(2025, 10, 1), dt.date(2026, 1, 1), dt.date(2026, 4, 1)])
        self.quarters = []
        for _ in range(r.choice([2, 3, 3, 4, 4, 5, 6])):
            after = (at.replace(day=28) + 80 * DAY).replace(day=1)
            self.quarters.append((oracle.quarter_name(at), at, after - DAY))
            at = after
        self.departments = r.sample([d for d in DEPARTMENTS if "\n" not in d], r.randint(2, 5))
        self.two_payers = self.p(0.3)
        self.rates = {"case": [self.rate("2000-01-01")], "conference": [self.rate("2000-01-01", 40)]}
        self.rules = {}
        self.people, self.claims = [], []
        for k in range(r.randint(3, 8)):
            self.people.append(self.person(k))

    # ---------------------------------------------------------------------------------- the plan

    def rate(self, start, per=None):
        rate = {"from": start, "amount": self.r.choice(["500", "500.00", "612.50", "333.33", "0.01", "1200.10"])}
        if per:
            rate["per_minutes"] = per
        return rate

    def change_plan(self, n):
        r, first = self.r, self.quarters[n][1]
        self.rules["late_records"] = r.choice(["pay", "pay", "pay", "hold"])
        if self.p(0.3):
            self.rules["limits"] = {"conference_minutes": r.choice([60, 120, 240, 600])}
        if self.p(0.3):
            self.rules["standing"] = {"as_of": r.choice([["service-date"], ["quarter-end"], ["service-date", "quarter-end"]]),
                                      "unlisted": r.choice(["good", "hold", "hold"])}
        for activity, rates in self.rates.items():
            per = r.choice([40, 30, 45]) if activity == "conference" else None
            start = str(first + r.choice([-90, -40, 0, 20, 60]) * DAY)
            if self.p(0.2) and all(x["from"] != start for x in rates):
                rates.append(self.rate(start, per))
            elif self.p(0.1):                    # a correction of what was true before
                rates[0] = self.rate("2000-01-01", per)

    def plan_text(self):
        programs = {"grand-rounds": {"name": "Grand Rounds", "aliases": ["GR", "Included Health"], "pays": ["case"]},
                    "more-health": {"name": "More Health", "aliases": ["MH"], "pays": ["case", "conference"]},
                    "acme": {"name": "Acme Ltd.", "pays": ["case", "conference"] if self.two_payers else ["case"]}}
        return "\n".join(yaml_lines(dict(self.rules, time_zone=self.zone_name, programs=programs, rates=self.rates))) + "\n"

    # ---------------------------------------------------------------------------------- people

    def person(self, k):
        r = self.r
        person = dict(physician_id=r.choice([f"P{k:03d}", f"+{k}00", f"Dé{k}", f"0{k}"]), name=r.choice(NAMES), npi=f"10000000{k:02d}",
                      employee_id=f"0100000{k:02d}" if self.p(0.9) else "", email=f"Doc{k}@Example.org" if self.p(0.6) else "",
                      employee_record="", listed=self.p(0.85), spans=[], standing=[])
        start = dt.date(2012, 3, 4) if self.p(0.7) else self.some_day()
        person["spans"].append([start, None if self.p(0.85) else start + 400 * DAY, r.choice(self.departments)])
        if self.p(0.9):
            person["standing"].append([dt.date(2010, 1, 1), None, GOOD if self.p(0.9) else BAD])
        return person

    def some_day(self):
        first, last = self.quarters[0][1], self.quarters[-1][2]
        if self.p(0.3):
            return self.r.choice(self.quarters)[self.r.choice([1, 2])] + self.r.choice([-1, 0, 1]) * DAY
        return first - 30 * DAY + self.r.randrange((last - first).days + 60) * DAY

    def change_people(self):
        r = self.r
        for person in self.people:
            spans, x = person["spans"], r.random()
            if x < 0.06:
                person["listed"] = not person["listed"] or self.p(0.5)
            elif x < 0.12:                       # a move, today or in hindsight
                day = self.some_day()
                if spans[-1][0] < day and spans[-1][1] is None:
                    spans[-1][1] = day - r.choice([1, 1, 20]) * DAY
                    if spans[-1][1] < spans[-1][0]:
                        spans[-1][1] = spans[-1][0]
                    spans.append([day, None, r.choice(self.departments)])
            elif x < 0.16:
                r.choice(spans)[2] = r.choice(self.departments)
            elif x < 0.20:
                day = self.some_day()
                if spans[-1][0] <= day:
                    spans[-1][1] = day
            elif x < 0.27:
                spans[-1][1] = None
                spans[0][0] = dt.date(2012, 3, 4)
            elif x < 0.31:
                person["name"] = r.choice(NAMES)
            elif x < 0.34:
                person["employee_id"] = f"02{r.randrange(10 ** 7):07d}"
            elif x < 0.38:                       # an identifier that fits two, until it is put right
                person["npi"] = r.choice(self.people)["npi"]
            elif x < 0.41:
                person["npi"] = f"2{r.randrange(10 ** 9):09d}"
            elif x < 0.55:
                day = self.some_day()
                if all(s[0] != day for s in person["standing"]):
                    end = None if self.p(0.5) else day + r.choice([0, 10, 90]) * DAY
                    person["standing"].append([day, end, r.choice([GOOD, GOOD, BAD, NOT_MEMBER])])
            elif x < 0.60:
                person["standing"] = [[dt.date(2010, 1, 1), None, GOOD]] if self.p(0.7) else []
        if self.p(0.15):
            self.people.append(self.person(len(self.people)))
            self.people[-1]["listed"] = True

    def roster_rows(self):
        rows = []
        for person in self.people:
            for start, end, department in person["spans"]:
                if person["listed"]:
                    rows.append(dict({k: v for k, v in person.items() if isinstance(v, str)}, department=department,
                                     credentialed_from=self.say_day(start), credentialed_to=self.say_day(end) if end else ""))
        if not rows:
            rows.append(dict(physician_id="LAST", name="Last One", department=self.departments[0], credentialed_from="2012-01-01"))
        return rows

    def standing_rows(self):
        return [dict(physician_id=p["physician_id"], status=self.r.choice(words), effective_from=self.say_day(start),
                     effective_to=self.say_day(end) if end else "") for p in self.people for start, end, words in p["standing"]]

    # ---------------------------------------------------------------------------------- claims

    def whom(self):
        if self.p(0.05):
            return self.r.choice(["GHOST", "ghost", "P999", "+700"])
        person = self.r.choice(self.people)
        return self.r.choice([v for v in (person["physician_id"],) * 3 + (person["npi"], person["employee_id"], person["email"]) if v])

    def moment(self, n):
        """an instant in quarter n, or about it; n may be -1 or past the end"""
        r = self.r
        first, last = self.quarters[max(0, min(n, len(self.quarters) - 1))][1:]
        if n < 0:
            first, last = first - 60 * DAY, first - DAY
        if n >= len(self.quarters):
            first, last = last + DAY, last + 60 * DAY
        if self.p(0.12):
            day = r.choice([first, last + DAY])
            return self.local_instant(day.year, day.month, day.day) + r.choice([-1, 0, 1, -60, 3600])
        day = first + r.randrange((last - first).days + 1) * DAY
        return self.local_instant(day.year, day.month, day.day) + r.randrange(0, 86400, 900)

    def new_claims(self, n):
        r = self.r
        for _ in range(r.randint(4, 14)):
            service = r.choice([n] * 8 + [n - 1] * 3 + [n - 2, n + 1, -1])
            kind = r.choice(["cases", "cases", "conferences"])
            ident = "-"
            while ident.startswith("-") or "\n" in ident:
                ident = self.record_id("CV"[kind == "conferences"], r.randrange(400))
            if self.claims and self.p(0.05):
                ident = r.choice(self.claims)["id"]
            programs = (["more-health"] * 3 + ["acme"] * self.two_payers) if kind == "conferences" else list(WORDS)
            claim = dict(kind=kind, id=ident, program=r.choice(programs), rows=[])
            claim["rows"].append(dict(start=self.moment(service), dated=self.p(0.1), seconds=self.span(), who=self.whom(), entered=n,
                                      case=self.some_case_id(), status="", gone=False, junk={}))
            others = [c for c in self.claims if c["kind"] == kind == "conferences"]
            if others and self.p(0.3):           # about the time of another one
                other = r.choice(others)["rows"][0]
                claim["rows"][0].update(who=other["who"], dated=False, start=other["start"] + r.choice([-600, 0, 600, other["seconds"]]))
            self.claims.append(claim)
            for _ in range(r.choice([0, 0, 0, 0, 0, 0, 1, 1, 2])):
                self.twin(claim, n)

    def span(self):
        r = self.r
        return r.choice([600, 1200, 1800, 2400, 2401, 2399, 3600, 4800, 4801, 2520, 14400, 14401, 20000, r.randint(60, 9000)])

    def some_case_id(self):
        cases = [c["id"] for c in self.claims if c["kind"] == "cases"]
        return self.r.choice(cases) if cases and self.p(0.4) else self.r.choice(["", "", "NOPE"])

    def twin(self, claim, n):
        """another row of the record"""
        r = self.r
        row = dict(r.choice(claim["rows"]), entered=n, junk={}, gone=False)
        x = r.random()
        if x < 0.35 or (x < 0.65 and claim["kind"] == "cases"):
            pass                                 # alike
        elif x < 0.65:
            row["start"] += row["seconds"] + r.choice([0, 60, 900, 900, -1])     # a segment
            row["seconds"], row["dated"] = r.choice([600, 1200, 2400, 60, 9000]), False
        elif x < 0.71:
            row["who"] = self.whom()
        elif x < 0.78:
            row["start"] += r.choice([60, 86400, -86400, 95 * 86400, -95 * 86400])
        elif x < 0.83:
            row["seconds"] += r.choice([60, 2400])
        elif x < 0.91:
            row["status"] = r.choice(NOT_DONE)
        elif x < 0.95:
            row["case"] = self.some_case_id()
        else:
            row["dated"] = not row["dated"]
        claim["rows"].append(row)

    def change_claims(self, n):
        r = self.r
        for claim in self.claims:
            if not self.p(0.3):
                continue
            row, x = r.choice(claim["rows"]), r.random()
            if x < 0.12:
                row["who"] = self.whom()
            elif x < 0.20:
                row["start"] += r.choice([60, 3600, 86400, -86400, 91 * 86400, -91 * 86400])
            elif x < 0.27:
                row["seconds"] = self.span()
            elif x < 0.37:
                row["status"] = r.choice(NOT_DONE) if not row["status"] else ""
            elif x < 0.43:
                row["junk"] = {} if row["junk"] else r.choice([{"physician_id": ""}, {"when": "2026-02-30"}, {"when": ""}, {"program": "?"}])
            elif x < 0.53:
                self.twin(claim, n)
            elif x < 0.68:                       # put right, perhaps
                if len(claim["rows"]) > 1:
                    claim["rows"] = [row]
            elif x < 0.85:
                for row in claim["rows"]:
                    row["gone"] = not row["gone"]
            elif x < 0.90:
                row["case"] = self.some_case_id()
            if self.p(0.6):
                for row in claim["rows"]:
                    row["entered"] = n           # so that an export of the quarter's work has it again

    def text_of(self, claim, row):
        r = self.r
        local = dt.datetime.fromtimestamp(row["start"], self.zone).date()
        when = self.say_date(local) if row["dated"] else self.say(row["start"])
        out = dict(program=r.choice(WORDS[claim["program"]]), physician_id=row["who"],
                   status=row["status"] or r.choice(["", "done", "Completed"]), case_id=row["case"])
        if claim["kind"] == "cases":
            out.update(case_id=claim["id"], completed_at=when)
            if self.p(0.3):
                out.update(offered_at=self.say(row["start"] - 60 * 3600), accepted_at=self.say(row["start"] - r.choice([47, 48, 49]) * 3600))
        else:
            out.update(conference_id=claim["id"], started_at=when, ended_at="", duration_minutes="")
            if row["dated"] or self.p(0.5):
                out["duration_minutes"] = self.say_length(row["seconds"])
            else:
                out["ended_at"] = self.say(row["start"] + row["seconds"])
        for column, text in row["junk"].items():
            out[{"when": "completed_at" if claim["kind"] == "cases" else "started_at"}.get(column, column)] = text
        return out

    # ---------------------------------------------------------------------------------- files

    def write_inputs(self, workspace, n, again=False):
        """The quarter's plan and inputs; again: a few things changed since they were reviewed."""
        r = self.r
        if n and not again:
            self.change_plan(n)
            self.change_people()
            self.change_claims(n)
        if again:
            self.change_claims(n)
        else:
            self.new_claims(n)
        self.inputs = os.path.join(workspace, "inputs")
        shutil.rmtree(self.inputs, ignore_errors=True)
        os.makedirs(self.inputs)
        with open(os.path.join(workspace, "plan.yaml"), "w", encoding="utf-8") as f:
            f.write(self.plan_text())
        whole = self.cumulative if self.p(0.8) else not self.cumulative
        tables = {"cases": [], "conferences": [], "physicians": self.roster_rows(), "standing": self.standing_rows()}
        for claim in self.claims:
            for row in claim["rows"]:
                if not row["gone"] and self.p(0.97 if whole or row["entered"] == n else 0.12):
                    tables[claim["kind"]].append(self.text_of(claim, row))
        for kind, rows in tables.items():
            if kind != "physicians" and self.p(0.7):
                r.shuffle(rows)
            names = r.sample(FILES[kind], 1 if self.p(0.5) else r.randint(1, len(FILES[kind])))
            cuts = sorted(r.randrange(len(rows) + 1) for _ in names[1:])
            for name, a, b in zip(names, [0] + cuts, cuts + [len(rows)]):
                (self.write if self.wild else self.write_plain)(kind, name, rows[a:b])

    def write_plain(self, kind, name, rows):
        columns = [c for c in oracle.TABLES[kind] if c != "employee_record"]
        with open(os.path.join(self.inputs, name), "w", encoding="utf-8", newline="") as f:
            w = csv.DictWriter(f, columns, restval="", extrasaction="ignore", lineterminator="\n")
            w.writeheader()
            w.writerows(rows)

    # ---------------------------------------------------------------------------------- decisions

    def decisions(self, book):
        """Up to five of (command, record, pay again) on the run as it stands; some are to be refused."""
        out = []
        items = book.run().items
        live = {d: sorted({record_of(i) for i in items if i.disposition == d}) for d in ("paid", "held", "excluded")}
        easy = sorted({record_of(i) for i in items if i.disposition == "held" and i.reason not in NEVER_RELEASED})
        for _ in range(self.r.choice([0, 1, 2, 3, 5])):
            command = self.r.choice(["hold", "hold", "hold", "release", "release", "release", "forfeit", "reverse", "reverse"])
            pools = {"hold": live["paid"] * 2 + live["held"], "release": easy * 3 + live["held"], "forfeit": live["held"],
                     "reverse": sorted(book.paid)}
            pool = pools[command] if self.p(0.85) else live["paid"] + live["held"] + live["excluded"]
            pool = [record for record in pool if all(record)]
            if pool:
                out.append((command, self.r.choice(pool), command == "reverse" and self.p(0.4)))
        return out


def main(seed, out):
    world = World(seed)
    for n, (name, _, _) in enumerate(world.quarters):
        world.write_inputs(os.path.join(out, name), n)
        print(name)


if __name__ == "__main__":
    main(*sys.argv[1:])
