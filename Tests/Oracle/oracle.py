#!/usr/bin/env python3
"""oracle.py WORKSPACE QUARTER OUTDIR: an independent, slow and plain reading of SPEC.md sections 1-6.

No ledger here: ledger_oracle.py puts its own in the place of NoLedger.

Writes summary.csv, lines.csv, exceptions.csv, notices.csv. Status 65: a file or the plan can't be used;
66: an input is missing. Choices where the contract is silent are in READINGS.md.
"""
import collections, csv, datetime as dt, io, os, re, sys, unicodedata
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo, available_timezones

import yaml


class FileError(Exception):      # status 65
    pass


class Missing(Exception):        # status 66
    pass


# ---------------------------------------------------------------------------------------------- text

WHITE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"


def trim(s):
    return s.strip(WHITE)


def norm(s):
    """How headings, programs and words of status are matched."""
    return "".join(c for c in s.lower() if c not in WHITE and c not in "_-.#/()")


def decode(data, where):
    """(text, was it windows-1252)"""
    if not data:
        raise FileError(f"{where}: the file is empty")
    cp1252 = False
    try:
        if data[:3] == b"\xef\xbb\xbf":
            text = data[3:].decode("utf-8")
        elif data[:2] == b"\xff\xfe":
            text = data[2:].decode("utf-16-le")
        elif data[:2] == b"\xfe\xff":
            text = data[2:].decode("utf-16-be")
        else:
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError:
                if has_multibyte(data):
                    raise
                text = data.decode("cp1252")
                cp1252 = True
    except UnicodeDecodeError as e:
        raise FileError(f"{where}: ill-formed bytes: {e}")
    if "\0" in text:
        raise FileError(f"{where}: a NUL")
    return text, cp1252


def has_multibyte(data):
    """Is there a well-formed UTF-8 sequence of 2 to 4 bytes anywhere?"""
    for i, b in enumerate(data):
        for n, low, high in ((2, 0xC2, 0xDF), (3, 0xE0, 0xEF), (4, 0xF0, 0xF4)):
            if low <= b <= high and len(data) >= i + n:
                try:
                    data[i:i + n].decode("utf-8")
                    return True
                except UnicodeDecodeError:
                    pass
    return False


# ---------------------------------------------------------------------------------------------- CSV

class Row:
    def __init__(self, line, fields, malformed):
        self.line, self.fields, self.malformed = line, fields, malformed


def finish_value(raw):
    """Trim, NFC, and undo ="00123"."""
    v = trim(unicodedata.normalize("NFC", raw))
    m = re.fullmatch(r'="([^"]*)"', v, re.S)
    return trim(m.group(1)) if m else v


def end_of_line_at(text, i):
    """length of the line end at i, or 0"""
    if text.startswith("\r\n", i):
        return 2
    return 1 if i < len(text) and text[i] in "\r\n" else 0


def count_lines(s):
    return len(re.findall(r"\r\n|\r|\n", s))


def read_row(text, i, line, delimiter, where):
    """One row from i. Gives (Row, next i, next line)."""
    start, first_line = i, line
    fields, malformed = [], False
    blanks = [c for c in WHITE if c not in "\r\n" and c != delimiter]
    while True:
        # one field
        j = i
        while j < len(text) and text[j] in blanks:
            j += 1
        if j < len(text) and text[j] == '"':
            opened = line
            j += 1
            content = []
            while True:
                k = text.find('"', j)
                if k < 0:
                    raise FileError(f"{where}, line {opened}: a quote that never closes")
                content.append(text[j:k])
                if text.startswith('""', k):
                    content.append('"')
                    j = k + 2
                else:
                    j = k + 1
                    break
            value = "".join(content)
            line += count_lines(text[i:j])
            i = j
            while j < len(text) and text[j] != delimiter and not end_of_line_at(text, j):
                j += 1
            if text[i:j].strip("".join(blanks)):
                malformed = True
            fields.append(finish_value(value))
        else:
            j = i
            while j < len(text) and text[j] != delimiter and not end_of_line_at(text, j):
                j += 1
            raw = text[i:j]
            if '"' in raw and not re.fullmatch(r'="[^"]*"', trim(raw)):
                malformed = True
            fields.append(finish_value(raw))
        i = j
        if i < len(text) and text[i] == delimiter:
            i += 1
            continue
        break
    if len(text[start:i].encode("utf-8", "surrogatepass")) > 1 << 20:
        raise FileError(f"{where}, line {first_line}: a row of more than 1 MiB")
    n = end_of_line_at(text, i)
    return Row(first_line, fields, malformed), i + n, line + (1 if n else 0)


def guess_delimiter(text, i):
    counts = {",": 0, ";": 0, "\t": 0}
    quoted = False
    while i < len(text):
        c = text[i]
        if c == '"':
            quoted = not quoted
        elif not quoted:
            if c in "\r\n":
                break
            if c in counts:
                counts[c] += 1
        i += 1
    return max(counts, key=lambda d: (counts[d], -list(counts).index(d)))


