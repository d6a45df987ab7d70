#!/usr/bin/env python3
"""Changes what is closed, behind the ledger's back, and asks `zpay ledger` about it.

    tamper.py ZPAY [--flips N] [--seed S]

Two quarters are closed by Samples/story. Then, each on a fresh copy of the ledger:

* every column of rows of every table is changed, with the triggers taken off and put back as they were;
* rows are deleted, added, and change places; a trigger is left off;
* the older copy is put back (the final sheets of the newer one tell, or else `--head` alone);
* bits of the file are flipped at random.

Each must be found, and a changed value by the quarter that it belongs to. A flip counts only where SQLite
itself reads other values than before, or none. Ends with status 1 where anything was not found.
"""

import argparse
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Not closed: it comes and goes. The others are zpay's and SQLite's own.
OPEN = {"pendingIssue", "grdb_migrations", "sqlite_sequence"}
ROWS_A_TABLE = 4


class Tampering:
    def __init__(self, zpay, folder):
        self.zpay = zpay
        self.office = os.path.join(folder, "office")
        story = subprocess.run(
            [os.path.join(ROOT, "Samples", "story"), zpay, self.office],
            capture_output=True, text=True)
        if story.returncode:
            sys.exit("the story failed:\n" + story.stdout[-2000:] + story.stderr)
        self.ledger = os.path.join(self.office, "ledger.sqlite")
        self.good = os.path.join(folder, "good.sqlite")
        shutil.copy(self.ledger, self.good)
        self.tried = self.missed = 0
        self.head = self.ask()[1].strip().split()[-1]

    def ask(self, *more):
        outcome = subprocess.run(
            [self.zpay, "ledger", "-C", self.office, *more], capture_output=True, text=True)
        return outcome.returncode, outcome.stdout + outcome.stderr

    def restore(self):
        shutil.copy(self.good, self.ledger)

    def open(self):
        db = sqlite3.connect(self.ledger, isolation_level=None)
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute("PRAGMA foreign_keys = OFF")
        return db

    def change(self, what, statements, quarter=None):
        """Runs statements without triggers, puts these back, and asks the ledger."""
        self.restore()
        db = self.open()
        triggers = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid").fetchall()
        for name, _ in triggers:
            db.execute(f"DROP TRIGGER {name}")
        for sql, values in statements:
            try:
                db.execute(sql, values)
            except sqlite3.Error:
                # The table itself refuses it, with or without triggers.
                db.close()
                return
        for _, sql in triggers:
            db.execute(sql)
        db.close()
        self.expect(what, quarter)

    def expect(self, what, quarter=None, *more):
        self.tried += 1
        status, text = self.ask(*more)
        if status == 0:
            self.miss(f"{what}: not found")
        elif quarter and quarter not in "".join(l for l in text.splitlines() if l.startswith("✗")):
            self.miss(f"{what}: {quarter} is not named: {text.strip()[-300:]}")

    def miss(self, text):
        self.missed += 1
        print("  " + text)

    # Rows and columns

    def quarter_of(self, db, table, row):
        number = row.get("closeNumber", row.get("number") if table == "quarterClose" else None)
        if number is not None:
            found = db.execute("SELECT quarter FROM quarterClose WHERE number = ?", (number,)).fetchone()
            return found[0] if found else None
        return row.get("quarter") if table in ("decision", "payrollFile") else None

    def columns(self):
        db = sqlite3.connect(self.good)
        db.row_factory = sqlite3.Row
        tables = [r[0] for r in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        for table in tables:
            if table in OPEN:
                continue
            rows = [dict(r) for r in db.execute(f"SELECT * FROM {table}")]
            step = max(1, len(rows) // ROWS_A_TABLE)
            for row in rows[::step][:ROWS_A_TABLE]:
                quarter = self.quarter_of(db, table, row)
                where = " AND ".join(f"{c} IS ?" for c in row)
                for column, value in row.items():
                    for other in self.others(value):
                        named = quarter
                        if column == "quarter":
                            # Its own name is what was changed.
                            isNumbered = table == "quarterClose" and not str(other).endswith("\0")
                            named = f"close {row['number']}" if isNumbered else None
                        self.change(
                            f"{table}.{column} of {quarter or 'no quarter'}: {str(value)[:30]} → {str(other)[:30]}",
                            [(f"UPDATE {table} SET {column} = ? WHERE {where}", (other, *row.values()))],
                            named)
                self.change(
                    f"{table}: a row less of {quarter}",
                    [(f"DELETE FROM {table} WHERE {where}", tuple(row.values()))],
                    quarter if table not in ("quarterClose", "payrollFile") else None)
        db.close()

    @staticmethod
    def others(value):
        if value is None:
            return [1]
        if isinstance(value, int):
            return [value + 1, -value] if value else [1]
        if isinstance(value, bytes):
            return [value[:-1] + bytes([value[-1] ^ 1])]
        return [value + "x", value + "\0", value[:-1] + ("0" if value[-1:] != "0" else "1")]

    def rows(self):
        copy = "INSERT INTO {0} SELECT {1} FROM {0} LIMIT 1"
        db = sqlite3.connect(self.good)
        for table, key, number in [
            ("paymentLine", "lineID", 900_001), ("heldRecord", "heldID", 900_001),
            ("decision", "number", 901), ("disbursement", "disbursementID", 900_001),
        ]:
            names = [r[1] for r in db.execute(f"PRAGMA table_info({table})")]
            columns = ", ".join(str(number) if n == key else n for n in names)
            self.change(f"{table}: a row more", [(copy.format(table, columns), ())])
        for table, key, one, two in db.execute("""
            SELECT 'paymentLine', 'lineID', 3, 4 UNION ALL SELECT 'heldRecord', 'heldID', 2, 3"""):
            swap = f"UPDATE {table} SET {key} = ? WHERE {key} = ?"
            self.change(
                f"{table}: two rows change places",
                [(swap, (-1, one)), (swap, (one, two)), (swap, (two, -1))], "2026Q1")
        names = ", ".join(
            n for n in (r[1] for r in db.execute("PRAGMA table_info(paymentLine)")))
        self.change(
            "a line moves into the other quarter",
            [("UPDATE paymentLine SET closeNumber = 2 WHERE lineID = 1", ())], "2026Q")
        self.change("all of the last close is gone", [
            (f"DELETE FROM {t} WHERE closeNumber = 2", ())
            for t in ("closeInput", "closeDepartment", "paymentLine", "similarityKeys", "closeTotal", "heldRecord", "issuedFile", "issuedPart")])
        db.close()
        self.restore()
        db = self.open()
        db.execute("DROP TRIGGER paymentLineIsNeverChanged")
        db.close()
        self.expect("a trigger is left off")

    def replacements(self):
        """Rows in the place of others, with every trigger there: what is replaced is deleted, and none of them sees it."""
        db = sqlite3.connect(self.good)
        db.row_factory = sqlite3.Row
        tables = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'") if r[0] not in OPEN]
        for table in tables:
            row = db.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()
            for column in row.keys() if row else []:
                for other in self.others(row[column]):
                    self.restore()
                    changed = self.open()
                    before = changed.execute(f"SELECT * FROM {table}").fetchall()
                    values = tuple(other if key == column else row[key] for key in row.keys())
                    try:
                        changed.execute(
                            f"INSERT OR REPLACE INTO {table} VALUES ({','.join('?' * len(values))})", values)
                    except sqlite3.Error:
                        pass
                    after = changed.execute(f"SELECT * FROM {table}").fetchall()
                    changed.close()
                    self.tried += 1
                    if not set(before) <= set(after):
                        self.miss(f"{table}.{column}: a row was replaced")
        db.close()

    def older_copy(self):
        """The ledger as it was after the first close: whole in itself, and only the head tells."""
        self.restore()
        db = self.open()
        triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        first = db.execute("SELECT seal FROM quarterClose WHERE number = 1").fetchone()[0]
        db.close()
        assert triggers and first != self.head
        old = os.path.join(os.path.dirname(self.good), "old")
        shutil.rmtree(old, ignore_errors=True)
        shutil.copytree(os.path.join(ROOT, "Samples", "2026Q1", "inputs"), os.path.join(old, "inputs"))
        run = subprocess.run([self.zpay, "run", "2026Q1", "-C", old], capture_output=True, text=True)
        digest = next(l.split()[1] for l in run.stdout.splitlines() if l.startswith("digest"))
        subprocess.run(
            [self.zpay, "close", "2026Q1", "-C", old, "--digest", digest, "--prepared-by", "Ada",
             "--approved-by", "Ben"], capture_output=True, check=True)
        shutil.copy(os.path.join(old, "ledger.sqlite"), self.ledger)
        self.expect("an older copy, beside the final sheets of a newer one", None)
        out = os.path.join(os.path.dirname(self.ledger), "out")
        os.rename(out, out + "-away")
        status, text = self.ask()
        if status:
            self.miss("an older copy is not whole: " + text[-300:])
        self.expect("an older copy, with --head", None, "--head", self.head)
        os.rename(out + "-away", out)

    # Bits

    @staticmethod
    def dump(path):
        try:
            db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
            db.text_factory = bytes
            values = [db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()]
            names = [name.decode(errors="replace") for kind, name, *_ in values[0] if kind == b"table"]
            tables = [name for name in names if name not in OPEN]
            for table in tables:
                values.append(sorted(map(repr, db.execute(f"SELECT * FROM {table}"))))
            whole = db.execute("PRAGMA integrity_check").fetchall() == [(b"ok",)]
            db.close()
            return values if whole else None
        except (sqlite3.Error, UnicodeDecodeError):
            return None

    def flips(self, count, seed):
        generator = random.Random(seed)
        before = self.dump(self.good)
        size = os.path.getsize(self.good)
        counted = 0
        for _ in range(count):
            self.restore()
            offset, bit = generator.randrange(size), 1 << generator.randrange(8)
            with open(self.ledger, "r+b") as file:
                file.seek(offset)
                byte = file.read(1)[0]
                file.seek(offset)
                file.write(bytes([byte ^ bit]))
            if self.dump(self.ledger) == before:
                continue
            counted += 1
            self.expect(f"bit {bit} of byte {offset} flipped")
        return counted


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("zpay")
    parser.add_argument("--flips", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tampering = Tampering(os.path.abspath(options.zpay), folder)
        tampering.columns()
        tampering.replacements()
        tampering.rows()
        tampering.older_copy()
        edits = tampering.tried
        print(f"tamper: {edits} edits of rows, tables and triggers")
        counted = tampering.flips(options.flips, options.seed)
        print(f"tamper: {options.flips} bits flipped (seed {options.seed}), {counted} of them in what is closed")
        print(f"tamper: {tampering.tried - tampering.missed} of {tampering.tried} found")
        return 1 if tampering.missed else 0


if __name__ == "__main__":
    sys.exit(main())
