#!/usr/bin/env python3
"""generate.py SEED OUTDIR [--rows N] [--fault KIND|none]: a random, vicious workspace for 2026Q1, the same for the same seed.

With a probability of 15 % it plants exactly one file or plan error and names it in OUTDIR/FAULT
(status it should give, then its kind).
"""
import argparse, datetime as dt, os, random, unicodedata
from zoneinfo import ZoneInfo
from oracle import TABLES, REQUIRED, ID_COLUMNS, has_multibyte, norm

ZONES = ["America/Los_Angeles"] * 6 + ["America/New_York", "Pacific/Honolulu", "Asia/Kolkata", "Australia/Lord_Howe",
         "America/St_Johns", "Europe/London", "Asia/Beirut", "America/Santiago", "Africa/Casablanca", "UTC",
         "Pacific/Chatham", "Pacific/Kiritimati", "Asia/Tokyo", "America/Havana"]
DEPARTMENTS = ["Medicine", "Surgery", "surgery", "SURGERY", "Surgery 2", "=cmd|' /C calc'!A0", "CON", "com1", "Nul", "..",
               "外科", "麻酔科", "Médecine/Interne", unicodedata.normalize("NFD", "Médecine/Interne"), "Ob/Gyn & Repro",
               "A" * 60, "A" * 60 + " B", "A" * 59 + " B", "a" * 75, "-Neuro", "@Home", "+Plus", "ﬁbrosis ½", "Straße", "Łódź Ward",
               'Dr. "X", Inc; Co', "Unassigned", "department", "İstanbul", "ＣＯＮ", "COM¹", "Line\nBreak", "con-department",
               "Radiology: Body [3D]", "Zoë", "Zoe", "🫀 Heart", "'Quoted", "unassigned"]
FIRST = ["Ana", "Zoë", unicodedata.normalize("NFD", "José"), "José", "+Ada", "=Sum", "-Bob", "@Kim", "O'Neil", "François", "李", "Nguyễn",
         "Ünal", "A\u200dB", "Ødegård", "\"Doc\"", "Siân"]
LAST = ["García", "Müller", "Brown\nIII", "Patel", "de la Cruz, MD", "Zhang", "Li; PhD", "van der Berg", "Étienne", "(ret.)", "Ek\tBo"]
WIDE_PADS = [" ", "  ", "\u00a0", "\u2003", "\u3000", "\u202f", " \u00a0 ", "\u2009"]
NARROW_PADS = [" ", "  ", "\u00a0", " \u00a0"]
PATIENT = ["Patient Name", "patientName", "MRN#", "PatientDOB", "DOB1", "date-of-birth", "Date of\nBirth", "SSN", "Primary Diagnosis",
           "DiagnosisCode", "MRNNumber", "DateOfBirth", "DateOFBirth", "Patient's Initials", "PATIENT", "patient_id", "x2dob", "case patient"]
UNKNOWN = ["Notes", "Outpatient", "Impatient", "DOBs", "PATIENTNAME", "Candidate of Birth", "DATEOFBIRTH", "Zip", "ssnx", "", "Patients", "Region",
           "=1+1", "Birth of date", "Ward", "Umrn", "Diagnoses"]
OFFSETS = [0, 0, -480, -420, 480, 330, 345, -210, 840, -720, -300, 60, 570, 765]
JUNK_DATES = ["2026-02-30", "2026-13-01", "13/45/2026", "2/30/2026", "2/14/26", "2026-2-14", "14.02.2026", "45306", "2026/02/14", "tbd",
              "2026-02-14T24:00", "2026-02-14T09:60", "2026-02-14T09:31:60", "2026-02-14T9:31", "2/14/2026 13:00 PM", "2/14/2026 0:30 AM",
              "2026-02-14T09:31+0800", "2026-02-14T09:31+24:00", "2026-02-14T09:31+08:60", "2026-02-14Z", "2/14/2026 9:31Z", "#N/A",
              "2026-02-14T09:31 PM", "2026-02-14T", "2026-02-14T09", "02-14-2026", "2/14/02026", "２０２６-02-14", "2/14/2026 9:1", "2/14/2026T9:31",
              "2026-02-14T09:31:07.", "2026-02-29", "2026-02-14 09:31:07.5.5", "Feb 14, 2026", "2026-02-14T09.31", "0/14/2026", "2/0/2026", "2026-02-14-08:00"]
JUNK_LENGTHS = ["abc", "0:75", "1:5", "0:40:75", "1h", "40 min", "40,5", "1e2", "#REF!", "0:40:1", ":40", "0:4O", "４５", "--5", "1:00:00:00", "40.5.1", "0x10", "NaN", "inf"]
CONTROLS = ["\x01", "\x07", "\x0b", "\x0c", "\x7f", "\x1c", "\x1f", "\x9f", "\x1b"]
INVISIBLE = ["\u200b", "\u00ad", "\ufeff", "\u202e", "\u2060", "\u200d", "\U000e0041"]

FAULTS_65 = ["unclosed-quote", "nul", "broken-utf8", "cp1252-undefined", "lone-surrogate", "odd-utf16", "bom-bad-byte", "long-row", "long-row-by-one",
             "heading-twice", "missing-column", "no-bytes", "roster-empty", "only-blanks", "roster-bad-date", "roster-backwards",
             "roster-overlap", "roster-malformed", "roster-blank-id", "roster-time", "roster-offset", "roster-cf", "standing-word",
             "standing-bad-date", "standing-contradiction", "standing-several", "standing-control", "standing-backwards", "standing-blank-date",
             "unassigned", "plan-key", "plan-nested-key", "plan-rate-key", "three-decimals", "same-rates", "rate-without-from",
             "rate-without-per-minutes", "bad-zone", "bad-month", "bad-as-of", "no-rate-yet", "unquoted-patient-required", "conference-no-length",
             "plan-heading-hides", "negative-amount", "bad-unlisted", "bad-yaml", "roster-overlap-identical"]
FAULTS_66 = ["no-physicians", "no-standing", "no-records"]