def read_csv(data, where):
    """(header row, rows, was it windows-1252)"""
    text, cp1252 = decode(data, where)
    i, line, delimiter = 0, 1, None
    m = re.match(r"sep=([^\r\n])(\r\n|\r|\n|\Z)", text)
    if m:
        delimiter, i, line = m.group(1), m.end(), 2
    header, rows = None, []
    while i < len(text):
        d = delimiter or guess_delimiter(text, i)
        row, i, line = read_row(text, i, line, d, where)
        if not row.malformed and not any(row.fields):
            continue
        if header is None:
            if row.malformed:
                raise FileError(f"{where}, line {row.line}: the header is malformed")
            header, delimiter = row, d
        else:
            rows.append(row)
    if header is None:
        raise FileError(f"{where}: no header")
    return header, rows, cp1252


# ---------------------------------------------------------------------------------------------- tables

PHYSICIAN = ["physician", "provider", "provider id", "npi", "physician email"]
TABLES = {
    "cases": {
        "case_id": ["case", "case number", "case no"],
        "program": ["partner", "platform"],
        "physician_id": PHYSICIAN,
        "completed_at": ["completed", "completion date", "completed date", "date completed"],
        "offered_at": ["offered"], "accepted_at": ["accepted"], "status": ["case status"]},
    "conferences": {
        "conference_id": ["conference", "meeting id"],
        "program": ["partner", "platform"],
        "physician_id": PHYSICIAN,
        "started_at": ["start", "start time", "date", "conference date"],
        "ended_at": ["end", "end time"],
        "duration_minutes": ["duration", "minutes", "duration (minutes)"],
        "case_id": ["case", "case number", "case no"], "status": ["case status"]},
    "physicians": {
        "physician_id": ["physician"], "name": ["physician name"], "department": ["dept"],
        "credentialed_from": ["from"], "credentialed_to": ["to"],
        "employee_id": ["empl id"], "employee_record": ["empl record", "empl rcd"], "npi": [], "email": []},
    "standing": {
        "physician_id": ["physician"], "status": ["standing"],
        "effective_from": ["from", "effective date"], "effective_to": ["to"]},
}
REQUIRED = {
    "cases": ["case_id", "program", "physician_id", "completed_at"],
    "conferences": ["conference_id", "physician_id", "started_at"],
    "physicians": ["physician_id", "name", "department", "credentialed_from"],
    "standing": ["physician_id", "status", "effective_from"],
}
ID_COLUMNS = {"case_id", "conference_id", "physician_id", "employee_id", "npi"}


def heading_words(heading):
    words = []
    for run in re.findall(r"[^\W\d_]+", heading):
        word = ""
        for i, c in enumerate(run):
            after_small = i > 0 and c.isupper() and run[i - 1].islower()
            before_small = (i > 0 and c.isupper() and run[i - 1].isupper()
                            and i + 1 < len(run) and run[i + 1].islower())
            if after_small or before_small:
                words.append(word)
                word = ""
            word += c
        words.append(word)
    return [w.lower() for w in words]


def is_patient(heading):
    words = heading_words(heading)
    if any(w in ("patient", "mrn", "dob", "ssn", "diagnosis") for w in words):
        return True
    return any(words[i:i + 3] == ["date", "of", "birth"] for i in range(len(words)))


def bad_value(column, v):
    if len(v.encode("utf-16-le", "surrogatepass")) // 2 > 32767:
        return True
    for c in v:
        cat = unicodedata.category(c)
        if cat == "Cc" and c not in "\t\n\r":
            return True
        if c in "\ufffe\uffff":
            return True
        if cat == "Cf" and column in ID_COLUMNS:
            return True
    return False


class Record(dict):
    """A row by column name; .file, .line, .malformed."""


def read_table(kind, data, source, plan, notices):
    header, rows, cp1252 = read_csv(data, source)
    if cp1252:
        notices.append(notice("decoded-as-windows-1252", source))
    names = {}                                   # matched heading -> column
    given = plan["headings"].get(kind, {})
    for column, aliases in TABLES[kind].items():
        if column not in given:
            for a in [column] + aliases:
                names[norm(a)] = column
    for column, headings in given.items():
        for h in headings:
            names[norm(h)] = column              # alone: the built-in meaning of this heading is gone
    at = {}
    for position, heading in enumerate(header.fields):
        if is_patient(heading):
            notices.append(notice("patient-column-not-read", source))
            continue
        column = names.get(norm(heading)) if norm(heading) else None
        if column is None:
            continue
        if column in at:
            raise FileError(f"{source}: two headings name {column}")
        at[column] = position
    for column in REQUIRED[kind]:
        if column not in at:
            raise FileError(f"{source}: no column {column}")
    needed = [at[c] for c in REQUIRED[kind]]
    if kind == "conferences":
        lengths = [at[c] for c in ("ended_at", "duration_minutes") if c in at]
        if not lengths:
            raise FileError(f"{source}: neither ended_at nor duration_minutes")
        needed.append(min(lengths))
    result = []
    for row in rows:
        r = Record()
        r.file, r.line, r.malformed = source, row.line, row.malformed
        if any(row.fields[len(header.fields):]) or len(row.fields) <= max(needed):
            r.malformed = True
        for column in TABLES[kind]:
            p = at.get(column)
            r[column] = row.fields[p] if p is not None and p < len(row.fields) else ""
            if bad_value(column, r[column]):
                r.malformed = True
        result.append(r)
    return result


