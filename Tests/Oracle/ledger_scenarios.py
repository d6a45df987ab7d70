#!/usr/bin/env python3
"""ledger_scenarios.py [ZPAY] [--only NAME]: small lives of a ledger with what must come of them, worked out by hand.

The reference is held to the expectations, and the product, where one is named, to the reference as in ledger_compare.py.
What became of a record is told as: `500.00`, `500.00 of 2026Q1` (late), `-500.00 for 2026Q1:sheets/medicine.csv:2`,
or the reason; `< 2026Q1` behind it where the row was carried from there; `!notice` for the notices of the ledger.
"""
import argparse, os, shutil, sys, tempfile, traceback
from ledger_compare import Pair

ROSTER = ["P1,Ann,Medicine,2012-01-01,,0101", "P2,Bob,Surgery,2012-01-01,,0102"]
STANDING = ["P1,good,2012-01-01,", "P2,good,2012-01-01,"]
HEADERS = {"cases": "case_id,program,physician_id,completed_at,status",
           "conferences": "conference_id,program,physician_id,started_at,duration_minutes,case_id,status",
           "physicians": "physician_id,name,department,credentialed_from,credentialed_to,employee_id",
           "standing": "physician_id,status,effective_from,effective_to"}


class Story(Pair):
    def __init__(self, folder, zpay, quarter="2026Q1"):
        super().__init__(folder, quarter, zpay)
        self.cases, self.conferences, self.physicians, self.standing, self.plan = [], [], list(ROSTER), list(STANDING), ""
        os.makedirs(self.workspace + "/inputs")

    def put(self):
        for kind, header in HEADERS.items():
            with open(f"{self.workspace}/inputs/{kind}.csv", "w", encoding="utf-8") as f:
                f.write("\n".join([header] + getattr(self, kind)) + "\n")
        with open(f"{self.workspace}/plan.yaml", "w", encoding="utf-8") as f:
            f.write(self.plan + "\n")

    def tell(self, result):
        story = {}
        for l in result.lines:
            text = l["amount"] + (f" of {l['earned_in']}" if l["earned_in"] != l["quarter"] else "")
            if l["amount"].startswith("-"):
                text = f"{l['amount']} for {l['source_file']}:{l['source_line']}"
            elif ":" in l["source_file"]:
                text += f" < {l['source_file'].split(':')[0]}"
            story.setdefault(l["record_id"], []).append(text)
        for e in result.exceptions:
            story.setdefault(e["record_id"], []).append(
                e["reason"] + (f" < {e['source_file'].split(':')[0]}" if ":" in e["source_file"] else ""))
        for n in result.notices:
            if n["notice"] in ("changed-after-paid", "also-not-completed", "date-moved"):
                story.setdefault(n["record_id"], []).append("!" + n["notice"])
        return {k: "; ".join(v) for k, v in story.items()}

    def expect(self, result, want):
        got = self.tell(result)
        if got != want:
            self.bad.append(f"{result.quarter}: expected {want}, the reference says {got}")
        return result

    def drafts(self, **want):
        self.put()
        return self.expect(self.run(), want)

    def closes(self, **want):
        self.drafts(**want)
        return self.expect(self.close(), want)

    def do(self, status, command, ident, again=False, program="grand-rounds", activity="case"):
        self.put()
        got = Pair.decide(self, command, (program, activity, ident), again)
        if got != status:
            self.bad.append(f"{command} {ident}: expected {status}, the reference says {got}")

    def is_true(self, what, ok):
        if not ok:
            self.bad.append(f"not so: {what}")


def paid_once(s):
    """C1 is paid once, because the ledger has it as paid in every later quarter."""
    s.cases = ["C1,GR,P1,2026-01-10,"]
    s.closes(C1="500.00")
    s.closes(C1="already-paid")
    s.closes(C1="already-paid")


def late(s):
    """C1 is paid in 2026Q2, because 2026Q1 is closed and had not paid it."""
    s.cases = ["C0,GR,P1,2026-01-10,"]
    s.closes(C0="500.00")
    s.cases = ["C1,GR,P1,2026-03-31,", "C2,GR,P1,2026-04-01,"]
    s.closes(C1="500.00 of 2026Q1", C2="500.00")


def before_the_ledger(s):
    """C1 is never paid, because no quarter that this ledger closed has its date, neither in the first quarter nor later."""
    s.cases = ["C1,GR,P1,2025-12-31,"]
    s.closes(C1="earlier-quarter")
    s.closes(C1="earlier-quarter")