class Gen:
    def __init__(self, seed, rows, fault):
        self.r = random.Random(f"zpay-{seed}")
        self.rows = rows
        if fault is None:
            fault = self.r.choice(FAULTS_65 * 4 + FAULTS_66) if self.r.random() < 0.15 else None
        elif fault == "none":
            fault = None
        self.fault = fault

    def p(self, chance):
        return self.r.random() < chance

    # -------------------------------------------------------------------------------------- plan

    def make_plan(self):
        r = self.r
        self.plan = plan = {}
        self.near, self.respond, self.review, self.limit, self.per = 2, 12, 48, 240, [40]
        self.zone_name = "America/Los_Angeles"
        self.program_words = {"grand-rounds": ["Grand Rounds", "GR", "GRAND_ROUNDS", "grand-rounds", "Included Health", "included.health", "gr", "(GR)"],
                              "more-health": ["More Health", "MH", "more_health", "M H", "more/health", "MORE-HEALTH", "#mh"]}
        self.pays_conference = ["more-health"]
        self.headings = {}
        if self.p(0.15) and not (self.fault or "").startswith(("plan", "three", "same", "rate", "bad", "no-rate", "neg")):
            plan = self.plan = None
        else:
            if self.p(0.7):
                self.zone_name = plan["time_zone"] = r.choice(ZONES)
            if self.p(0.3):
                plan["plan"] = r.choice(["UCSF Online Second Opinions", "Zweit: Meinung", "=x"])
            if self.p(0.3):
                plan["fiscal_year_starts"] = r.choice(["1", "4", "7", "10"])
            if self.p(0.5):
                self.make_programs(plan)
            if self.p(0.7):
                self.make_rates(plan)
            if self.p(0.6):
                s = plan["standing"] = {}
                if self.p(0.8):
                    s["as_of"] = r.choice([["service-date"], ["quarter-end"], ["quarter-end", "service-date"], ["service-date", "quarter-end"]])
                if self.p(0.6):
                    s["unlisted"] = r.choice(["good", "hold"])
            if self.p(0.5):
                n = plan["notices"] = {}
                if self.p(0.7):
                    n["near_block_minutes"] = self.near = r.choice([0, 1, 2, 5, 10])
                if self.p(0.7):
                    n["respond_hours"] = self.respond = r.choice([0, 1, 12, 24])
                if self.p(0.7):
                    n["review_hours"] = self.review = r.choice([24, 48, 72])
            if self.p(0.4):
                plan["limits"] = {"conference_minutes": r.choice([60, 90, 120, 240, 600])}
                self.limit = plan["limits"]["conference_minutes"]
            if self.p(0.3):
                plan["output"] = {"csv_bom": r.choice(["false", "true"])}
            if self.p(0.3):
                plan["late_records"] = r.choice(["pay", "hold"])
            if self.p(0.3):
                self.make_headings(plan)
        self.zone = ZoneInfo(self.zone_name)

    def make_programs(self, plan):
        r = self.r
        plan["programs"] = {
            "grand-rounds": {"name": "Grand Rounds", "aliases": ["GR", "Included Health"], "pays": ["case"]},
            "more-health": {"name": "More Health", "aliases": ["MH"], "pays": ["case", "conference"]}}
        if self.p(0.7):
            both = self.p(0.5)
            plan["programs"]["acme"] = {"name": "Acme Ltd.", "pays": ["case", "conference"] if both else ["case"]}
            self.program_words["acme"] = ["ACME", "acme ltd", "Acme-Ltd.", "a.c.m.e"]
            if both:
                self.pays_conference.append("acme")
        if self.p(0.15):
            plan["programs"]["more-health"]["pays"] = ["case"]
            self.pays_conference.remove("more-health")
        if self.p(0.2):
            plan["programs"]["véga"] = {"name": "Véga 3", "aliases": ["V3"], "pays": ["conference"]}
            self.program_words["véga"] = ["VÉGA 3", "v3", unicodedata.normalize("NFD", "véga")]
            self.pays_conference.append("véga")

    def make_rates(self, plan):
        r = self.r
        rates = plan["rates"] = {}
        programs = [None, None] + list(self.program_words)
        for activity in ("case", "conference"):
            if self.p(0.25):
                continue
            out, seen = [], set()
            for n in range(r.randint(1, 6)):
                program = None if n == 0 else r.choice(programs)
                date = "2000-01-01" if n == 0 else r.choice(["2025-12-20", "2026-01-01", "2026-01-20", "2026-02-15", "2026-03-01", "2026-03-31", "2026-04-01", "2010-01-01"])
                if (program, date) in seen:
                    continue
                seen.add((program, date))
                rate = {"from": date, "amount": r.choice(["500", "500.00", "550.10", "612.5", "525.25", "0.01", "1234567.89", "333.33"])}
                if activity == "conference":
                    rate["per_minutes"] = r.choice([40, 30, 45, 1, 60, 7])
                    self.per.append(rate["per_minutes"])
                if program:
                    rate["program"] = program
                if self.p(0.3):
                    rate["source"] = "a letter: \"so\""
                out.append(rate)
            r.shuffle(out)
            rates[activity] = out

    def make_headings(self, plan):
        h = self.headings
        if self.p(0.6):
            h.setdefault("cases", {})["completed_at"] = self.r.choice([["Finished On"], ["Finished On", "Fertig am"], ["case"], ["offered"], ["Datum-Ende"]])
        if self.p(0.3):
            h.setdefault("cases", {})["physician_id"] = self.r.choice([["Arzt"], ["program"], ["Doc Nr."]])
        if self.p(0.3):
            h.setdefault("conferences", {})["duration_minutes"] = [self.r.choice(["Länge", "Time (min)", "end"])]
        if self.p(0.2):
            h.setdefault("cases", {})["status"] = ["Zustand"]
        if self.p(0.3):
            h.setdefault("physicians", {})["department"] = ["Home Dept", "Abteilung"]
        if self.p(0.3):
            h.setdefault("standing", {})["effective_from"] = ["Since"]
        plan["headings"] = h

    # -------------------------------------------------------------------------------------- instants and texts

    def transitions(self):
        out = []
        t = int(dt.datetime(2025, 12, 15, tzinfo=dt.timezone.utc).timestamp())
        end = int(dt.datetime(2026, 4, 15, tzinfo=dt.timezone.utc).timestamp())
        off = lambda x: dt.datetime.fromtimestamp(x, self.zone).utcoffset()
        while t < end:
            if off(t) != off(t + 3600):
                lo, hi = t, t + 3600
                while hi - lo > 1:
                    mid = (lo + hi) // 2
                    lo, hi = (mid, hi) if off(mid) == off(lo) else (lo, mid)
                out.append(hi)
            t += 3600
        return out

    def local_instant(self, y, mo, d, h=0, mi=0, s=0):
        return int(dt.datetime(y, mo, d, h, mi, s, tzinfo=self.zone).timestamp())

    def instant(self):
        r = self.r
        x = r.random()
        if x < 0.08:
            base = r.choice([self.local_instant(2026, 1, 1), self.local_instant(2026, 4, 1)])
            return base + r.choice([-1, 0, 1, -3600, 3600, -60])
        if x < 0.14 and self.edges:
            return r.choice(self.edges) + r.choice([-5400, -3600, -1801, -1800, -1, 0, 1, 1800, 3599, 3600, 5400])
        if x < 0.30 and self.dates:
            day = r.choice(self.dates)
            return self.local_instant(day.year, day.month, day.day) + r.choice([-1, 0, 1, 43200, 86399, 86400, r.randrange(86400)])
        if x < 0.40:
            return self.local_instant(2025, 12, 15) + r.randrange(17 * 86400)
        if x < 0.48:
            return self.local_instant(2026, 4, 1) + r.randrange(12 * 86400)
        t = self.local_instant(2026, 1, 1) + r.randrange(90 * 86400)
        return t - t % r.choice([1, 60, 60, 60, 1800])

    def gap_text(self):
        """a local text around a clock change, as it stands (a gap or a fold)"""
        if not self.edges:
            return self.say(self.instant())
        e = self.r.choice(self.edges)
        off = dt.datetime.fromtimestamp(e - 1, self.zone).utcoffset()
        local = dt.datetime.utcfromtimestamp(e) + off + dt.timedelta(seconds=self.r.choice([-3600, -1800, -1, 0, 1, 900, 1799, 1800, 1801, 3599, 3600, 3601]))
        return self.iso(local) if self.p(0.7) else self.us(local)

    def iso(self, local, suffix=""):
        r = self.r
        sep = r.choice("T T".split() + [" "])
        s = f"{local:%Y-%m-%d}{sep}{local:%H:%M}"
        if local.second or self.p(0.6):
            s += f":{local:%S}"
            if self.p(0.15):
                s += r.choice([".0", ".987", ".999999999", ".5"])
        return s + suffix

    def us(self, local):
        r = self.r
        d = f"{local.month}/{local.day}/{local.year}" if self.p(0.6) else f"{local:%m/%d/%Y}"
        sec = f":{local:%S}" if local.second or self.p(0.3) else ""
        if self.p(0.5):
            h = local.hour if self.p(0.6) else f"{local:%H}"
            return f"{d} {h}:{local:%M}{sec}"
        h = local.hour % 12 or 12
        h = f"{h:02d}" if self.p(0.3) else h
        half = "AM" if local.hour < 12 else "PM"
        half = r.choice([half, half.lower(), half.title()])
        return f"{d} {h}:{local:%M}{sec}{r.choice(['', ' '])}{half}"

    def say(self, instant):
        """a text for exactly this instant"""
        r = self.r
        local = dt.datetime.fromtimestamp(instant, self.zone)
        bare = local.replace(tzinfo=None)
        faithful = int(local.replace(fold=0).timestamp()) == instant
        x = r.random()
        if not faithful or x < 0.35:
            m = r.choice(OFFSETS)
            there = dt.datetime.utcfromtimestamp(instant) + dt.timedelta(minutes=m)
            suffix = "Z" if m == 0 and self.p(0.8) else f"{'-' if m < 0 else '+'}{abs(m) // 60:02d}:{abs(m) % 60:02d}"
            return self.iso(there, suffix)
        return self.iso(bare) if x < 0.65 else self.us(bare)

    def say_date(self, date):
        return date.isoformat() if self.p(0.6) else (f"{date.month}/{date.day}/{date.year}" if self.p(0.6) else f"{date:%m/%d/%Y}")

    def say_day(self, date):
        """a date of the roster"""
        s = self.say_date(date)
        if self.p(0.25):
            s += self.r.choice([" 0:00", " 00:00:00", " 12:00 AM", " 12:00:00am"]) if "/" in s else self.r.choice(["T00:00", " 00:00", "T00:00:00", " 00:00:00.000"])
        return s

    def say_length(self, seconds):
        r = self.r
        x = r.random()
        if seconds % 60 == 0 and x < 0.4:
            m = seconds // 60
            return r.choice([str(m), f"{m}.0", f"{m // 60}:{m % 60:02d}", f"0{m}", f"{m}.00"])
        if x < 0.7:
            return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        n = -(-seconds * 100000 // 60)            # rounded up, so that what is dropped is less than a second
        return f"{n // 100000}.{n % 100000:05d}"

    def length(self):
        r = self.r
        per = r.choice(self.per) * 60
        x = r.random()
        if x < 0.45:
            return max(1, per * r.randint(0, 4) + r.choice([-1, 0, 1, 60, self.near * 60 - 1, self.near * 60, self.near * 60 + 1, 0, per // 2]))
        if x < 0.52:
            return self.limit * 60 + r.choice([-1, 0, 1, 60])
        if x < 0.56:
            return 86400 + r.choice([-1, 0, 1])
        if x < 0.6:
            return r.choice([1, 59, 60, 61, 0, -5])
        return r.randint(1, 180) * 60

    # -------------------------------------------------------------------------------------- people

    def make_people(self):
        r = self.r
        self.people, self.roster, self.dates = [], [], []
        n = r.randint(3, 16)
        departments = r.sample(DEPARTMENTS, min(len(DEPARTMENTS), r.randint(2, 8)))
        for k in range(n):
            pid = r.choice([f"P{k:04d}", f"{k:03d}", f"p{k:04d}", f"+{k}00", f"=P{k}", f"Dé{k}", f"P {k}", f"doc{k}@x.org", f"@{k}", f"-{k}", f"P,{k}", f"P;{k}", f"'{k}", f"1e{k}"])
            self.people.append({
                "physician_id": pid, "name": f"{r.choice(FIRST)} {r.choice(LAST)}",
                "npi": f"10000000{k:02d}" if self.p(0.75) else "", "employee_id": f"0100000{k:02d}" if self.p(0.8) else "",
                "employee_record": r.choice(["", "0", "1"]),
                "email": f"Doc{k}@Example.org" if self.p(0.7) else ""})
        for _ in range(r.randint(0, 3)):           # identifiers that fit several
            a, b = r.choice(self.people), r.choice(self.people)
            if a is b:
                continue
            what = r.randrange(4)
            if what == 0 and b["employee_id"]:
                a["npi"] = b["employee_id"]
            elif what == 1:
                a["npi"] = b["physician_id"]
            elif what == 2 and b["email"]:
                a["email"] = b["email"].upper()
            elif what == 3:
                a["employee_id"] = b["physician_id"]
        D = dt.date
        for person in self.people:
            cuts = sorted(set(r.choice([D(2015, 1, 1), D(2019, 6, 30), D(2025, 12, 31), D(2026, 1, 1), D(2026, 1, 2), D(2026, 2, 14), D(2026, 3, 8),
                                        D(2026, 3, 31), D(2026, 4, 1), D(2026, 7, 1), D(2026, 1, 1) + dt.timedelta(r.randrange(90))])
                              for _ in range(r.choice([1, 1, 1, 2, 2, 3, 4]))))
            if self.p(0.6):
                cuts[0] = min(cuts[0], D(2012, 3, 4))
                cuts = sorted(set(cuts))
            for i, start in enumerate(cuts):
                last = i == len(cuts) - 1
                if last:
                    end = None if self.p(0.75) else start + dt.timedelta(r.choice([0, 1, 30, 400]))
                else:
                    end = cuts[i + 1] - dt.timedelta(1)
                    if self.p(0.25):
                        end = max(start, end - dt.timedelta(r.choice([1, 5, 30])))
                row = dict(person)
                if i and self.p(0.2):
                    row["name"] = f"{r.choice(FIRST)} {r.choice(LAST)}"
                if i and self.p(0.15):
                    row["npi"] = "1" + row["npi"] if row["npi"] else ""
                if i and self.p(0.15):
                    row["employee_id"] = row["employee_id"] + "B" if row["employee_id"] else ""
                row.update(department=r.choice(departments), credentialed_from=self.say_day(start),
                           credentialed_to=self.say_day(end) if end else r.choice(["", "", " "]))
                self.dates += [start] + ([end] if end else [])
                self.roster.append(row)
        r.shuffle(self.roster)
        self.fits = {}
        for row in self.roster:
            pid = nfc(row["physician_id"])
            for c in ("physician_id", "npi", "employee_id"):
                if row[c].strip():
                    self.fits.setdefault(nfc(row[c]), set()).add(pid)
        self.fits_email = {}
        for row in self.roster:
            if row["email"]:
                self.fits_email.setdefault(row["email"].lower(), set()).add(nfc(row["physician_id"]))
        self.dates = [d for d in self.dates if D(2025, 12, 20) <= d <= D(2026, 4, 10)]

    def fit(self, text):
        return self.fits.get(nfc(text), set()) | self.fits_email.get(nfc(text).lower(), set())

    def refer(self, person, unique=False):
        r = self.r
        options = [person["physician_id"]] * 3 + [x for x in (person["npi"], person["employee_id"]) if x]
        if person["email"]:
            options += [person["email"], person["email"].upper(), person["email"].lower()]
        if unique:
            own = {nfc(p["physician_id"]) for p in self.people}
            options = [o for o in options if nfc(o) == nfc(person["physician_id"])
                       or (nfc(o) not in own and self.fit(o) == {nfc(person["physician_id"])})]
        text = r.choice(options)
        return unicodedata.normalize("NFD", text) if self.p(0.1) else text

    def make_standing(self):
        r = self.r
        D = dt.date
        self.standing = []
        good = ["Good", "good", "In Good Standing", "in_good_standing", "yes", "Y", "TRUE", "(good)", "true"]
        bad = ["Not Good", "not_good", "Not in Good Standing", "No", "N", "FALSE", "n."]
        non = ["not a member", "Non-Member", "nonmember", "Not_A_Member"]
        for person in self.people:
            seen = {}
            def add(start, end, kind):
                if start in seen and seen[start] != kind:
                    return
                seen[start] = kind
                self.standing.append({
                    "physician_id": self.refer(person, unique=True), "status": r.choice({"g": good, "b": bad, "n": non}[kind]),
                    "effective_from": self.say_day(start), "effective_to": self.say_day(end) if end else ""})
                self.dates += [d for d in (start, end) if d and D(2025, 12, 20) <= d <= D(2026, 4, 10)]
            if self.p(0.93):
                add(D(2010, 1, 1), None if self.p(0.8) else r.choice([D(2026, 3, 31), D(2026, 3, 30), D(2026, 2, 10)]), "g" if self.p(0.9) else r.choice("bn"))
            while self.p(0.3):
                start = r.choice([D(2026, 1, 1), D(2026, 3, 31), D(2026, 4, 1), D(2026, 2, 14), D(2025, 12, 20) + dt.timedelta(r.randrange(110))])
                end = None if self.p(0.5) else start + dt.timedelta(r.choice([0, 1, 7, 30, 90]))
                add(start, end, r.choice("gbbn"))
        if self.p(0.4):
            self.standing.append({"physician_id": r.choice(["NOBODY", "P9999", "=nobody", "999"]), "status": "good", "effective_from": "2020-01-01", "effective_to": ""})
        r.shuffle(self.standing)

    # -------------------------------------------------------------------------------------- records

    def physician_text(self):
        x = self.r.random()
        if x < 0.04:
            return self.r.choice(["GHOST", "p9999", "", "=ghost", "Dr. Who", "-"])
        if x < 0.07 and self.people:
            return self.r.choice(self.people)["physician_id"].swapcase()
        return self.refer(self.r.choice(self.people))

    def program_text(self, activity):
        r = self.r
        x = r.random()
        if x < 0.03:
            return r.choice(["Acme", "Unknown", "=GR", "Grand  Round", "GRX"])
        if x < 0.04 or (activity == "conference" and x < 0.2 and (len(self.pays_conference) == 1 or x < 0.06)):
            return ""
        keys = list(self.program_words)
        if activity == "conference" and self.pays_conference and self.p(0.9):
            keys = self.pays_conference
        return r.choice(self.program_words[r.choice(keys)])

    def status_text(self):
        x = self.r.random()
        if x < 0.95:
            return self.r.choice(["", "", "completed", "Completed", "DONE", "closed", "Complete", "com-pleted", "(done)"])
        return self.r.choice(["cancelled", "no-show", "open", "not completed", "incomplete", "comp\u200bleted", "x", "0"])

    def record_id(self, prefix, k):
        r = self.r
        x = r.random()
        if x < 0.80:
            return f"{prefix}-{k:05d}"
        return r.choice([f"{prefix}{k:05d}", f"{prefix.lower()}-{k:05d}", f"00{prefix}-{k:05d}", f"0{k}", f"{k}", f"+{k}", f"-{k}", f"={prefix}{k}",
                         f"{prefix} {k}", f"{prefix}-{k:05d}.", f"({prefix}){k:05d}", f"#{k:06d}", f"É{k}", f"é{k}", unicodedata.normalize("NFD", f"É{k}"),
                         f"{prefix},{k}", f"{prefix};{k}", f'{prefix}"{k}', f"{prefix}\n{k}", f"{k}²", f"案件{k}", f"@{prefix}{k}", f"{prefix}/{k}", f"0-0{k}", f"{prefix}'{k}"])

    def case_rows(self, n):
        r = self.r
        rows = []
        space = max(20, 6 * n)
        while len(rows) < n:
            row = {"case_id": self.record_id("C", r.randrange(space)), "program": self.program_text("case"), "physician_id": self.physician_text(), "status": self.status_text()}
            done = self.instant()
            x = r.random()
            if x < 0.06:
                row["completed_at"] = r.choice(JUNK_DATES)
            elif x < 0.08:
                row["completed_at"] = ""
            elif x < 0.18:
                row["completed_at"] = self.say_date(dt.datetime.fromtimestamp(done, self.zone).date())
            elif x < 0.24:
                row["completed_at"] = self.gap_text()
            else:
                row["completed_at"] = self.say(done)
            edge = lambda hours: hours * 3600 + r.choice([-1, 0, 1, -60, 60, -3600, 7200, 0, -hours * 1800])
            accepted = done - edge(self.review)
            offered = accepted - edge(self.respond)
            for name, t in (("accepted_at", accepted), ("offered_at", offered)):
                x = r.random()
                row[name] = (self.say(t) if x < 0.75 else "" if x < 0.87 else self.say_date(dt.datetime.fromtimestamp(t, self.zone).date())
                             if x < 0.92 else r.choice(JUNK_DATES) if x < 0.96 else self.gap_text())
            if self.p(0.02):
                row["case_id"] = ""
            rows.append(row)
            self.done = done
            while self.p(0.18):                    # the same record again
                twin = dict(row)
                x = r.random()
                if x < 0.35:                       # alike, written otherwise
                    if len(row["completed_at"]) > 10 and self.p(0.8) and row["completed_at"] not in JUNK_DATES:
                        twin["completed_at"] = self.say(done)
                    self.alias(twin)
                elif x < 0.5:
                    twin["status"] = r.choice(["cancelled", "open", "Rejected"])
                elif x < 0.6:
                    twin["completed_at"] = self.say(done + r.choice([-1, 1, 60, 86400, -86400 * 40, 86400 * 60]))
                elif x < 0.7:
                    twin["physician_id"] = self.physician_text()
                elif x < 0.78:
                    twin["completed_at"] = self.say_date(dt.datetime.fromtimestamp(done, self.zone).date())
                elif x < 0.86:
                    twin["program"] = self.program_text("case")
                elif x < 0.93:
                    twin["completed_at"] = r.choice(JUNK_DATES + [""])
                else:
                    twin["case_id"] = r.choice([row["case_id"].lower(), "0" + row["case_id"], row["case_id"].replace("-", ""), row["case_id"] + "-"])
                rows.append(twin)
        r.shuffle(rows)
        return rows

    def alias(self, row):
        """the same physician under another identifier, if there is one"""
        found = self.fit(row["physician_id"])
        if len(found) == 1:
            pid, = found
            person = next(p for p in self.people if nfc(p["physician_id"]) == pid)
            row["physician_id"] = self.refer(person)

    def put_times(self, row, start, seconds, style=None):
        """start and length of a conference in one of the ways"""
        r = self.r
        style = style or r.choice(["end", "minutes", "both", "both", "end", "day"])
        row["ended_at"] = row["duration_minutes"] = ""
        if style == "day":
            row["started_at"] = self.say_date(dt.datetime.fromtimestamp(start, self.zone).date())
            row["duration_minutes"] = self.say_length(max(0, seconds))
            if self.p(0.3):
                row["ended_at"] = self.say(start + seconds) if self.p(0.5) else self.say_date(dt.datetime.fromtimestamp(start, self.zone).date())
            return
        row["started_at"] = self.say(start)
        if style in ("end", "both"):
            row["ended_at"] = self.say(start + seconds)
        if style == "both":
            row["duration_minutes"] = self.say_length(max(0, seconds + r.choice([0, 0, 0, 1, 59, 60, 61, -59, -60, -61, 300])))
            if self.p(0.1):
                row["ended_at"] = self.say_date(dt.datetime.fromtimestamp(start, self.zone).date())
        if style == "minutes":
            row["duration_minutes"] = self.say_length(max(0, seconds))

    def conference_rows(self, n, case_ids):
        r = self.r
        rows = []
        space = max(20, 6 * n)
        while len(rows) < n:
            row = {"conference_id": self.record_id("V", r.randrange(space)), "program": self.program_text("conference"),
                   "physician_id": self.physician_text(), "status": self.status_text(), "case_id": self.some_case(case_ids)}
            if rows and self.p(0.25) and self.last_start:      # near another one, so that they overlap or touch
                row["physician_id"] = rows[-1]["physician_id"]
                start = self.last_start + r.choice([0, -600, 600, self.last_seconds, self.last_seconds - 1, self.last_seconds + 1, -1])
            else:
                start = self.instant()
            seconds = self.length()
            self.put_times(row, start, seconds)
            x = r.random()
            if x < 0.03:
                row["started_at"] = r.choice(JUNK_DATES)
            elif x < 0.05:
                row["started_at"] = ""
            elif x < 0.08:
                row["ended_at"] = r.choice(JUNK_DATES)
            elif x < 0.12:
                row["duration_minutes"] = r.choice(JUNK_LENGTHS)
            elif x < 0.14:
                row["duration_minutes"], row["ended_at"] = "", ""
            elif x < 0.17:
                row["duration_minutes"], row["ended_at"] = r.choice(["0", "0.01", "0.016", "0.0167", "1440", "1440.01", "1440.02", "1441", "24:00", "24:00:01", "24:00:00", "-5", "0:00", "0:00:00", "0.0"]), ""
            elif x < 0.21:
                row["started_at"] = self.gap_text()
            elif x < 0.23:
                row["ended_at"] = self.gap_text()
            if self.p(0.02):
                row["conference_id"] = ""
            rows.append(row)
            self.last_start, self.last_seconds = start, max(1, seconds)
            if self.p(0.25):
                rows += self.siblings(row, start, seconds, case_ids)
            elif self.p(0.12):
                self.segments(row, start, rows, case_ids)
        if self.p(0.8):
            r.shuffle(rows)
        return rows

    def some_case(self, case_ids):
        x = self.r.random()
        if case_ids and x < 0.65:
            return self.r.choice(case_ids)
        return "" if x < 0.85 else self.r.choice(["NOPE", "C-99999", "=x", "c-00001"])

    def segments(self, row, start, rows, case_ids):
        """one conference in pieces, nearly always a clean one; the first row may stand behind the others"""
        r = self.r
        t = start
        row["status"] = ""
        for k in range(r.choice([2, 2, 3, 4])):
            piece = row if k == 0 else dict(row)
            seconds = r.choice([600, 1200, 1201, 1199, 2400, 2401, 60, 7200, 1])
            self.put_times(piece, t, seconds, r.choice(["end", "minutes"]))
            if k:
                rows.append(piece)
                if self.p(0.3):
                    piece["case_id"] = ""
                if self.p(0.05):
                    piece["case_id"] = self.some_case(case_ids)
                if self.p(0.3):
                    self.alias(piece)
            if self.p(0.15):
                rows.append(dict(piece))
            t += seconds + r.choice([0, 0, 1, 60, 900, 3600, -1 if self.p(0.2) else 0])

    def siblings(self, row, start, seconds, case_ids):
        r = self.r
        out = []
        for _ in range(r.choice([1, 1, 1, 2, 3])):
            twin = dict(row)
            x = r.random()
            if x < 0.22:                                       # a duplicate
                self.put_times(twin, start, seconds, r.choice(["end", "minutes"]))
                self.alias(twin)
            elif x < 0.65:                                     # a segment
                s2 = max(1, r.choice([self.length() % 7200, 600, 1200, 60]))
                gap = r.choice([0, 0, 1, -1, 60, 300, -seconds - s2, -s2, -s2 + 1, 3600, 20000])
                self.put_times(twin, start + max(seconds, 0) + gap if gap > -s2 - 2 and gap >= -1 else start + gap, s2, r.choice(["end", "minutes", "both", "end", "day"] if self.p(0.15) else ["end", "minutes"]))
                if self.p(0.3):
                    self.alias(twin)
            elif x < 0.72:
                twin["status"] = "no-show"
            elif x < 0.8:
                self.put_times(twin, start + r.choice([86400, -86400, 86400 * 40, -86400 * 60]), seconds, "minutes")
            elif x < 0.86:
                twin["physician_id"] = self.physician_text()
            elif x < 0.92:
                self.put_times(twin, start, seconds + r.choice([1, -1, 60]), "end")
            elif x < 0.96:
                twin["program"] = self.program_text("conference")
            else:
                self.put_times(twin, start, seconds, "day")
            if self.p(0.25):
                twin["case_id"] = self.some_case(case_ids)
            elif self.p(0.3):
                twin["case_id"] = ""
            out.append(twin)
        return out

    # -------------------------------------------------------------------------------------- files

    def heading(self, kind, column):
        r = self.r
        given = self.headings.get(kind, {})
        if column in given:
            base = r.choice(given[column])
        else:
            taken = {norm(h) for hs in given.values() for h in hs}
            options = [a for a in [column, column] + TABLES[kind][column] if norm(a) not in taken]
            base = r.choice(options)
        if self.p(0.5):
            return base
        words = "".join(" " if c in "_ " else c for c in base)
        sign = r.choice(["_", "-", " ", ".", "/", "  ", ""])
        s = sign.join(words.split(" "))
        s = r.choice([s, s.upper(), s.lower(), s.title()])
        if self.p(0.2):
            s = r.choice([f"({s})", f"#{s}", f"{s}.", f"{s} #", f"/{s}"])
        if norm(s) != norm(base):
            return base
        return s

    def field(self, v, delimiter, wide, plain=False):
        """one cell as it might stand in a file; its value stays v"""
        r = self.r
        must = any(c in v for c in delimiter + '"\r\n')
        if self.p(0.03):
            v = unicodedata.normalize("NFD", v)
        pads = WIDE_PADS if wide else NARROW_PADS
        pad = lambda chance: r.choice(pads) if self.p(chance) else ""
        x = r.random()
        if not plain and x < 0.04 and '"' not in v and v:
            if not must and self.p(0.5):
                return f'{pad(.2)}="{pad(.05)}{v}"{pad(.2)}'
            return f'{pad(.2)}"=""{v}"""{pad(.2)}'
        if must or x < 0.12:
            inner = v.replace('"', '""')
            if self.p(0.15):
                inner = pad(.7) + inner + pad(.7)
            if self.p(0.03):
                inner = inner + r.choice(["\n", "\r\n", "\t"])
            return f'{pad(.1)}"{inner}"{pad(.1)}'
        if self.p(0.06):
            return pad(.7) + v + pad(.7)
        return v

    def write(self, kind, name, rows):
        r = self.r
        wide = self.p(0.85)
        delimiter = r.choice(",,,;\t")
        sep = None
        if self.p(0.15):
            sep = r.choice([delimiter, delimiter, "|", "~", ":"]) if not self.fault_here(kind) else delimiter
            delimiter = sep
        eol = r.choice(["\n", "\r\n", "\r\n", "\r"])
        mixed = self.p(0.04)
        columns = [c for c in TABLES[kind]]
        optional = [c for c in columns if c not in REQUIRED[kind] and c not in ("ended_at", "duration_minutes")]
        drop = {c for c in optional if self.p(0.08)}
        if kind == "conferences" and self.p(0.2):
            drop.add(r.choice(["ended_at", "duration_minutes"]))
        if kind == "physicians":
            drop -= {"employee_id", "npi", "email", "credentialed_to"}
            if not self.p(0.3):
                drop |= {"employee_record"}
        columns = [c for c in columns if c not in drop]
        header = [(c, self.heading(kind, c)) for c in columns]
        hidden = {c for c in self.headings.get(kind, {}) if c in optional and self.p(0.1)}
        header = [(("?" + c) if c in hidden else c, c if c in hidden and norm(c) not in self.stolen(kind) else h) for c, h in header]
        header = [(None, h) if c.startswith("?") else (c, h) for c, h in header] if hidden else header
        while self.p(0.3):
            header.append((None, r.choice(UNKNOWN)))
        while self.p(0.12):
            header.append(("*", r.choice(PATIENT)))
        if self.p(0.6):
            r.shuffle(header)
        fix_hidden = self.known_names(kind)
        header = [(c, h) if c not in (None,) or norm(h) not in fix_hidden else (c, "Zz") for c, h in header]
        fault = self.fault if self.fault_here(kind) else None
        header, rows, wide = self.apply_fault(fault, kind, header, rows, wide)
        required_at = [i for i, (c, _) in enumerate(header) if c in REQUIRED[kind]]
        lengths = [i for i, (c, _) in enumerate(header) if c in ("ended_at", "duration_minutes")]
        last_required = max(required_at + ([min(lengths)] if lengths else []), default=0)
        def end():
            return r.choice(["\n", "\r\n", "\r"]) if mixed else eol
        text = ""
        if sep:
            text += f"sep={sep}" + end()
        for _ in range(r.choice([0] * 8 + [1, 3])):
            text += r.choice(["", "  ", delimiter * 3, f'""{delimiter}""', "\u00a0" + delimiter]) + end()
        text += delimiter.join(self.field(h, delimiter, wide, plain=True) for _, h in header) + r.choice(["", "", "", delimiter]) + end()
        body = []
        decisive = kind in ("physicians", "standing")
        for row in rows:
            cells = []
            for c, h in header:
                if c is None:
                    v = r.choice(["", "", "note", "a, b", "x\ny", "say \"hi\"", "bell\x07", "soft\u00adhyphen", "é", "=1+1"])
                elif c == "*":
                    v = r.choice(["Secret Person", "", "12345", "1970-01-01", "bell\x07", "Zoë, X"])
                else:
                    v = row.get(c, "")
                cells.append([c, v, None])
            defect = None
            if row.get("_raw") is not None:
                body.append(row["_raw"])
                continue
            if not decisive and self.p(0.05):
                defect = r.choice(["inner", "after", "extra", "short", "control", "cf", "nonchar", "long", "inner", "extra", "short"])
            raw = [self.field(v, delimiter, wide) for _, v, _ in cells]
            known = [i for i, (c, _, _) in enumerate(cells) if c not in (None, "*")]
            i = r.choice(known)
            if defect == "inner":
                raw[r.randrange(len(raw))] = r.choice(['ab"cd', 'x""', '5" screen', '="a"b', '="a""b"', 'x"y"', '= "7"'])
            elif defect == "after":
                raw[r.randrange(len(raw))] = r.choice(['"ab"cd', '"ab" x', '""x', '"ab"\u00a0.', '"a""b"c'])
            elif defect == "control":
                c = r.choice(CONTROLS)
                raw[i] = r.choice(["ab" + c + "cd"] + ([c] if c in "\x01\x7f\x1c\x1f" else []))
            elif defect == "cf":
                ids = [n for n in known if cells[n][0] in ID_COLUMNS]
                n = r.choice(ids)
                c = r.choice(INVISIBLE)
                raw[n] = r.choice([cells[n][1].replace('"', "").replace(delimiter, "").replace("\n", "") + c, c, "C-" + c + "1"])
            elif defect == "nonchar":
                raw[i] = "a" + r.choice("\ufffe\uffff")
            elif defect == "long":
                if self.p(0.5):
                    raw[i] = r.choice(["x" * 32768, "x" * 32766 + "😀", "é" * 32768])
                else:
                    raw[i] = "  " + "x" * 32767
            elif self.p(0.02) and not decisive and cells[i][0] not in ID_COLUMNS:
                raw[i] = "a" + r.choice(INVISIBLE)
            if defect == "short":
                raw = raw[:r.randrange(0, last_required + 1)]
            elif self.p(0.08):
                k = r.randrange(last_required + 1, len(raw) + 1)
                if not decisive or all(not cells[n][1].strip() or cells[n][0] in (None, "*") for n in range(k, len(raw))):
                    raw = raw[:k]
            elif self.p(0.08):
                raw += [r.choice(["", " ", '""', "\u00a0", '=""', '"  "']) for _ in range(r.randint(1, 3))]
            if defect == "extra":
                raw = raw + [""] * (len(header) - len(raw) + 1) + r.choice([["x"], ["", "0"], ['"z"'], ["-"]])
            if self.p(0.0006) and not defect and len(raw) == len(header) and any(c is None for c, _ in header):
                k = next(i for i, (c, _) in enumerate(header) if c is None)     # a row of exactly 1 MiB, allowed
                raw[k] = ""
                raw[k] = "x" * ((1 << 20) - len(delimiter.join(raw).encode()))
            body.append(delimiter.join(raw))
            if self.p(0.03):
                body.append(r.choice(["", "   ", delimiter * (len(header) - 1), delimiter * (len(header) + 3), "\u00a0", f'"{r.choice(["", " ", eol])}"{delimiter}', "\u2003" + delimiter, '=""']))
        for line in body:
            text += line + end()
        if body and self.p(0.3):
            while text and text[-1] in "\r\n":
                text = text[:-1]
        data = self.encode(text, fault)
        data = self.break_bytes(fault, data, header, delimiter, eol, len(rows))
        with open(os.path.join(self.inputs, name), "wb") as f:
            f.write(data)

    def stolen(self, kind):
        return {norm(h) for hs in self.headings.get(kind, {}).values() for h in hs}

    def known_names(self, kind):
        given = self.headings.get(kind, {})
        out = self.stolen(kind)
        for c, aliases in TABLES[kind].items():
            if c not in given:
                out |= {norm(a) for a in [c] + aliases}
        return out

    def encode(self, text, fault):
        if fault in ("broken-utf8",):
            return text.encode("utf-8")
        if fault == "bom-bad-byte":
            return b"\xef\xbb\xbf" + text.encode("utf-8")
        if fault in ("lone-surrogate", "odd-utf16"):
            return b"\xff\xfe" + text.encode("utf-16-le")
        if fault == "cp1252-undefined":
            return "".join(c for c in text if ord(c) < 128).encode()
        x = self.r.random()
        if x < 0.25 or fault in ("unclosed-quote", "nul", "long-row", "long-row-by-one"):
            return text.encode("utf-8")
        if x < 0.5:
            return b"\xef\xbb\xbf" + text.encode("utf-8")
        if x < 0.62:
            return b"\xff\xfe" + text.encode("utf-16-le")
        if x < 0.72:
            return b"\xfe\xff" + text.encode("utf-16-be")
        try:
            data = unicodedata.normalize("NFC", text).encode("cp1252")
            data.decode("utf-8")
            return data                            # plain ASCII, after all
        except UnicodeEncodeError:
            # make it fit: what the code page lacks is dropped where that cannot matter (only whole files of latin text do)
            return text.encode("utf-8")
        except UnicodeDecodeError:
            return text.encode("utf-8") if has_multibyte(data) else data

    # -------------------------------------------------------------------------------------- faults

    def fault_here(self, kind):
        f = self.fault
        if f is None:
            return False
        if f.startswith("roster") or f == "unassigned":
            return kind == "physicians"
        if f.startswith("standing"):
            return kind == "standing"
        if f == "conference-no-length":
            return kind == "conferences"
        return kind == self.fault_kind and f in ("unclosed-quote", "nul", "broken-utf8", "cp1252-undefined", "lone-surrogate", "odd-utf16",
                                                 "bom-bad-byte", "long-row", "long-row-by-one", "heading-twice", "missing-column", "no-bytes", "only-blanks",
                                                 "unquoted-patient-required")

    def apply_fault(self, fault, kind, header, rows, wide):
        r = self.r
        D = dt.date
        rows = [dict(x) for x in rows]
        pick = r.choice(rows) if rows else None
        if fault == "heading-twice":
            c, h = r.choice([x for x in header if x[0] in TABLES[kind]])
            header = header + [(None, r.choice([h, h.upper(), h + "#", h]))]
        elif fault == "missing-column":
            c = r.choice(REQUIRED[kind])
            header = [x for x in header if x[0] != c]
        elif fault == "unquoted-patient-required":
            c = r.choice(REQUIRED[kind])
            header = [(a, "Patient " + b) if a == c else (a, b) for a, b in header]
        elif fault == "conference-no-length":
            header = [x for x in header if x[0] not in ("ended_at", "duration_minutes")]
        elif fault == "roster-empty":
            rows = []
        elif fault == "roster-bad-date":
            pick[r.choice(["credentialed_from", "credentialed_to"])] = r.choice(["2026-02-30", "2020-13-01", "soon", "1/1/20"])
            header = self.ensure(kind, header, "credentialed_to")
            if pick["credentialed_to"].strip() == "" or True:
                pick["credentialed_from"] = r.choice(["2026-02-30", "2020-13-01", "soon", "1/1/20", ""])
        elif fault == "roster-backwards":
            header = self.ensure(kind, header, "credentialed_to")
            rows.append(dict(pick, physician_id="BACK1", npi="", email="", employee_id="", credentialed_from="2026-01-02", credentialed_to="2026-01-01"))
        elif fault == "roster-overlap":
            header = self.ensure(kind, header, "credentialed_to")
            rows += [dict(pick, physician_id="OVER1", npi="", email="", employee_id="", credentialed_from="2020-01-01", credentialed_to="2026-02-01"),
                     dict(pick, physician_id="OVER1", npi="", email="", employee_id="", credentialed_from="2026-02-01", credentialed_to="")]
        elif fault == "roster-overlap-identical":
            rows.append(dict(pick))
        elif fault == "roster-malformed":
            rows.insert(r.randrange(len(rows) + 1), {"_raw": r.choice(['P1"x', '"P1"x', "x"])})
        elif fault == "roster-blank-id":
            pick["physician_id"] = r.choice(["", "\u00a0"])
        elif fault == "roster-time":
            pick["credentialed_from"] = r.choice(["2019-01-01T00:01", "1/1/2019 12:00 PM", "2019-01-01 00:00:01"])
        elif fault == "roster-offset":
            pick["credentialed_from"] = r.choice(["2019-01-01T00:00Z", "2019-01-01T00:00:00-08:00"])
        elif fault == "roster-cf":
            pick["physician_id"] += r.choice(INVISIBLE)
        elif fault == "unassigned":
            pick["department"] = "(unassigned)"
        elif fault == "standing-word":
            rows.append(dict(physician_id="X", status=r.choice(["probably", "", "ok", "good?", "1"]), effective_from="2020-01-01", effective_to=""))
        elif fault in ("standing-bad-date", "standing-blank-date"):
            rows.append(dict(physician_id="X", status="good", effective_from="2020-02-30" if fault.endswith("bad-date") else "", effective_to=""))
        elif fault == "standing-contradiction":
            pid = self.people[0]["physician_id"]
            rows += [dict(physician_id=pid, status="good", effective_from="2031-01-01", effective_to="2031-01-01"),
                     dict(physician_id=pid, status="no", effective_from="1/1/2031", effective_to="")]
        elif fault == "standing-several":
            rows.append(dict(physician_id="SEVERAL", status="good", effective_from="2020-01-01", effective_to=""))
        elif fault == "standing-control":
            rows.append(dict(physician_id="a\x07b", status="good", effective_from="2020-01-01", effective_to=""))
        elif fault == "standing-backwards":
            header = self.ensure(kind, header, "effective_to")
            rows.append(dict(physician_id="X", status="good", effective_from="2020-01-02", effective_to="2020-01-01"))
        return header, rows, wide

    def ensure(self, kind, header, column):
        return header if any(c == column for c, _ in header) else header + [(column, self.heading(kind, column))]

    def break_bytes(self, fault, data, header, delimiter, eol, n):
        r = self.r
        if fault == "no-bytes":
            return b""
        if fault == "only-blanks":
            return r.choice([b"\n\n\n", b" \r\n,,,\r\n", b"\xef\xbb\xbf", b"\n"])
        tail = eol.encode()
        if fault == "unclosed-quote":
            row = delimiter.join(["x"] * (len(header) - 1) + ['"x'])
            return data + tail + row.encode() + tail + b"more" + tail
        if fault == "nul":
            return data + tail + b"a\0b" + tail
        if fault == "broken-utf8":
            return data + tail + "é".encode() + b"\xeb" + tail
        if fault == "cp1252-undefined":
            return data + tail + b"caf\xe9 " + bytes([r.choice([0x81, 0x8D, 0x8F, 0x90, 0x9D])]) + tail
        if fault == "bom-bad-byte":
            return data + tail + b"caf\xe9 x" + tail
        if fault == "lone-surrogate":
            return data + eol.encode("utf-16-le") + b"\x00\xd8a\x00" + eol.encode("utf-16-le")
        if fault == "odd-utf16":
            return data + b"a"
        if fault == "long-row":
            return data + tail + delimiter.join(["x" * 30000] * 36).encode() + tail
        if fault == "long-row-by-one":
            row = delimiter.join(["x"] * len(header)).encode()
            return data + tail + row + b"x" * ((1 << 20) + 1 - len(row)) + tail
        return data

    def plan_fault(self):
        f, plan = self.fault, self.plan
        r = self.r
        if f == "plan-key":
            plan[r.choice(["rats", "Time_zone", "program", "standings"])] = {}
        elif f == "plan-nested-key":
            section = r.choice(["standing", "notices", "limits", "output"])
            plan.setdefault(section, {})[r.choice(["as-of", "near_block", "x"])] = "1"
        elif f == "plan-rate-key":
            plan.setdefault("rates", {})["case"] = [{"from": "2000-01-01", "amount": "500", "until": "2030-01-01"}]
        elif f == "three-decimals":
            plan.setdefault("rates", {})["case"] = [{"from": "2000-01-01", "amount": r.choice(["500.005", "500.123", "0.001"])}]
        elif f == "negative-amount":
            plan.setdefault("rates", {})["case"] = [{"from": "2000-01-01", "amount": "-500"}]
        elif f == "same-rates":
            one = {"from": "2000-01-01", "amount": "500"}
            plan.setdefault("rates", {})["case"] = [one, dict(one, amount="600")] if self.p(0.5) else [one, dict(one, program="more-health"), dict(one, program="more-health")]
        elif f == "rate-without-from":
            plan.setdefault("rates", {})["case"] = [{"amount": "500"}]
        elif f == "rate-without-per-minutes":
            plan.setdefault("rates", {})["conference"] = [{"from": "2000-01-01", "amount": "500"}]
        elif f == "bad-zone":
            plan["time_zone"] = r.choice(["Mars/Olympus", "California", "America/Los Angeles"])
        elif f == "bad-month":
            plan["fiscal_year_starts"] = r.choice(["2", "0", "13", "July"])
        elif f == "bad-as-of":
            plan.setdefault("standing", {})["as_of"] = ["today"]
        elif f == "bad-unlisted":
            plan.setdefault("standing", {})["unlisted"] = "bad"
        elif f == "no-rate-yet":
            plan.setdefault("rates", {})["case"] = [{"from": "2031-01-01", "amount": "500"}]
            plan["programs"] = {"grand-rounds": {"name": "Grand Rounds", "aliases": ["GR"], "pays": ["case"]}}
        elif f == "plan-heading-hides":
            # the plan's heading is looked for alone; the files have another
            plan.setdefault("headings", {}).setdefault("standing", {})["status"] = ["Nowhere"]

    # -------------------------------------------------------------------------------------- all

    def make(self, out):
        r = self.r
        self.inputs = os.path.join(out, "inputs")
        os.makedirs(self.inputs)
        self.make_plan()
        self.fault_kind = r.choice(["cases", "conferences", "physicians", "standing"])
        self.edges = self.transitions()
        self.last_start, self.last_seconds = None, 1
        self.make_people()
        if self.fault == "standing-several":
            for k in (0, 1):
                self.roster.append(dict(physician_id=f"S{k}", name="S", department="Medicine", npi="SEVERAL", email="", employee_id="", employee_record="",
                                        credentialed_from="2020-01-01", credentialed_to=""))
        self.make_standing()
        with_cases, with_conferences = True, True
        if self.fault is None:
            x = r.random()
            with_cases, with_conferences = x > 0.04, not 0.04 < x < 0.08
        cases = self.case_rows(max(1, self.rows * 6 // 10)) if with_cases else []
        if self.fault == "no-rate-yet":
            person = next((p for p in self.people), None)
            cases.append({"case_id": "NORATE", "program": "GR", "physician_id": person["physician_id"], "completed_at": "2026-02-10", "status": "", "offered_at": "", "accepted_at": ""})
        conferences = self.conference_rows(max(1, self.rows * 4 // 10), [c["case_id"] for c in cases]) if with_conferences else []
        names = {"cases": ["cases.csv", "Cases-2.CSV", "cases_B.csv", "CASES GR.csv"], "conferences": ["conferences.csv", "conferences-é.csv", "Conferences2.Csv"],
                 "physicians": ["physicians.csv", "PHYSICIANS-new.csv"], "standing": ["standing.csv", "standings.csv"]}
        headings_saved = dict(self.headings)
        if self.fault == "plan-heading-hides":
            self.headings = {k: v for k, v in self.headings.items()}
        for kind, rows in (("physicians", self.roster), ("standing", self.standing), ("cases", cases), ("conferences", conferences)):
            if self.fault == "no-" + kind or (self.fault == "no-records" and kind in ("cases", "conferences")):
                continue
            if (kind == "cases" and not with_cases) or (kind == "conferences" and not with_conferences):
                continue
            # faults sit in one file only, so such a table is one file
            parts = 1 if self.fault_here(kind) or self.p(0.5) else r.randint(1, len(names[kind]))
            chosen = r.sample(names[kind], parts)
            cuts = sorted(r.randrange(len(rows) + 1) for _ in range(parts - 1))
            pieces = [rows[a:b] for a, b in zip([0] + cuts, cuts + [len(rows)])]
            for name, piece in zip(chosen, pieces):
                self.write(kind, name, piece)
        self.headings = headings_saved
        while self.p(0.25):
            name = r.choice(["cases.xlsx", "GR_cases.csv", "notes.txt", "case.csv", "standing.csv.bak", ".hidden.csv", "Thumbs.db", "physician.csv", "=x.csv", "payroll é.csv", "cases.txt"])
            with open(os.path.join(self.inputs, name), "w") as f:
                f.write("x")
        if self.p(0.08):
            os.makedirs(os.path.join(self.inputs, r.choice(["old", "2025Q4", ".git"])), exist_ok=True)
        if self.plan is not None:
            self.plan_fault()
            with open(os.path.join(out, "plan.yaml"), "w", encoding="utf-8") as f:
                f.write("\n".join(yaml_lines(self.plan)) + "\n" if self.plan else "# nothing\n")
                if self.fault == "bad-yaml":
                    f.write("rates: [ {\n")
        status = 0 if self.fault is None else 66 if self.fault in FAULTS_66 else 65
        with open(os.path.join(out, "FAULT"), "w") as f:
            f.write(f"{status} {self.fault or 'none'}\n")


def nfc(s):
    return unicodedata.normalize("NFC", s)


def scalar(v):
    v = str(v)
    if v == "" or not all(c.isalnum() or c in " -_./é" for c in v) or v.strip() != v or v.startswith("-"):
        return '"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return v


def flow(v):
    if isinstance(v, dict):
        return "{ " + ", ".join(f"{scalar(k)}: {flow(x)}" for k, x in v.items()) + " }" if v else "{}"
    if isinstance(v, list):
        return "[" + ", ".join(flow(x) for x in v) + "]"
    return scalar(v)


def yaml_lines(plan):
    for key, v in plan.items():
        if key == "rates" and v:
            yield "rates:   # dated"
            for activity, rates in v.items():
                yield f"  {activity}:"
                for rate in rates:
                    yield f"    - {flow(rate)}"
        else:
            yield f"{key}: {flow(v)}"


def generate(seed, out, rows=60, fault=None):
    os.makedirs(out, exist_ok=True)
    g = Gen(seed, rows, fault)
    g.make(out)
    return open(os.path.join(out, "FAULT")).read().split()


if __name__ == "__main__":
    a = argparse.ArgumentParser()
    a.add_argument("seed")
    a.add_argument("outdir")
    a.add_argument("--rows", type=int, default=60)
    a.add_argument("--fault", help="a kind to plant, or none")
    o = a.parse_args()
    print(*generate(o.seed, o.outdir, o.rows, o.fault))
