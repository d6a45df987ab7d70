"""The ledger's rules (SPEC.md section 8) on top of oracle.py: quarters one after another, held in memory.

    book = Book(workspace, "2026Q1")     the first quarter it will close
    book.run()                           -> oracle.Result, as `zpay run` would write it
    book.decide("hold", record)          -> 0, or 1 where it is refused; a record is (program, activity, ID)
    book.reverse(record, pay_again)      -> 0 or 1
    book.close()                         -> Result; the quarter is closed and the next one open
Choices where the contract is silent are in LEDGER_READINGS.md.
"""
import copy, datetime as dt
import oracle
from oracle import Number, money

NEVER_RELEASED = {"conflicting-records", "unknown-physician", "ambiguous-physician"}


def record_of(item):
    return item.program, item.activity, item.id


def line_record(line):
    return line["program"], line["activity"], line["record_id"]


class Paid:
    """A paid line and where it stands."""
    def __init__(self, quarter, sheet, place, line):
        self.quarter, self.sheet, self.place, self.line = quarter, sheet, place, line


class Book(oracle.NoLedger):
    def __init__(self, workspace, quarter):
        self.workspace = workspace
        self.open = quarter              # the one that closes next
        self.start = None                # first day of the first closed quarter
        self.closed = []                 # Results
        self.paid = {}                   # record -> Paid: the line not reversed
        self.carry = {}                  # record -> its held rows in the latest close that held it
        self.holds, self.forfeits = set(), set()    # decided in closed quarters
        self.decided = {}                # record -> hold, release or forfeit: the latest in the open quarter
        self.pending = {}                # record -> may it be paid again already in the open quarter?

    # ---------------------------------------------------------------------------------- what the rules ask

    def open_quarter(self, first, last):
        self.first = first

    def covers(self, date):
        return self.start is not None and self.start <= date < self.first

    def settled(self, item):
        record = record_of(item)
        if record in self.paid and not self.pending.get(record):
            return "already-paid"
        if record in self.forfeits or self.decided.get(record) == "forfeit":
            return "forfeited"
        return None

    def released(self, item):
        return self.decided.get(record_of(item)) == "release"

    def on_hold(self, item):
        record = record_of(item)
        return self.decided.get(record, "hold" if record in self.holds else "") == "hold"

    def carried(self, items, roster):
        there = {record_of(i) for i in items if not i.stop}
        out = []
        for record, rows in self.carry.items():
            if record in there:
                continue
            for row in rows:
                i = copy.copy(row)
                i.fits = roster.fitting(i.physician_text)
                i.physician = next(iter(i.fits)) if len(i.fits) == 1 else None
                out.append(i)
        return out

    def reversals(self, quarter):
        lines = []
        for record in self.pending:
            old = self.paid[record]
            lines.append(dict(old.line, quarter=quarter, blocks=-old.line["blocks"] if old.line["blocks"] else None,
                              amount=Number(money(-old.line["cents"])), cents=-old.line["cents"], undoes=record,
                              source_file=f"{old.quarter}:sheets/{old.sheet}.csv", source_line=old.place))
        return lines

    def notices(self, items, plan, department_of):
        """changed-after-paid"""
        records, out = {}, []
        for i in items:
            if i.reason == "already-paid":
                records.setdefault(record_of(i), []).append(i)
        for record, rows in records.items():
            line = self.paid[record].line
            left, _ = oracle.together(rows)
            for i in left:
                now = (i.physician, i.when.date.isoformat(), oracle.price(i, plan)[2])
                if now != (line["physician_id"], line["service_date"], line["cents"]):
                    out.append(oracle.notice("changed-after-paid", i.file, i.line, i.program, i.activity, i.id,
                                             i.physician or i.physician_text, department_of(i)))
        return out

    def paid_records(self):
        return self.paid.keys() - self.pending.keys()

    # ---------------------------------------------------------------------------------- commands

    def run(self):
        return oracle.compute(self.workspace, self.open, self)

    def decide(self, kind, record, result=None):
        """result: what run() would give now, where the caller has it."""
        reasons = {(i.disposition, i.reason) for i in (result or self.run()).items
                   if record_of(i) == record and i.disposition in ("paid", "held")}
        held = {reason for disposition, reason in reasons if disposition == "held"}
        if not reasons or (kind in ("release", "forfeit") and not held) or (kind == "release" and held & NEVER_RELEASED):
            return 1
        self.decided[record] = kind
        return 0

    def reverse(self, record, pay_again=False):
        if record not in self.paid or record in self.pending:
            return 1
        self.pending[record] = pay_again
        return 0

    def close(self):
        result = self.run()
        q = result.quarter
        for record in self.pending:
            del self.paid[record]
        place = {}
        for line in result.lines:
            place[line["department"]] = place.get(line["department"], 1) + 1
            if "undoes" not in line:
                record = line_record(line)
                assert record not in self.paid, f"{record} would be paid twice"
                self.paid[record] = Paid(q, result.sheets[line["department"]], place[line["department"]], line)
                self.carry.pop(record, None)
        held = {}
        for i in result.items:
            if i.disposition == "held":
                i = copy.copy(i)
                if not hasattr(i, "carried"):
                    i.carried, i.file = True, f"{q}:{i.file}"
                    if i.segments:
                        i.segments = [(i.when.instant, i.when.instant + i.seconds)]
                held.setdefault(record_of(i), []).append(i)
        self.carry.update(held)
        for record, kind in self.decided.items():
            self.holds.discard(record)
            if kind == "hold":
                self.holds.add(record)
            if kind == "forfeit":
                self.forfeits.add(record)
                self.carry.pop(record, None)
        self.decided, self.pending = {}, {}
        self.start = self.start or result.first
        self.closed.append(result)
        self.open = oracle.quarter_name(result.last + dt.timedelta(days=1))
        return result