def late_two_quarters(s):
    """C1 is paid two quarters late, because any closed quarter makes it late, not only the last."""
    s.closes()
    s.closes()
    s.cases = ["C1,GR,P1,2026-01-10,"]
    s.closes(C1="500.00 of 2026Q1")


def late_rate(s):
    """A late record has its own date's rate, because the work was done then."""
    s.plan = "rates: {case: [{from: 2000-01-01, amount: 500}, {from: 2026-04-01, amount: 600}]}"
    s.closes()
    s.cases = ["C1,GR,P1,2026-03-31,", "C2,GR,P1,2026-04-01,"]
    s.closes(C1="500.00 of 2026Q1", C2="600.00")


def late_standing(s):
    """C1 is held, because standing is judged at the open quarter's end too, and C2 is paid, its physician being good at both."""
    s.closes()
    s.cases = ["C1,GR,P1,2026-02-01,", "C2,GR,P2,2026-02-01,"]
    s.standing = ["P1,good,2012-01-01,2026-06-29", "P2,good,2026-02-01,2026-02-01", "P2,yes,2026-06-30,"]
    s.closes(C1="standing-unknown", C2="500.00 of 2026Q1")


def late_may_wait(s):
    """C1 is held as late-record, because the plan says so; a release pays it, and C2, not late, was never touched."""
    s.plan = "late_records: hold"
    s.closes()
    s.cases = ["C1,GR,P1,2026-02-01,", "C2,GR,P1,2026-04-01,"]
    s.drafts(C1="late-record", C2="500.00")
    s.do(0, "release", "C1")
    s.closes(C1="500.00 of 2026Q1", C2="500.00")


def late_after_other_rules(s):
    """C1 is not-credentialed, not late-record, because late-record comes after rule 21."""
    s.plan = "late_records: hold"
    s.closes()
    s.cases = ["C1,GR,P1,2011-02-01,", "C2,GR,P1,2026-02-01,"]
    s.physicians = ["P1,Ann,Medicine,2026-03-01,,0101"]
    s.closes(C1="earlier-quarter", C2="not-credentialed")


def carried(s):
    """C1 comes back from the ledger, because it was held and the inputs lost it; once the roster knows P9 it is paid, late."""
    s.cases = ["C1,GR,P9,2026-01-10,"]
    s.closes(C1="unknown-physician")
    s.cases = []
    s.closes(C1="unknown-physician < 2026Q1")
    s.physicians += ["P9,Nin,Medicine,2012-01-01,,0109"]
    s.standing += ["P9,good,2012-01-01,"]
    s.closes(C1="500.00 of 2026Q1 < 2026Q1")
    s.closes()


def carried_place(s):
    """The carried row is named by the file and line it was last read from, because a person looks there: 2026Q2, line 3."""
    s.cases = ["C1,GR,P9,2026-01-10,"]
    s.closes(C1="unknown-physician")
    s.cases = ["C0,GR,P1,2026-04-10,", "C1,GR,P9,2026-01-10,"]
    s.closes(C0="500.00", C1="unknown-physician")
    s.cases = []
    e = s.closes(C1="unknown-physician < 2026Q2").exceptions[0]
    s.is_true("2026Q2:inputs/cases.csv, line 3", (e["source_file"], e["source_line"]) == ("2026Q2:inputs/cases.csv", 3))
    e = s.closes(C1="unknown-physician < 2026Q2").exceptions[0]
    s.is_true("still so", (e["source_file"], e["source_line"]) == ("2026Q2:inputs/cases.csv", 3))


def inputs_go_first(s):
    """Only the inputs' row counts, because they have one of the record: the corrected physician is paid, nothing conflicts."""
    s.cases = ["C1,GR,P9,2026-01-10,"]
    s.closes(C1="unknown-physician")
    s.cases = ["C1,GR,P1,2026-01-11,"]
    s.closes(C1="500.00 of 2026Q1")
    s.cases = []
    s.closes()


def not_completed_while_held(s):
    """C1 stays held, because a row that is not completed comes not as far as rule 9; the notice tells a person of it."""
    s.cases = ["C1,GR,P9,2026-01-10,"]
    s.closes(C1="unknown-physician")
    s.cases = ["C1,GR,P9,2026-01-10,cancelled"]
    s.closes(C1="unknown-physician < 2026Q1; not-completed; !also-not-completed")