def notice(kind, file, line=None, program="", activity="", record_id="", physician_id="", department=""):
    return dict(notice=kind, program=program, activity=activity, record_id=record_id, physician_id=physician_id,
                department=department, source_file=file, source_line=line, detail="")


# ---------------------------------------------------------------------------------------------- dates and lengths

class When:
    """A date, or an instant; .date is the civil date in the plan's zone, .instant whole seconds or None."""
    def __init__(self, date, instant=None, moved=False):
        self.date, self.instant, self.moved = date, instant, moved


EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)


def read_when(s, zone):
    """None where it can't be read."""
    m = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
                     r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?", s)
    if m:
        y, mo, d, h, mi, se, offset = m.groups()
    else:
        m = re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})"
                         r"(?: ([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?: ?([AaPp][Mm]))?)?", s)
        if not m:
            return None
        mo, d, y, h, mi, se, half = m.groups()
        offset = None
        if half:
            if not 1 <= int(h) <= 12:
                return None
            h = int(h) % 12 + (12 if half.lower() == "pm" else 0)
    try:
        date = dt.date(int(y), int(mo), int(d))
        if h is None:
            return When(date)
        local = dt.datetime(date.year, date.month, date.day, int(h), int(mi), int(se or 0))
    except ValueError:
        return None
    if offset:
        if offset == "Z":
            minutes = 0
        else:
            oh, om = int(offset[1:3]), int(offset[4:6])
            if oh > 23 or om > 59:
                return None
            minutes = (oh * 60 + om) * (-1 if offset[0] == "-" else 1)
        aware = local.replace(tzinfo=dt.timezone(dt.timedelta(minutes=minutes)))
    else:
        aware = local.replace(tzinfo=zone, fold=0)   # fold 0: the first of two, or the offset before a gap
    instant = round((aware - EPOCH).total_seconds())
    try:
        there = (EPOCH + dt.timedelta(seconds=instant)).astimezone(zone).date()
    except OverflowError:                        # outside the years 1 to 9999
        return None
    return When(there, instant, moved=there != date)


def read_date(s):
    """A date of the roster or of standing; None where it can't be read."""
    w = read_when(s, ZoneInfo("UTC"))
    if w is None or (w.instant is not None and w.instant % 86400 != 0):
        return None
    if re.search(r"(Z|[+-][0-9]{2}:[0-9]{2})$", s) and w.instant is not None:
        return None
    return w.date


def read_minutes(s):
    """seconds, fractions dropped; None where it can't be read"""
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", s):
        return int(Fraction(Decimal(s)) * 60)
    m = re.fullmatch(r"([0-9]+):([0-9]{2})(?::([0-9]{2}))?", s)
    if m and int(m.group(2)) < 60 and int(m.group(3) or 0) < 60:
        return int(m.group(1)) * 3600 + int(m.group(2)) * 60 + int(m.group(3) or 0)
    return None


# ---------------------------------------------------------------------------------------------- the plan

DEFAULT_PLAN = """
plan: UCSF Online Second Opinions
time_zone: America/Los_Angeles
fiscal_year_starts: 7
programs:
  grand-rounds: { name: Grand Rounds, aliases: [GR, Included Health], pays: [case] }
  more-health:  { name: More Health,  aliases: [MH], pays: [case, conference] }
rates:
  case:       [ { from: 2000-01-01, amount: 500.00, source: "..." } ]
  conference: [ { from: 2000-01-01, amount: 500.00, per_minutes: 40, source: "..." } ]
standing:
  as_of: [service-date, quarter-end]
  unlisted: hold
headings: {}
notices: { near_block_minutes: 2, respond_hours: 12, review_hours: 48 }
limits: { conference_minutes: 240 }
output: { csv_bom: false }
payroll: {}
late_records: pay
"""


