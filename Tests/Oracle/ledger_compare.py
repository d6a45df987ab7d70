#!/usr/bin/env python3
"""ledger_compare.py ZPAY --seeds A-B [--keep DIR]: the product's ledger against ledger_oracle.py on random lives of a ledger.

After every run and every close: status, and all of summary, lines, exceptions and notices but `detail`, order included.
A seed ends at its first difference. The last line is 'N passed, M failed'; status 1 where any failed.
"""
import argparse, collections, csv, json, os, re, shutil, subprocess, sys, tempfile
from decimal import Decimal
from ledger_generate import World                # first: it knows where the older files lie
from compare import differences, product_tables, table, without_detail
import oracle
from ledger_oracle import Book, line_record, record_of

TABLES = ("summary", "lines", "exceptions", "notices")


class Pair:
    """The reference and, where there is one, the product, driven side by side over one workspace."""
    def __init__(self, folder, quarter, zpay=None):
        self.workspace, self.mine, self.zpay = folder + "/w", folder + "/oracle", zpay
        self.book = Book(self.workspace, quarter)
        self.bad, self.log, self.digest = [], open(folder + "/log", "w", 1), None
        self.ended = set()                       # records forfeited
        self.seen = set()                        # records paid or held in a close

    def call(self, *arguments):
        arguments = [str(a) for a in arguments] + ["-C", self.workspace]
        p = subprocess.run([self.zpay] + arguments, capture_output=True, text=True, errors="replace", timeout=120)
        print("zpay", *arguments, "->", p.returncode, p.stderr.strip(), file=self.log)
        return p.returncode, p.stdout, p.stderr.strip()

    def want(self, status, *arguments):
        """True where the product (if any) ends with this status"""
        if self.zpay is None:
            return None
        code, out, err = self.call(*arguments)
        if code != status:
            self.bad.append(f"status of {' '.join(map(str, arguments))}: want {status}, got {code} ({err[-300:]})")
        elif code and not err:
            self.bad.append(f"{arguments[0]}: refused and said nothing")
        return out if code == status else None

    def compare(self, result, when):
        mine = f"{self.mine}/{result.quarter}-{when}"
        oracle.write(result, mine)
        if self.zpay is None or self.bad:
            return
        got, extra = product_tables(f"{self.workspace}/out/{result.quarter}")
        for name in TABLES:
            self.bad += [f"{result.quarter} {when}: {d}" for d in
                         differences(name, without_detail(table(f"{mine}/{name}.csv")), without_detail(got[name]))]
        if extra:
            self.bad.append(f"{result.quarter} {when}: sheets nobody names: {sorted(extra)}")

    def run(self):
        result = self.book.run()
        out = self.want(0, "run", self.book.open, "--format", "json")
        if out:
            self.digest = json.loads(out)["digest"]
        self.compare(result, "run")
        return result

    def decide(self, command, record, again=False, brief=False):
        """brief: the ID alone, without program and activity"""
        q = self.book.open
        status = self.book.reverse(record, again) if command == "reverse" else self.book.decide(command, record)
        print(f"reference: {command} {record} {'pay again' if again else ''} -> {status}", file=self.log)
        options = [] if brief else ["--program", record[0], "--activity", record[1]]
        options += ["--pay-again"] if again else []
        options += ["--quarter", q] if command != "reverse" else []
        self.want(status, command, record[2], "--reason", f"because of {record[2]}", "--by", "Ann", *options)
        if command == "forfeit" and status == 0:
            self.ended.add(record)
        return status

    def close(self):
        q = self.book.open
        self.want(0, "close", q, "--digest", self.digest, "--prepared-by", "Ann", "--approved-by", "Bob")
        reversed_now = set(self.book.pending)
        result = self.book.close()
        print(f"reference: close {q}", file=self.log)
        self.compare(result, "close")
        self.invariants(result, reversed_now)
        return result

    def closed_lines(self):
        """lines of all closed quarters as they stand in the files: the product's own, where there is one"""
        if self.zpay is None:
            return [{k: oracle.guard(l[k]) for k in oracle.LINE_COLUMNS} for r in self.book.closed for l in r.lines]
        lines = []
        for r in self.book.closed:
            got, _ = product_tables(f"{self.workspace}/out/{r.quarter}")
            lines += [dict(zip(got["lines"][0], row)) for row in got["lines"][1:]]
        return lines

    def invariants(self, result, reversed_now):
        if self.bad:
            return
        lines = self.closed_lines()
        def sums(rows):
            out = collections.Counter()
            for l in rows:
                out[l["physician_id"]] += Decimal(l["amount"])
            return out
        ours = sums([dict(l, physician_id=oracle.guard(l["physician_id"])) for r in self.book.closed for l in r.lines])
        if sums(lines) != ours:
            self.bad.append(f"{result.quarter}: the sums by physician of all closed quarters differ")
        net = collections.Counter()
        for l in lines:
            net[(l["program"], l["activity"], l["record_id"])] += -1 if ":sheets/" in l["source_file"] else 1
        self.bad += [f"{result.quarter}: {record} is paid {n} times" for record, n in net.items() if n not in (0, 1)]
        self.seen |= {record_of(i) for i in result.items if i.disposition in ("paid", "held")}
        answered = self.ended | reversed_now | {line_record(e) for e in result.exceptions}
        taken_back = {r for r, n in net.items() if n == 0}
        for program, activity, ident in self.seen - answered:
            record = (program, activity, oracle.guard(ident))
            if net[record] != 1 and record not in taken_back:
                self.bad.append(f"{result.quarter}: {record} is forgotten")

    # ---------------------------------------------------------------------------------- the whole ledger

    def journals(self):
        """Other programs add the ledger up."""
        if self.zpay is None or self.bad:
            return
        self.want(0, "ledger", "--format", "json")
        ours = collections.Counter()
        for l in (l for r in self.book.closed for l in r.lines):
            ours[l["department"]] += Decimal(l["amount"])
        for form, checker in (("hledger", ["hledger", "check", "-s", "-f"]), ("beancount", ["bean-check"])):
            text = self.want(0, "journal", "--format", form)
            if text is None or not shutil.which(checker[0]):
                continue
            path = f"{os.path.dirname(self.mine)}/journal.{form}"
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
            p = subprocess.run(checker + [path], capture_output=True, text=True)
            if p.returncode:
                self.bad.append(f"{' '.join(checker)}: {(p.stdout + p.stderr).strip()[:600]}")
                continue
            got = balances(form, path)
            directed = sum((v for a, v in got if a.startswith("Expenses")), Decimal(0))
            payable = sorted(-v for a, v in got if a.startswith("Liabilities:Payable") and v)
            if directed != sum(ours.values()):
                self.bad.append(f"{form}: Expenses are {directed}, the ledger's lines {sum(ours.values())}")
            if payable != sorted(v for v in ours.values() if v):
                self.bad.append(f"{form}: payable by department {payable}, ours {sorted(ours.items())}")