def rejected_while_held(s):
    """C1 stays held, because a row that can't be read is no reason to forget a record."""
    s.cases = ["C1,GR,P9,2026-01-10,"]
    s.closes(C1="unknown-physician")
    s.cases = ["C1,GR,P9,2026-02-30,"]
    s.closes(C1="unknown-physician < 2026Q1; bad-date")


def other_program_while_held(s):
    """C1 of More Health is another record than C1 of Grand Rounds, because the program is part of what a record is."""
    s.cases = ["C1,GR,P9,2026-01-10,"]
    s.closes(C1="unknown-physician")
    s.cases = ["C1,MH,P1,2026-04-10,"]
    s.closes(C1="500.00; unknown-physician < 2026Q1")


def conflict_carried(s):
    """Both rows come back, because both were held, and one of them in the inputs settles it."""
    s.cases = ["C1,GR,P1,2026-01-10,", "C1,GR,P2,2026-01-10,"]
    s.closes(C1="conflicting-records; conflicting-records")
    s.cases = []
    s.closes(C1="conflicting-records < 2026Q1; conflicting-records < 2026Q1")
    s.cases = ["C1,GR,P2,2026-01-10,"]
    s.closes(C1="500.00 of 2026Q1")


def conflict_with_the_past(s):
    """Two rows of 2026Q1 conflict in 2026Q2, because a late one would get past rules 13 and 14; two of 2025 never do."""
    s.closes()
    s.cases = ["C1,GR,P1,2026-01-10,", "C1,GR,P1,2025-12-10,", "C2,GR,P1,2025-12-10,", "C2,GR,P1,2025-12-11,"]
    s.closes(C1="conflicting-records; conflicting-records", C2="earlier-quarter; earlier-quarter")


def conflict_grows_alike(s):
    """Two carried rows become one record, because the roster now says that both texts are one physician."""
    s.cases = ["C1,GR,P1,2026-01-10,", "C1,GR,ann@x.org,2026-01-10,"]
    s.closes(C1="conflicting-records; conflicting-records")
    s.cases = []
    s.physicians[0] = "P1,Ann,Medicine,2012-01-01,,ann@x.org"
    s.closes(C1="500.00 of 2026Q1 < 2026Q1; duplicate < 2026Q1")


def merged_carried(s):
    """A conference in two segments comes back as one row of 41 minutes, because that is what was held: two blocks."""
    s.conferences = ["V1,MH,P9,2026-01-10 09:00,20,,", "V1,MH,P9,2026-01-10 10:00,21,,"]
    s.closes(V1="unknown-physician; merged-segment")
    s.conferences = []
    s.physicians[0] = "P9,Nin,Medicine,2012-01-01,,0109"
    s.standing += ["P9,good,2012-01-01,"]
    lines = s.closes(V1="1000.00 of 2026Q1 < 2026Q1").lines
    s.is_true("0:41:00, two blocks", (lines[0]["duration"], lines[0]["blocks"]) == ("0:41:00", 2))


def held_falls_out(s):
    """C1 is only earlier-quarter while the inputs date it so, because they count; when they lose it, it is held again."""
    s.cases = ["C1,GR,P9,2026-01-10,"]
    s.closes(C1="unknown-physician")
    s.cases = ["C1,GR,P9,2025-12-10,"]
    s.closes(C1="earlier-quarter")
    s.cases = []
    s.closes(C1="unknown-physician < 2026Q1")


def hold_and_release(s):
    """C1 waits until somebody releases it, because a hold lasts; the release pays it."""
    s.cases = ["C1,GR,P1,2026-01-10,"]
    s.drafts(C1="500.00")
    s.do(0, "hold", "C1")
    s.closes(C1="on-hold")
    s.cases = []
    s.closes(C1="on-hold < 2026Q1")
    s.do(0, "release", "C1")
    s.closes(C1="500.00 of 2026Q1 < 2026Q1")


def the_latest_counts(s):
    """C1 is paid and C2 held, because of several decisions in a quarter the latest counts."""
    s.cases = ["C1,GR,P1,2026-01-10,", "C2,GR,P1,2026-01-10,"]
    s.do(0, "hold", "C1")
    s.do(0, "release", "C1")
    s.do(0, "hold", "C2")
    s.do(0, "release", "C2")
    s.do(0, "hold", "C2")
    s.closes(C1="500.00", C2="on-hold")
    s.closes(C1="already-paid", C2="on-hold")


