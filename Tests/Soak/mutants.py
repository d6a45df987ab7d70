#!/usr/bin/env python3
"""mutants.py [--only N,N] [--module NAME] [--list]: faults planted in the source, one at a time, each of which a test must notice.

A mutant is a place in a file, what stands there, what is put there, and because of what it matters. In a copy of the tree
(.build-mutants) each is planted, built and tested, by its module's tests first; one that no test notices has survived, and is a failure:
write the test. A mutant that does not build, or whose place is no longer there, is a failure too: mend the list.
"""
import argparse
import os
import shutil
import signal
import subprocess
import sys
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TREE = os.path.join(ROOT, ".build-mutants", "tree")
MUTANTS = (
    # Money
    ("Vocabulary/Money.swift", "lhs.cents.addingReportingOverflow(rhs.cents)\n    guard !overflow", "lhs.cents.addingReportingOverflow(rhs.cents)\n    guard !overflow || true", "a sum that leaves 64 bits is no amount"),
    ("Vocabulary/Money.swift", "decimals < 2 else { return nil }", "decimals < 3 else { return nil }", "a third decimal is no amount"),
    ("Vocabulary/Money.swift", "guard digits > 0, decimals != 0 else", "guard digits > 0 else", "“500.” is no amount"),
    ("Vocabulary/Money.swift", 'return (self.cents < 0 ? "-" : "") + "\\(dollars)."', 'return "\\(dollars)."', "what is taken back has a minus"),
    ("Vocabulary/Money.swift", 'if index > 0, index.isMultiple(of: 3), digit != "-"', "if index > 0, index.isMultiple(of: 3)", "a minus is no digit"),
    ("Vocabulary/PaySchedule.swift", "(Int64(seconds) + $0 - 1) / $0", "Int64(seconds) / $0", "a portion of a block is a block"),
    ("Vocabulary/PaySchedule.swift", "(Int64(seconds) + $0 - 1) / $0", "(Int64(seconds) + $0) / $0", "40 minutes are one block"),
    ("Vocabulary/PaySchedule.swift", "if steps[index].start <= record.day", "if steps[index].start < record.day", "a rate holds from its first day"),
    # Dates
    ("Vocabulary/CivilDate.swift", "|| year.isMultiple(of: 400)) ? 29 : 28", ") ? 29 : 28", "2000 was a leap year"),
    ("Vocabulary/CivilDate.swift", "case 4, 6, 9, 11: 30", "case 4, 6, 9: 30", "November has 30 days"),
    ("Vocabulary/CivilDate.swift", "dayOfEra / 36_524", "dayOfEra / 36_525", "centuries"),
    ("Vocabulary/CivilDate.swift", "(month > 2 ? -3 : 9)", "(month > 1 ? -3 : 9)", "February"),
    ("Vocabulary/Quarter.swift", "(month + 2) / 3", "(month + 3) / 3", "March is in the first quarter"),
    ("Ingest/CivilTime.swift", "hour = hour % 12 + (isAfternoon ? 12 : 0)", "hour = hour + (isAfternoon ? 12 : 0)", "12:30 AM is half past midnight"),
    ("Ingest/CivilTime.swift", "return secondsEast.map { local - Int64($0) }", "return secondsEast.map { local + Int64($0) }", "east is earlier"),
    ("Ingest/CivilTime.swift", "secondsEast = sign * Int32(hours * 3600 + minutes * 60)", "secondsEast = sign * Int32(hours * 3600)", "some offsets have minutes"),
    ("Ingest/CivilTime.swift", "seconds = whole * 3600 + Int64(minutes) * 60", "seconds = whole * 60 + Int64(minutes)", "0:45 is 45 minutes"),
    ("Ingest/RecordDecoder.swift", "abs(clock - given) > 60", "abs(clock - given) >= 60", "a minute is the tolerance"),
    ("Ingest/RecordDecoder.swift", "if !(1...lengthSecondsMax).contains(seconds)", "if !(0...lengthSecondsMax).contains(seconds)", "a conference without a length pays nothing"),
    ("Ingest/RecordDecoder.swift", "guard let seconds = clock ?? given else", "guard let seconds = given ?? clock else", "the clock decides"),
    # Reading
    ("Ingest/CSVScanner.swift", "field.flags.remove(.plain)\n        index += 1", "field.flags.remove(.plain)", "two quotes are one"),
    ("Ingest/CSVScanner.swift", "    lineEnds += 1\n    return .row(next: index + 1)", "    return .row(next: index + 1)", "lines are counted"),
    ("Ingest/CSVScanner.swift", "field.flags.insert(.textAfterQuote)", "", "text behind a quote is misplaced"),
    ("Ingest/RecordDecoder.swift", "if fields.count < header.fieldCountMin { return .tooFewFields(fields.count) }", "", "a row that is cut short is rejected"),
    ("Ingest/TextReader.swift", "if multibyteSearch.isFound(after: byte), let firstIllFormed { throw firstIllFormed }", "", "what is UTF-8 elsewhere is not read as Windows-1252"),
    # Rules
    ("Rules/QuarterRules.swift", "if context.through < record.date { return .laterQuarter }", "if context.through <= record.date { return .laterQuarter }", "the last day belongs to the quarter"),
    ("Rules/QuarterRules.swift", "if record.date < context.start,", "if record.date <= context.start,", "and so does the first"),
    ("Rules/QuarterRules.swift", "if decision?.kind == .release { return .paid }", "", "a person releases"),
    ("Rules/QuarterRules.swift", "?? HoldRule.reason(decision)\n", "", "a person holds"),
    ("Rules/QuarterRules.swift", "case .notGood: return .notInGoodStanding", "case .notGood: continue", "provided you are In Good Standing"),
    ("Rules/QuarterRules.swift", "case nil: if context.plan.holdsUnlistedStanding { return .standingUnknown }", "case nil: continue", "nobody says that the standing is good"),
    ("Rules/QuarterRules.swift", "> context.plan.conferenceMinutesMax * 60", ">= context.plan.conferenceMinutesMax * 60", "the longest conference is not too long"),
    ("Rules/QuarterRules.swift", "context.plan.holdsLateRecords && record.date < context.start", "record.date < context.start", "late records are held where the plan says so"),
    ("Rules/DatedRoster.swift", "return latest.start <= day && day <= latest.through", "return latest.start <= day && day < latest.through", "the last day of an appointment counts"),
    ("Rules/DatedRoster.swift", "while last > first, appointments[last].start > day", "while last > first, appointments[last].start >= day", "and the first"),
    ("Rules/DatedRoster.swift", "day <= standings[index].span.through", "day < standings[index].span.through", "the last day of a standing"),
    ("Rules/RepeatedRecordRule.swift", "one.instant == other.instant && one.seconds == other.seconds", "one.instant == other.instant", "rows of two lengths are no duplicates"),
    ("Rules/RepeatedRecordRule.swift", ".allSatisfy { $0.end <= $1.instant }", ".allSatisfy { $0.end < $1.instant }", "a segment begins where the one before ends"),
    ("Rules/RepeatedRecordRule.swift", "seconds: kept.reduce(0) { $0 + records[$1].seconds }", "seconds: records[kept[0]].seconds", "segments are added up"),
    ("Rules/PaidRecordRule.swift", "for index in history.payments.keys { records[index].reason = .alreadyPaid }", "", "nobody is paid twice"),
    ("Rules/PaidRecordRule.swift", "where decision.kind == .forfeit && records[index].reason == .undecided", "where decision.kind == .forfeit && records[index].reason == .paid", "what is forfeited is not paid"),
    ("Rules/LinePlaces.swift", "if end - start > 1 { sortAlike", "if end - start > 2 { sortAlike", "lines of a day are in the order of their IDs"),
    ("Rules/Tally.swift", "payable += result.history.reversals.reduce(0) { $0 + $1.line.amountCents }", "payable += result.history.reversals.reduce(0) { $0 - $1.line.amountCents }", "sums close with what is taken back"),
    ("Rules/SheetNames.swift", "var (name, number) = (base, 2)", "var (name, number) = (base, 1)", "the second of a name is number two"),
    # Ledger
    ("Ledger/HistoryReader.swift", "history.payments.merge(found.payments)", "history.payments.merge([:])", "what is paid is looked up"),
    ("Ledger/HistoryReader.swift", "if !paidAgain.isEmpty,\n", "if false, !paidAgain.isEmpty,\n", "what is to be paid again is paid"),
    ("Ledger/HistoryReader.swift", "let end = min(start + rowsAConnection, rows.count)", "let end = min(start + rowsAConnection, rows.count) - start / 4", "of many rows the last are looked up, too"),
    ("Ledger/HistoryReader.swift", "try carry(carried.filter { !paidAgain.contains($0.held.record) })", "try carry(carried.filter { _ in false })", "what is held comes back"),
    ("Ledger/HistoryReader.swift", "AND l.activity = latest.activity AND l.reverses IS NULL), 0)", "AND l.activity = latest.activity), 0)", "taking back is no paying"),
    ("Ledger/HistoryReader.swift", "catch let error as LedgerError where error.kind == .busy {", "catch let error as LedgerError where error.kind == .refused {", "who waits to write is not waited for"),
    ("Ledger/Ledger.swift", "try Self.undoWhatWasCutShort(path, patience)", "", "what was cut short is undone"),
    ("Ledger/CloseWriter.swift", "for takesBack in [true, false] {", "for takesBack in [false, true] {", "what is taken back goes first"),
    ("Ledger/CloseWriter.swift", 'close.quarter.description, close.preparedBy, close.approvedBy, madeBy, close.digest,\n      close.previous,', 'close.quarter.description, close.preparedBy, madeBy, close.digest,\n      close.previous,', "who approved is in the hash"),
    ("Ledger/RowSeal.swift", 'bytes.append(UInt8(ascii: "T"))\n    appendDigits(of: UInt64(text.utf8.count))', 'bytes.append(UInt8(ascii: "T"))', "no two rows have the same bytes"),
    ("Ledger/LedgerSchema.swift", "AND amountCents = -NEW.amountCents", "", "a line is taken back whole"),
    ("Ledger/LedgerSchema.swift", "AND recordEntry = NEW.recordEntry - 1", "", "a record is taken back before it is paid anew"),
    ("Ledger/LedgerSchema.swift", "CREATE UNIQUE INDEX aRecordIsPaidOnce", "CREATE INDEX aRecordIsPaidOnce", "a record is paid once"),
    ("Ledger/CloseWriter.swift", "return line.reverses == nil ? reversal &+ 1 : reversal", "return line.reverses == nil ? 1 : reversal", "entries of a record are numbered"),
    ("Ledger/RowSeal.swift", "Int64(sourceLine), reverses,\n      entry,", "Int64(sourceLine), reverses,", "the entry's number is sealed"),
    ("Ledger/ChainCheck.swift", 'if hash != close.hash {', 'if hash.isEmpty {', "a close has its hash"),
    # Writers
    ("Writers/CSVWriter.swift", "\n      || first == 0x0D", "", "no text is a formula"),
    ("Writers/CSVWriter.swift", "if byte == .quote { buffer.append(.quote) }", "", "quotes are doubled"),
    ("Writers/ByteBuffer.swift", 'if rest % 10 > 0 { append(UInt8(ascii: "0") + UInt8(rest % 10)) }', "", "cents have two places"),
    ("Writers/Workbooks/SheetVerifier.swift", "window.takeCents() == cents && window.take(\"</v></c>\")", "window.takeCents() != cents + 1 && window.take(\"</v></c>\")", "amounts are read back"),
    ("Writers/Workbooks/SheetVerifier.swift", "guard try window.take(suffix), try window.isAtEnd() else {", "guard try window.take(suffix) else {", "nothing stands behind the end"),
    ("Writers/Workbooks/SheetRenderer.swift", "guard CellLimits.dates.contains(serial) else", "guard serial > 0 else", "days that a workbook does not have"),
    ("Reports/CellRun.swift", "(self.kind, self.one, self.other) = (kind, UInt32(bitPattern: one), other)", "(self.kind, self.one, self.other) = (kind, UInt32(bitPattern: one), 0)", "a run of another person is another run"),
    ("Writers/OutputFile.swift", "O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600", "O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644", "files are their owner's"),
    ("Writers/OutputFolder.swift", "if manifest.state == \"final\", quarter == nil || quarter != manifest.quarter {", "if false {", "drafts never replace final sheets"),
    ("Ingest/RecordStretch.swift", "if scanner.fields.count != fieldCount,", "if scanner.fields.count < fieldCount,", "a separator too many is told"),
    ("Ingest/TableHeader.swift", "misnamedFields = definitions.indices.filter { fields[$0] < 0 }", "misnamedFields = definitions.indices.filter { fields[$0] < -1 }", "a slip in a heading is told"),
    ("Packages/PackageReader.swift", "guard crc.value == part.crc else", "guard crc.value != 0 || crc.value == part.crc else", "a part has its check sum"),
    # Runs of cells
    ("Reports/RecordLines.swift", "row.run(.init(.date, record.day), count: 1) { row in row.date(day: record.day) }\n    addPay", "row.run(.init(.date), count: 1) { row in row.date(day: record.day) }\n    addPay", "each day is a run of its own"),
    ("Reports/RecordLines.swift", "row.run(.init(.duration, record.seconds), count: 1)", "row.run(.init(.duration, record.seconds / 60), count: 1)", "seconds count"),
    ("Reports/CellRow.swift", "keptRuns[run.place].height = max(keptRuns[run.place].height, height)", "", "a row of kept runs is as high as another"),
    ("Writers/Workbooks/SheetRenderer.swift", "    row.forgetRuns()\n", "", "another sheet has other cells"),
    ("Writers/Workbooks/SheetVerifier.swift", "guard window.take(wanted.bytes(from: 0)) else", "guard window.take(wanted.bytes(from: 0)) || wanted.count > 40 else", "kept cells are compared"),
    ("Writers/Workbooks/RowNumber.swift", "digits += 1 << last", "digits += 2 << last", "rows are numbered one by one"),
    ("Writers/Workbooks/SheetRenderer.swift", "if number.count != digits {", "if number.count > digits + 9 {", "a number of more digits needs more room"),
    # Stretches
    ("Ingest/TableReader.swift", "let isRight = position == starts[number]", "let isRight = position >= 0", "a guess is a guess"),
    ("Ingest/TableReader.swift", "join(stretch, state.line)", "join(stretch, 1)", "lines are those of the file"),
    ("Vocabulary/ServiceRecord.swift", "lineAndID += UInt64(rewrittenBefore) << 32", "lineAndID += 0", "an ID is the row's own"),
    # Two threads at one department
    ("Writers/Conveyor.swift", "made - free < Self.pieceCount", "made - free <= Self.pieceCount", "a piece is not made anew before it is taken"),
    ("Writers/Conveyor.swift", "      try end?.get()\n", "", "what the maker says is heard"),
    # Sums of physicians
    ("Rules/Departments.swift", "if record.day < start { sums[place].lateCents", "if record.day < start - 9_999 { sums[place].lateCents", "what is paid late is said"),
    ("Rules/Departments.swift", "sums[place].heldCents += money.cents", "sums[place].heldCents = money.cents", "what is held of a physician is added up"),
    ("Reports/StatementSheets.swift", "} else if isPaid, !totals[place].isPaid {", "} else if isPaid, totals[place].isPaid {", "the first line names a physician"),
    ("Reports/StatementSheets.swift", "(line, held) = (line + sums.paidRecords, held + sums.heldRecords)", "(line, held) = (line + sums.paidRecords, held)", "held records are their physician's"),
)