def balances(form, path):
    if form == "hledger":
        command = ["hledger", "-f", path, "bal", "-N", "--flat", "-O", "csv"]
    else:
        command = ["bean-query", "-f", "csv", path, "select account, sum(position) group by account"]
    p = subprocess.run(command, capture_output=True, text=True, check=True)
    number = lambda s: Decimal(re.sub(r"[^0-9.-]", "", s) or "0")
    return [(row[0].strip(), number(row[1])) for row in list(csv.reader(p.stdout.splitlines()))[1:] if len(row) > 1]


def live(world, pair):
    """One seed: quarter by quarter, up to the first difference."""
    r, book = world.r, pair.book
    for n, (name, _, _) in enumerate(world.quarters):
        world.write_inputs(pair.workspace, n)
        pair.run()
        for step in range(r.choice([1, 2, 2, 3])):
            decided = world.decisions(book)
            if pair.bad:
                return
            before = (book.run().lines, pair.digest)
            ids = collections.Counter(i.id for i in {record_of(i): i for i in book.run().items}.values())
            ids.update(record[2] for record in book.paid if record not in {record_of(i) for i in book.run().items})
            for command, record, again in decided:
                pair.decide(command, record, again, brief=ids[record[2]] == 1 and r.random() < 0.5)
            if r.random() < 0.2:
                world.write_inputs(pair.workspace, n, again=True)
            if book.run().lines != before[0] and before[1] and r.random() < 0.5:
                pair.want(1, "close", name, "--digest", before[1], "--prepared-by", "Ann", "--approved-by", "Bob")
            pair.run()
            if pair.bad:
                return
        if r.random() < 0.1:
            pair.want(1, "close", name, "--digest", pair.digest, "--prepared-by", "Ann", "--approved-by", "Ann")
            pair.want(1, "close", name, "--digest", "0" * 64, "--prepared-by", "Ann", "--approved-by", "Bob")
            if n:
                pair.want(1, "close", "2031Q1", "--digest", pair.digest, "--prepared-by", "Ann", "--approved-by", "Bob")
        pair.close()
        if r.random() < 0.2:
            pair.want(1, "run", name)
            pair.want(1, "close", name, "--digest", pair.digest, "--prepared-by", "Ann", "--approved-by", "Bob")
        if pair.bad:
            return
    pair.journals()


def one(zpay, seed, keep):
    folder = tempfile.mkdtemp(prefix=f"zpay-ledger-{seed}-")
    try:
        world = World(seed)
        pair = Pair(folder, world.quarters[0][0], zpay)
        live(world, pair)
        return pair.bad
    except Exception as e:                       # a missing file, a table that can't be read
        if zpay is None:
            raise
        return pair.bad + [f"{type(e).__name__}: {e}"]
    finally:
        if keep:
            shutil.rmtree(f"{keep}/{seed}", ignore_errors=True)
            shutil.copytree(folder, f"{keep}/{seed}")
        shutil.rmtree(folder)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("zpay", help="the program, or - for the reference alone")
    ap.add_argument("--seeds", default="1-50")
    ap.add_argument("--keep", help="keep each seed's workspace, log and reference files here")
    a = ap.parse_args()
    zpay = None if a.zpay == "-" else os.path.abspath(a.zpay)
    first, _, last = a.seeds.partition("-")
    passed = failed = 0
    for seed in range(int(first), int(last or first) + 1):
        bad = one(zpay, seed, a.keep)
        for b in bad:
            print(f"seed {seed}: {b}", flush=True)
        passed, failed = passed + (not bad), failed + bool(bad)
    print(f"{passed} passed, {failed} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