def hold_comes_last(s):
    """C1 says not-credentialed, not on-hold, because that must be put right too; then the hold still holds it."""
    s.cases = ["C1,GR,P1,2026-01-10,"]
    s.physicians[0] = "P1,Ann,Medicine,2026-02-01,,0101"
    s.drafts(C1="not-credentialed")
    s.do(0, "hold", "C1")
    s.closes(C1="not-credentialed")
    s.physicians[0] = "P1,Ann,Medicine,2012-02-01,,0101"
    s.closes(C1="on-hold")


def release_overrides(s):
    """Rules 17 to 21 give way, because somebody answers for it; the department is the nearest appointment's."""
    s.cases = ["C1,GR,P1,2026-01-10,", "C2,GR,P2,2026-01-10,"]
    s.conferences = ["V1,MH,P2,2026-01-10,241,,"]
    s.physicians[0] = "P1,Ann,Medicine,2026-02-01,,0101"
    s.standing[1] = "P2,not good,2012-01-01,"
    s.drafts(C1="not-credentialed", C2="not-in-good-standing", V1="not-in-good-standing")
    s.do(0, "release", "C1")
    s.do(0, "release", "C2")
    s.do(0, "release", "V1", program="more-health", activity="conference")
    result = s.closes(C1="500.00", C2="500.00", V1="3500.00")
    s.is_true("Medicine", result.lines[0]["department"] == "Medicine")


def release_refused(s):
    """Rules 12, 15 and 16 stand, because nobody knows whom to pay; nor is there anything to release where it is paid or away."""
    s.cases = ["C1,GR,P9,2026-01-10,", "C2,GR,P1,2026-01-10,", "C2,GR,P2,2026-01-10,", "C3,GR,01,2026-01-10,", "C4,GR,P1,2026-01-10,",
               "C5,GR,P1,2026-05-10,"]
    s.physicians = ["P1,Ann,Medicine,2012-01-01,,01", "P2,Bob,Surgery,2012-01-01,,01"]
    for ident in ("C1", "C2", "C3", "C4", "C5", "C6"):
        s.do(1, "release", ident)
    s.closes(C1="unknown-physician", C2="conflicting-records; conflicting-records", C3="ambiguous-physician", C4="500.00",
             C5="later-quarter")


def release_is_for_its_quarter(s):
    """C1 is held again in 2026Q2, because the release was for 2026Q1, in which the record then fell to rule 12."""
    s.cases = ["C1,GR,P1,2026-01-10,"]
    s.standing[0] = "P1,not good,2012-01-01,"
    s.do(0, "release", "C1")
    s.drafts(C1="500.00")
    s.cases += ["C1,GR,P1,2026-01-11,"]
    s.closes(C1="conflicting-records; conflicting-records")
    s.cases = s.cases[:1]
    s.closes(C1="not-in-good-standing")


def forfeited(s):
    """C1 and C2 are never paid, because they were given up, whatever the inputs say later; held by rule 15 is no hindrance."""
    s.cases = ["C1,GR,P9,2026-01-10,", "C2,GR,P1,2026-01-10,"]
    s.do(1, "forfeit", "C2")
    s.do(0, "forfeit", "C1")
    s.do(0, "hold", "C2")
    s.do(0, "forfeit", "C2")
    s.closes(C1="forfeited", C2="forfeited")
    s.closes(C1="forfeited", C2="forfeited")
    s.cases = []
    s.closes()
    s.cases = ["C1,GR,P1,2026-10-10,"]
    s.closes(C1="forfeited")


def forfeited_while_carried(s):
    """C1 shows once more as forfeited, because its end belongs into the quarter in which it was decided; then it is gone."""
    s.cases = ["C1,GR,P9,2026-01-10,"]
    s.closes(C1="unknown-physician")
    s.cases = []
    s.drafts(C1="unknown-physician < 2026Q1")
    s.do(0, "forfeit", "C1")
    s.closes(C1="forfeited < 2026Q1")
    s.closes()


def hold_refused(s):
    """Nothing is there to be held, because C1 is paid already, C2 later, C3 unknown."""
    s.cases = ["C1,GR,P1,2026-01-10,"]
    s.closes(C1="500.00")
    s.cases += ["C2,GR,P1,2026-07-10,"]
    for ident in ("C1", "C2", "C3"):
        s.do(1, "hold", ident)
    s.closes(C1="already-paid", C2="later-quarter")