def load_plan(path):
    plan = yaml.load(DEFAULT_PLAN, yaml.BaseLoader)
    if os.path.exists(path):
        try:
            with open(path, encoding="utf-8-sig") as f:
                own = yaml.load(f, yaml.BaseLoader)
        except (yaml.YAMLError, UnicodeDecodeError) as e:
            raise FileError(f"plan.yaml: {e}")
        if own in (None, ""):
            own = {}
        check(isinstance(own, dict), "not a mapping")
        for key, value in own.items():
            check(key in plan, f"unknown key {key}")
            if key in ("rates", "standing", "notices", "limits", "output"):
                check(isinstance(value, dict), f"{key} must be a mapping")
                for k, v in value.items():
                    check(k in plan[key], f"unknown key {key}.{k}")
                    plan[key][k] = v
            else:
                plan[key] = value
    check(plan["time_zone"] in available_timezones(), "unknown time zone")
    plan["zone"] = ZoneInfo(plan["time_zone"])
    check(plan["fiscal_year_starts"] in ("1", "4", "7", "10"), "fiscal_year_starts")
    check(isinstance(plan["programs"], dict) and plan["programs"], "programs")
    plan["program_of"] = {}
    for key, p in plan["programs"].items():
        check(isinstance(p, dict), f"program {key}")
        check(set(p) <= {"name", "aliases", "pays"}, f"unknown key in program {key}")
        check(all(a in ("case", "conference") for a in p.get("pays", [])), f"pays of {key}")
        for word in [key] + ([p["name"]] if "name" in p else []) + p.get("aliases", []):
            check(plan["program_of"].get(norm(word), key) == key, f"two programs are called {word}")
            plan["program_of"][norm(word)] = key
    for activity, rates in plan["rates"].items():
        check(isinstance(rates, list), "rates must be lists")
        seen = set()
        for r in rates:
            check(isinstance(r, dict), "a rate must be a mapping")
            allowed = {"from", "amount", "source", "program"} | ({"per_minutes"} if activity == "conference" else set())
            check(set(r) <= allowed, f"unknown key in a rate: {sorted(set(r) - allowed)}")
            needed = {"from", "amount"} | ({"per_minutes"} if activity == "conference" else set())
            check(needed <= set(r), f"a rate needs {sorted(needed - set(r))}")
            check(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", r["from"]), "rate from")
            r["date"] = read_date(r["from"])
            check(r["date"], "rate from")
            m = re.fullmatch(r"([0-9]+)(?:\.([0-9]{1,2}))?", r["amount"])
            check(m, f"amount {r['amount']}")
            r["cents"] = int(m.group(1)) * 100 + int((m.group(2) or "").ljust(2, "0"))
            if activity == "conference":
                check(re.fullmatch(r"[0-9]+", r["per_minutes"]) and int(r["per_minutes"]) > 0, "per_minutes")
            check("program" not in r or r["program"] in plan["programs"], "a rate of an unknown program")
            identity = (r["date"], r.get("program"))
            check(identity not in seen, "two rates of the same date and program")
            seen.add(identity)
    as_of = plan["standing"]["as_of"]
    check(isinstance(as_of, list) and as_of and all(a in ("service-date", "quarter-end") for a in as_of), "as_of")
    check(plan["standing"]["unlisted"] in ("hold", "good"), "unlisted")
    check(isinstance(plan["headings"], dict), "headings")
    for table, columns in plan["headings"].items():
        check(table in TABLES and isinstance(columns, dict), f"headings.{table}")
        for column, names in columns.items():
            check(column in TABLES[table] and isinstance(names, list), f"headings.{table}.{column}")
    for section, keys in (("notices", list(plan["notices"])), ("limits", list(plan["limits"]))):
        for k in keys:
            check(re.fullmatch(r"[0-9]+", str(plan[section][k])), f"{section}.{k}")
            plan[section][k] = int(plan[section][k])
    check(plan["late_records"] in ("pay", "hold"), "late_records")
    return plan


def check(ok, message):
    if not ok:
        raise FileError("plan.yaml: " + message)


def rate_for(plan, activity, program, date):
    fitting = [r for r in plan["rates"][activity] if r["date"] <= date]
    own = [r for r in fitting if r.get("program") == program]
    general = [r for r in fitting if "program" not in r]
    pool = own or general
    if not pool:
        raise FileError(f"plan.yaml: no {activity} rate on {date}")
    return max(pool, key=lambda r: r["date"])


# ---------------------------------------------------------------------------------------------- quarters

def parse_quarter(s, plan):
    m = re.fullmatch(r"(FY)?([0-9]{4})Q([1-4])", s)
    if not m:
        sys.exit(64)
    year, q = int(m.group(2)), int(m.group(3))
    if not m.group(1):
        first = dt.date(year, 3 * q - 2, 1)
    else:
        start = int(plan["fiscal_year_starts"])
        month = start + 3 * (q - 1)
        base = year if start == 1 else year - 1
        first = dt.date(base + (month - 1) // 12, (month - 1) % 12 + 1, 1)
    months = first.year * 12 + first.month - 1 + 3
    after = dt.date(months // 12, months % 12 + 1, 1)
    return first, after - dt.timedelta(days=1)


def quarter_name(date):
    return f"{date.year:04d}Q{(date.month + 2) // 3}"


# ---------------------------------------------------------------------------------------------- roster and standing

class Roster:
    def __init__(self, rows):
        self.appointments = collections.defaultdict(list)     # physician_id -> [(from, to, row)]
        self.by_key = collections.defaultdict(set)            # identifier -> physician_ids
        self.by_email = collections.defaultdict(set)
        for r in rows:
            if r.malformed:
                raise FileError(f"{r.file}, line {r.line}: malformed row")
            for c in REQUIRED["physicians"]:
                if not r[c]:
                    raise FileError(f"{r.file}, line {r.line}: no {c}")
            if r["department"] == "(unassigned)":
                raise FileError(f"{r.file}, line {r.line}: no department may be called so")
            start, end = span(r, "credentialed_from", "credentialed_to")
            pid = r["physician_id"]
            for s, e, other in self.appointments[pid]:
                if s <= end and start <= e:
                    raise FileError(f"{r.file}, line {r.line}: overlaps {other.file}, line {other.line}")
            self.appointments[pid].append((start, end, r))
            for c in ("physician_id", "npi", "employee_id"):
                if r[c]:
                    self.by_key[r[c]].add(pid)
            if r["email"]:
                self.by_email[r["email"].lower()].add(pid)
        if not self.appointments:
            raise FileError("physicians: no row")

    def fitting(self, text):
        return self.by_key.get(text, set()) | self.by_email.get(text.lower(), set())

    def on(self, pid, date):
        for s, e, r in self.appointments[pid]:
            if s <= date <= e:
                return r
        return None

    def on_or_near(self, pid, date):
        exact = self.on(pid, date)
        if exact is not None:
            return exact
        spans = sorted(self.appointments[pid], key=lambda a: a[0])
        started = [a for a in spans if a[0] <= date]
        return (started[-1] if started else spans[0])[2]


def span(r, a, b):
    start = read_date(r[a])
    end = read_date(r[b]) if r[b] else dt.date.max
    if start is None or end is None:
        raise FileError(f"{r.file}, line {r.line}: a date can't be read")
    if end < start:
        raise FileError(f"{r.file}, line {r.line}: an end before its start")
    return start, end


STANDING_WORDS = {
    "good": ["good", "in good standing", "yes", "y", "true"],
    "not-good": ["not good", "not in good standing", "no", "n", "false"],
    "not-member": ["not a member", "non-member"],
}
STANDING_OF = {norm(w): k for k, ws in STANDING_WORDS.items() for w in ws}


class Standings:
    def __init__(self, rows, roster, notices):
        self.rows = collections.defaultdict(list)
        for r in rows:
            if r.malformed or not r["physician_id"]:
                raise FileError(f"{r.file}, line {r.line}: malformed row")
            word = STANDING_OF.get(norm(r["status"]))
            if word is None:
                raise FileError(f"{r.file}, line {r.line}: status can't be read")
            start, end = span(r, "effective_from", "effective_to")
            text = r["physician_id"]
            fits = {text} if text in roster.appointments else roster.fitting(text)
            if len(fits) > 1:
                raise FileError(f"{r.file}, line {r.line}: fits several physicians")
            if not fits:
                notices.append(notice("standing-of-nobody", r.file, r.line, physician_id=text))
                continue
            pid, = fits
            for s, e, w in self.rows[pid]:
                if s == start and w != word:
                    raise FileError(f"{r.file}, line {r.line}: contradicts another row")
            self.rows[pid].append((start, end, word))

    def on(self, pid, date):
        holding = [row for row in self.rows.get(pid, []) if row[0] <= date <= row[1]]
        return max(holding, key=lambda row: row[0])[2] if holding else "unknown"


# ---------------------------------------------------------------------------------------------- rules

COMPLETED = {norm(w) for w in ("", "completed", "complete", "done", "closed")}


class Item:
    """A row of cases or conferences, what could be read of it, and what became of it."""
    def __init__(self, row, activity, plan, roster):
        self.row, self.activity = row, activity
        self.file, self.line = row.file, row.line
        self.disposition = self.reason = None
        self.segments = None                        # (start, end) of each segment of a timed conference
        self.rate = self.blocks = self.amount = None
        zone = plan["zone"]
        is_case = activity == "case"
        self.id = row["case_id" if is_case else "conference_id"]
        self.case = row["case_id"]
        self.physician_text = row["physician_id"]
        self.program = self.find_program(plan)
        self.time_text = row["completed_at" if is_case else "started_at"]
        self.when = read_when(self.time_text, zone) if self.time_text else None
        self.fits = roster.fitting(self.physician_text) if self.physician_text else set()
        self.physician = next(iter(self.fits)) if len(self.fits) == 1 else None
        self.seconds = None
        self.offered = self.accepted = None
        self.clock_bad = False
        if is_case:
            for name in ("offered", "accepted"):
                text = row[name + "_at"]
                if text:
                    w = read_when(text, zone)
                    setattr(self, name, w)
                    self.clock_bad |= w is None
        self.stop = self.first_eight_rules(plan, zone)

    def find_program(self, plan):
        text = self.row["program"]
        if text:
            return plan["program_of"].get(norm(text)) if norm(text) else None
        if self.activity == "conference":
            paying = [k for k, p in plan["programs"].items() if "conference" in p.get("pays", [])]
            if len(paying) == 1:
                return paying[0]
        return None

    def first_eight_rules(self, plan, zone):
        row = self.row
        if row.malformed:
            return "rejected", "malformed-row"
        if not self.id or not self.physician_text:
            return "rejected", "missing-value"
        if self.program is None:
            return "rejected", "unknown-program"
        if self.activity not in plan["programs"][self.program].get("pays", []):
            return "rejected", "activity-not-offered"
        if norm(row["status"]) not in COMPLETED:
            return "excluded", "not-completed"
        if not self.time_text:
            return "rejected", "missing-value"
        if self.when is None:
            return "rejected", "bad-date"
        if self.activity == "case":
            return None
        ended = None
        if row["ended_at"]:
            ended = read_when(row["ended_at"], zone)
            if ended is None:
                return "rejected", "bad-date"
        claimed = None
        if row["duration_minutes"]:
            claimed = read_minutes(row["duration_minutes"])
            if claimed is None:
                return "rejected", "bad-duration"
        measured = None
        if ended and ended.instant is not None and self.when.instant is not None:
            measured = ended.instant - self.when.instant
        if measured is not None and claimed is not None and abs(measured - claimed) > 60:
            return "rejected", "bad-duration"
        length = measured if measured is not None else claimed
        if length is None or any(0 >= l or l > 86400 for l in (measured, claimed) if l is not None):
            return "rejected", "bad-duration"
        self.seconds = length
        if self.when.instant is not None:
            self.segments = [(self.when.instant, self.when.instant + length)]
        return None

    def who(self):
        return ("found", self.physician) if self.physician else ("text", self.physician_text)

    def likeness(self):
        when = ("instant", self.when.instant) if self.when.instant is not None else ("date", self.when.date)
        return self.who(), when, self.seconds

    def settle(self, disposition, reason):
        self.disposition, self.reason = disposition, reason


def name_different_cases(items):
    return len({i.case for i in items if i.case}) > 1


def overlap(a, b):
    return a[0] < b[1] and b[0] < a[1]


class NoLedger:
    """What decide() and compute() ask of a ledger, and the answers of an empty one."""
    def open_quarter(self, first, last):
        pass

    def carried(self, items, roster):            # rows of held records that the inputs no longer have
        return []

    def settled(self, item):                     # rule 9: the reason, or None
        return None

    def covers(self, date):                      # does it lie in a closed quarter?
        return False

    def released(self, item):
        return False

    def on_hold(self, item):
        return False

    def reversals(self, quarter):                # negative lines
        return []

    def notices(self, items, plan, department_of):
        return []

    def paid_records(self):                      # that stay paid: (program, activity, ID)
        return []


def together(rows):
    """Rules 10 and 11 for the rows of one record: (those left, [(row, why it is not)])."""
    classes = collections.OrderedDict()
    for i in rows:
        classes.setdefault(i.likeness(), []).append(i)
    left, dropped = [], []
    for alike in classes.values():               # rule 10
        if name_different_cases(alike):
            left += alike
        else:
            left.append(alike[0])
            dropped += [(i, "duplicate") for i in alike[1:]]
    if len(left) > 1:                            # rule 11
        mergeable = (left[0].activity == "conference"
                     and len({i.who() for i in left}) == 1
                     and len({i.when.date for i in left}) == 1
                     and all(i.when.instant is not None for i in left)
                     and not name_different_cases(rows)
                     and not any(overlap(a.segments[0], b.segments[0])
                                 for n, a in enumerate(left) for b in left[n + 1:]))
        if mergeable:
            left.sort(key=lambda i: i.when.instant)
            carrier = left[0]
            carrier.segments = [i.segments[0] for i in left]
            carrier.seconds = sum(i.seconds for i in left)
            dropped += [(i, "merged-segment") for i in left[1:]]
            left = [carrier]
    return left, dropped


def decide(items, plan, roster, standings, first, last, ledger=NoLedger()):
    """Gives every item its disposition. items are in reading order."""
    records = collections.defaultdict(list)
    for i in items:
        if i.stop:
            i.settle(*i.stop)
        elif ledger.settled(i):
            i.settle("excluded", ledger.settled(i))
        else:
            records[(i.program, i.activity, i.id)].append(i)
    for rows in records.values():
        left, dropped = together(rows)
        for i, reason in dropped:
            i.settle("excluded", reason)
        # rule 12
        if len(left) > 1 and any(first <= i.when.date <= last or ledger.covers(i.when.date) for i in left):
            for i in left:
                i.settle("held", "conflicting-records")
            continue
        for i in left:
            i.settle(*later_rules(i, plan, roster, standings, first, last, ledger))
    for i in items:
        if i.disposition in ("held", "paid"):
            i.rate, i.blocks, i.amount = price(i, plan)


def price(i, plan):
    r = rate_for(plan, i.activity, i.program, i.when.date)
    if i.activity == "case":
        return r, None, r["cents"]
    blocks = -(-i.seconds // (int(r["per_minutes"]) * 60))
    return r, blocks, r["cents"] * blocks


def later_rules(i, plan, roster, standings, first, last, ledger):
    date = i.when.date
    if date > last:
        return "excluded", "later-quarter"
    if date < first and not ledger.covers(date):
        return "excluded", "earlier-quarter"
    if not i.fits:
        return "held", "unknown-physician"
    if len(i.fits) > 1:
        return "held", "ambiguous-physician"
    if ledger.released(i):
        return "paid", ""
    if roster.on(i.physician, date) is None:
        return "held", "not-credentialed"
    as_of = plan["standing"]["as_of"]
    for name, day in (("service-date", date), ("quarter-end", last)):
        if name not in as_of:
            continue
        s = standings.on(i.physician, day)
        if s == "unknown" and plan["standing"]["unlisted"] == "hold":
            return "held", "standing-unknown"
        if s == "not-member":
            return "held", "not-plan-member"
        if s == "not-good":
            return "held", "not-in-good-standing"
    if i.activity == "conference" and i.seconds > plan["limits"]["conference_minutes"] * 60:
        return "held", "long-conference"
    if date < first and plan["late_records"] == "hold":
        return "held", "late-record"
    if ledger.on_hold(i):
        return "held", "on-hold"
    return "paid", ""


# ---------------------------------------------------------------------------------------------- notices of records

def similar_key(text):
    kept = "".join(c for c in text if unicodedata.category(c)[0] in "LN").lower()
    return kept.lstrip("0")


def record_notices(items, case_ids, plan, department_of, ledger):
    out = []
    live = [i for i in items if i.disposition in ("paid", "held")]
    unfinished = {(i.program, i.activity, i.id) for i in items if i.reason == "not-completed"}
    alike = collections.defaultdict(set)
    for i in live:
        alike[(i.activity, similar_key(i.id))].add((i.program, i.id))
    for program, activity, record_id in ledger.paid_records():
        alike[(activity, similar_key(record_id))].add((program, record_id))
    limits = plan["notices"]
    for i in live:
        kinds = []
        def both(a, b):
            return a and b and a.instant is not None and b.instant is not None
        if both(i.offered, i.accepted) and i.accepted.instant - i.offered.instant > limits["respond_hours"] * 3600:
            kinds.append("late-response")
        if both(i.accepted, i.when) and i.when.instant - i.accepted.instant > limits["review_hours"] * 3600:
            kinds.append("late-review")
        if i.clock_bad:
            kinds.append("clock-not-read")
        if i.activity == "conference":
            block = int(i.rate["per_minutes"]) * 60
            over = i.seconds % block or block
            if over <= limits["near_block_minutes"] * 60:
                kinds.append("near-block-edge")
            if i.physician and i.segments:
                for j in live:
                    if (j.activity == "conference" and j.physician == i.physician and j.segments
                            and (j.program, j.id) != (i.program, i.id)
                            and any(overlap(a, b) for a in i.segments for b in j.segments)):
                        kinds.append("overlapping-conferences")
                        break
            if i.case and i.case not in case_ids:
                kinds.append("conference-without-case")
        if i.when.moved:
            kinds.append("date-moved")
        if (i.program, i.activity, i.id) in unfinished:
            kinds.append("also-not-completed")
        if len(alike[(i.activity, similar_key(i.id))]) > 1:
            kinds.append("similar-record")
        for k in kinds:
            out.append(notice(k, i.file, i.line, i.program, i.activity, i.id,
                              i.physician or i.physician_text, department_of(i)))
    return out


# ---------------------------------------------------------------------------------------------- output

RESERVED = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10)}


def sheet_names(departments):
    taken, out = set(), {}
    for d in sorted(departments):
        folded = "".join(c for c in unicodedata.normalize("NFKD", d) if not unicodedata.combining(c)
                         and unicodedata.category(c) != "Mn").lower()
        base = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:60].strip("-") or "department"
        if base in RESERVED:
            base += "-department"
        name, n = base, 1
        while name in taken:
            n += 1
            suffix = f"-{n}"
            name = base[:60 - len(suffix)].rstrip("-") + suffix
        taken.add(name)
        out[d] = name
    return out


def money(cents):
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def clock(seconds):
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def guard(v):
    """Text values only; numbers come as int or as Number."""
    if v is None:
        return ""
    if isinstance(v, (int, Number)):
        return str(v)
    return "'" + v if v[:1] in ("=", "+", "-", "@", "\t", "\r") else v


class Number(str):
    pass


def write_csv(path, columns, rows):
    def field(v):
        v = guard(v)
        return '"' + v.replace('"', '""') + '"' if any(c in v for c in ',"\r\n') else v
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(",".join(columns) + "\n")
        for r in rows:
            f.write(",".join(field(r[c]) for c in columns) + "\n")


LINE_COLUMNS = ("quarter department physician_id employee_id physician program activity record_id service_date "
                "duration blocks rate amount earned_in source_file source_line").split()
SUMMARY_COLUMNS = "quarter department sheet physicians cases conferences blocks payable held_records held".split()
EXCEPTION_COLUMNS = ("disposition reason program activity record_id physician_id physician department service_date "
                     "amount source_file source_line detail").split()
NOTICE_COLUMNS = "notice program activity record_id physician_id department source_file source_line detail".split()


class Result:
    """The quarter: first, last, items, and the rows of the four files."""


def compute(workspace, quarter, ledger):
    plan = load_plan(os.path.join(workspace, "plan.yaml"))
    first, last = parse_quarter(quarter, plan)
    ledger.open_quarter(first, last)
    notices = []
    inputs = os.path.join(workspace, "inputs")
    if not os.path.isdir(inputs):
        raise Missing("no inputs/")
    files = collections.defaultdict(list)
    for name in sorted(os.listdir(inputs), key=os.fsencode):
        if name.startswith("."):
            continue
        low = name.lower()
        kind = next((k for k in TABLES if low.startswith(k) and low.endswith(".csv")), None)
        if kind and os.path.isfile(os.path.join(inputs, name)):
            files[kind].append(name)
        else:
            notices.append(notice("file-not-read", "inputs/" + name))
    if not files["physicians"] or not files["standing"] or not (files["cases"] or files["conferences"]):
        raise Missing("an input is missing")
    tables = collections.defaultdict(list)
    for kind in ("physicians", "standing", "cases", "conferences"):
        for name in files[kind]:
            with open(os.path.join(inputs, name), "rb") as f:
                tables[kind] += read_table(kind, f.read(), "inputs/" + name, plan, notices)
    roster = Roster(tables["physicians"])
    standings = Standings(tables["standing"], roster, notices)

    items = [Item(r, "case", plan, roster) for r in tables["cases"]]
    items += [Item(r, "conference", plan, roster) for r in tables["conferences"]]
    items += ledger.carried(items, roster)
    decide(items, plan, roster, standings, first, last, ledger)
    assert all(i.disposition for i in items)

    def appointment(i):
        if not i.physician:
            return None
        if i.disposition in ("held", "paid"):
            return roster.on_or_near(i.physician, i.when.date)
        return roster.on(i.physician, i.when.date) if i.when else None

    def department_of(i):
        a = appointment(i)
        if a is not None:
            return a["department"]
        return "(unassigned)" if i.disposition == "held" else ""

    q = quarter_name(first)
    lines = ledger.reversals(q)                  # first, so that they stay before a new line of the same record
    reversed_in = {l["department"] for l in lines}
    for i in items:
        if i.disposition == "paid":
            a = appointment(i)
            lines.append(dict(
                quarter=q, department=a["department"], physician_id=i.physician, employee_id=a["employee_id"],
                physician=a["name"], program=i.program, activity=i.activity, record_id=i.id,
                service_date=i.when.date.isoformat(), duration=Number(clock(i.seconds)) if i.seconds else "",
                blocks=i.blocks, rate=Number(money(i.rate["cents"])), amount=Number(money(i.amount)),
                earned_in=quarter_name(i.when.date), source_file=i.file, source_line=i.line,
                cents=i.amount))
    lines.sort(key=lambda l: tuple(l[c] for c in ("department", "physician", "physician_id", "service_date",
                                                  "program", "activity", "record_id")))

    exceptions = []
    for i in items:
        if i.disposition == "paid":
            continue
        e = dict.fromkeys(EXCEPTION_COLUMNS, "")
        e.update(disposition=i.disposition, reason=i.reason, source_file=i.file, source_line=i.line)
        if i.reason != "malformed-row":
            a = appointment(i)
            e.update(program=i.program or "", activity=i.activity, record_id=i.id,
                     physician_id=i.physician or i.physician_text,
                     physician=a["name"] if a is not None else "", department=department_of(i),
                     service_date=i.when.date.isoformat() if i.when else "",
                     amount=Number(money(i.amount)) if i.disposition == "held" else "")
        exceptions.append(e)
    exceptions.sort(key=lambda e: (e["source_file"], e["source_line"], e["reason"], e["record_id"]))

    case_ids = {i.id for i in items if i.activity == "case" and i.stop != ("rejected", "malformed-row")}
    notices += ledger.notices(items, plan, department_of)
    notices += record_notices(items, case_ids, plan, department_of, ledger)
    notices.sort(key=lambda n: (n["source_file"], n["source_line"] or 0, n["notice"], n["record_id"]))

    live = [i for i in items if i.disposition in ("held", "paid")]
    departments = sorted({department_of(i) for i in live} | reversed_in)
    sheets = sheet_names(departments)
    summary = []
    for d in departments:
        mine = [i for i in live if department_of(i) == d]
        paid = [i for i in mine if i.disposition == "paid"]
        held = [i for i in mine if i.disposition == "held"]
        summary.append(dict(
            quarter=q, department=d, sheet=sheets[d], physicians=len({i.physician for i in paid}),
            cases=sum(i.activity == "case" for i in paid), conferences=sum(i.activity == "conference" for i in paid),
            blocks=sum(i.blocks or 0 for i in paid), payable=Number(money(sum(l["cents"] for l in lines if l["department"] == d))),
            held_records=len(held), held=Number(money(sum(i.amount for i in held)))))

    result = Result()
    result.quarter, result.first, result.last, result.items, result.sheets = q, first, last, items, sheets
    result.summary, result.lines, result.exceptions, result.notices = summary, lines, exceptions, notices
    return result


def write(result, out):
    os.makedirs(out, exist_ok=True)
    write_csv(os.path.join(out, "summary.csv"), SUMMARY_COLUMNS, result.summary)
    write_csv(os.path.join(out, "lines.csv"), LINE_COLUMNS, result.lines)
    write_csv(os.path.join(out, "exceptions.csv"), EXCEPTION_COLUMNS, result.exceptions)
    write_csv(os.path.join(out, "notices.csv"), NOTICE_COLUMNS, result.notices)


def main(argv):
    if len(argv) != 4:
        print(__doc__, file=sys.stderr)
        return 64
    try:
        write(compute(argv[1], argv[2], NoLedger()), argv[3])
    except FileError as e:
        print(f"oracle: {e}", file=sys.stderr)
        return 65
    except (Missing, OSError) as e:
        print(f"oracle: {e}", file=sys.stderr)
        return 66
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