def plant(mutant):
    """The file's text before; None where the place is not there, or is there twice."""
    file, old, new, _ = mutant
    path = os.path.join(TREE, "Sources", file)
    with open(path, encoding="utf-8") as opened:
        text = opened.read()
    if text.count(old) < 1:
        return path, None
    with open(path, "w", encoding="utf-8") as opened:
        opened.write(text.replace(old, new, 1))
    return path, text


def swift(*arguments, until=None, seconds=900):
    """The status and the output. At a line that starts with `until` it has said enough, and is ended."""
    command = ["swift", *arguments, "--scratch-path", os.path.join(ROOT, ".build-mutants", "build")]
    process = subprocess.Popen(command, cwd=TREE, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, errors="replace", start_new_session=True)
    end = threading.Timer(seconds, os.killpg, (process.pid, signal.SIGKILL))
    end.start()
    said = []
    for line in process.stdout:
        said.append(line)
        if until and line.startswith(until):
            os.killpg(process.pid, signal.SIGKILL)
            break
    process.stdout.close()
    status = process.wait()
    end.cancel()
    return status, "".join(said)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--only", help="numbers, from 1")
    ap.add_argument("--module", help="only those of a module")
    ap.add_argument("--list", action="store_true")
    a = ap.parse_args()
    chosen = [(n, m) for n, m in enumerate(MUTANTS, 1)
              if (not a.only or str(n) in a.only.split(",")) and (not a.module or m[0].startswith(a.module + "/"))]
    if a.list:
        for number, (file, _, _, because) in chosen:
            print(f"{number:3} {file}: {because}")
        return
    shutil.rmtree(TREE, ignore_errors=True)
    ignore = lambda folder, names: [n for n in names if n.startswith(".build") or n in (".git", "out")]
    shutil.copytree(ROOT, TREE, ignore=ignore, symlinks=True)
    status, said = swift("build", "--build-tests")
    if status:
        print("NOT RUN: mutants: the tests can't be built: " + said[-800:])
        sys.exit(2)
    failed = 0
    for number, mutant in chosen:
        path, text = plant(mutant)
        if text is None:
            verdict = "NOT THERE"
        else:
            status, said = swift("build", "--build-tests")
            if status:
                verdict = "DOES NOT BUILD " + next((x for x in said.splitlines() if "error:" in x), "")
            else:
                own = ("--filter", mutant[0].split("/")[0] + "Tests")
                verdict = "killed" if any(swift("test", "--skip-build", "--parallel", *tests, until="✘")[0] for tests in (own, ())) else "SURVIVED"
            with open(path, "w", encoding="utf-8") as opened:
                opened.write(text)
        failed += verdict != "killed"
        print(f"{number:3} {verdict:9} {mutant[0]}: {mutant[3]}", flush=True)
    print(f"tried {len(chosen)}, failed {failed}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