def reversed_(s):
    """C1 is taken back from the sheet that paid it and paid again a quarter later, because till the close it is as paid."""
    s.cases = ["C0,GR,P1,2026-01-09,", "C1,GR,P1,2026-01-10,"]
    s.closes(C0="500.00", C1="500.00")
    s.do(0, "reverse", "C1")
    s.do(1, "reverse", "C1")
    s.do(1, "reverse", "C9")
    s.closes(C0="already-paid", C1="-500.00 for 2026Q1:sheets/medicine.csv:3; already-paid")
    s.do(1, "reverse", "C1")
    s.closes(C0="already-paid", C1="500.00 of 2026Q1")
    s.closes(C0="already-paid", C1="already-paid")


def reversed_and_paid_at_once(s):
    """C1 moves from Ann to Bob in one close, because --pay-again lets its row pass rule 9; each department has its share."""
    s.cases = ["C1,GR,P1,2026-01-10,"]
    s.closes(C1="500.00")
    s.cases = ["C1,GR,P2,2026-01-10,"]
    s.drafts(C1="already-paid; !changed-after-paid")
    s.do(0, "reverse", "C1", again=True)
    result = s.closes(C1="-500.00 for 2026Q1:sheets/medicine.csv:2; 500.00 of 2026Q1")
    s.is_true("Medicine -500.00 with no case, Surgery 500.00 with one",
              [(d["department"], d["payable"], d["cases"], d["physicians"]) for d in result.summary]
              == [("Medicine", "-500.00", 0, 0), ("Surgery", "500.00", 1, 1)])
    s.closes(C1="already-paid")
    s.do(0, "reverse", "C1")
    s.closes(C1="-500.00 for 2026Q2:sheets/surgery.csv:2; already-paid")


def reversed_and_same_sheet(s):
    """The negative line stands before the new one, because they are alike in all that sorts them; the sum is what changed."""
    s.conferences = ["V1,MH,P1,2026-01-10,41,,"]
    s.closes(V1="1000.00")
    s.conferences = ["V1,MH,P1,2026-01-10,40,,"]
    s.drafts(V1="already-paid; !changed-after-paid")
    s.do(0, "reverse", "V1", again=True, program="more-health", activity="conference")
    result = s.closes(V1="-1000.00 for 2026Q1:sheets/medicine.csv:2; 500.00 of 2026Q1")
    s.is_true("blocks -2 and 1", [l["blocks"] for l in result.lines] == [-2, 1])
    d, = result.summary
    s.is_true("one conference, one block, -500.00", (d["conferences"], d["blocks"], d["payable"]) == (1, 1, "-500.00"))


def reversed_as_it_was(s):
    """The negative line has the department and name of the line it undoes, because it undoes that, whatever the roster now says."""
    s.cases = ["C1,GR,P1,2026-01-10,"]
    s.closes(C1="500.00")
    s.cases, s.physicians = [], ["P1,Ann Other,Neuro,2012-01-01,,0999"]
    s.do(0, "reverse", "C1")
    line, = s.closes(C1="-500.00 for 2026Q1:sheets/medicine.csv:2").lines
    s.is_true("as it was", (line["physician"], line["department"], line["employee_id"]) == ("Ann", "Medicine", "0101"))
    s.closes()


def reversed_and_held(s):
    """C1 is taken back and held in one close, because hold comes after rule 9; then it is carried like any held record."""
    s.cases = ["C1,GR,P1,2026-01-10,"]
    s.closes(C1="500.00")
    s.do(1, "hold", "C1")
    s.do(0, "reverse", "C1", again=True)
    s.do(0, "hold", "C1")
    s.closes(C1="-500.00 for 2026Q1:sheets/medicine.csv:2; on-hold")
    s.cases = []
    s.closes(C1="on-hold < 2026Q2")


def changed_after_paid(s):
    """Physician, date and amount are told apart, because each would have paid otherwise; a moved clock alone would not."""
    s.cases = [f"C{n},GR,P1,2026-01-10 09:00," for n in range(1, 6)]
    s.conferences = ["V1,MH,P1,2026-01-10,40,,", "V2,MH,P1,2026-01-11,40,,"]
    s.closes(**{f"C{n}": "500.00" for n in range(1, 6)}, V1="500.00", V2="500.00")
    s.cases = ["C1,GR,P1,2026-01-10 10:00,", "C2,GR,P2,2026-01-10 09:00,", "C3,GR,P1,2026-01-11 09:00,", "C4,GR,P9,2026-01-10 09:00,",
               "C5,GR,P1,2026-01-10 09:00,cancelled"]
    s.conferences = ["V1,MH,P1,2026-01-10,41,,", "V2,MH,P1,2026-01-11,39,,"]
    changed = "already-paid; !changed-after-paid"
    s.closes(C1="already-paid", C2=changed, C3=changed, C4=changed, C5="not-completed", V1=changed, V2="already-paid")


def changed_by_segments(s):
    """V1 is unchanged, because its rows are merged before they are compared; V2 has grown by a segment, said at the earliest."""
    rows = ["V1,MH,P1,2026-01-10 09:00,20,,", "V1,MH,P1,2026-01-10 10:00,21,,"]
    s.conferences = rows + ["V2,MH,P2,2026-01-10 09:00,40,,"]
    s.closes(V1="1000.00; merged-segment", V2="500.00")
    s.conferences = rows + rows[:1] + ["V2,MH,P2,2026-01-10 10:00,10,,", "V2,MH,P2,2026-01-10 09:00,40,,"]
    n, = s.closes(V1="already-paid; already-paid; already-paid", V2="already-paid; already-paid; !changed-after-paid").notices
    s.is_true("at line 6", n["source_line"] == 6)


def changed_by_the_plan(s):
    """C1 is said to have changed, because today's plan would pay 600.00; nothing is paid for that."""
    s.cases = ["C1,GR,P1,2026-01-10,"]
    s.closes(C1="500.00")
    s.plan = "rates: {case: [{from: 2000-01-01, amount: 600}]}"
    s.closes(C1="already-paid; !changed-after-paid")


def limits_change(s):
    """V1 is paid without a release, because the rules look at it again and the limit has grown."""
    s.conferences = ["V1,MH,P1,2026-01-10 09:00,241,,"]
    s.closes(V1="long-conference")
    s.conferences, s.plan = [], "limits: {conference_minutes: 300}"
    s.closes(V1="3500.00 of 2026Q1 < 2026Q1")


def notices_carried(s):
    """The carried row still says date-moved, because it has all that its row had."""
    s.cases = ["C1,GR,P9,2026-02-01T02:00Z,"]
    s.closes(C1="unknown-physician; !date-moved")
    s.cases = []
    s.closes(C1="unknown-physician < 2026Q1; !date-moved")


def held_for_later(s):
    """C1's row of 2026Q3 waits in 2026Q2, because alone it is later-quarter; the conflict of 2026Q1 had held it with the other."""
    s.cases = ["C1,GR,P1,2026-01-10,", "C1,GR,P1,2026-08-10,"]
    s.closes(C1="conflicting-records; conflicting-records")
    s.cases = ["C1,GR,P1,2026-08-10,"]
    s.closes(C1="later-quarter")
    s.closes(C1="500.00")


SCENARIOS = [paid_once, late, before_the_ledger, late_two_quarters, late_rate, late_standing, late_may_wait, late_after_other_rules,
             carried, carried_place, inputs_go_first, not_completed_while_held, rejected_while_held, other_program_while_held,
             conflict_carried, conflict_with_the_past, conflict_grows_alike, merged_carried, held_falls_out, hold_and_release,
             the_latest_counts, hold_comes_last, release_overrides, release_refused, release_is_for_its_quarter, forfeited,
             forfeited_while_carried, hold_refused, reversed_, reversed_and_paid_at_once, reversed_and_same_sheet, reversed_as_it_was,
             reversed_and_held, changed_after_paid, changed_by_segments, changed_by_the_plan, limits_change, notices_carried,
             held_for_later]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("zpay", nargs="?")
    ap.add_argument("--only")
    a = ap.parse_args()
    passed = failed = 0
    for scenario in SCENARIOS:
        if a.only not in (None, scenario.__name__):
            continue
        folder = tempfile.mkdtemp(prefix="zpay-story-")
        s = Story(folder, a.zpay and os.path.abspath(a.zpay))
        try:
            scenario(s)
            s.journals()
        except Exception:
            s.bad.append(traceback.format_exc())
        for b in s.bad:
            print(f"{scenario.__name__}: {b}\n    ({scenario.__doc__})")
        passed, failed = passed + (not s.bad), failed + bool(s.bad)
        shutil.rmtree(folder)
    print(f"{passed} passed, {failed} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
