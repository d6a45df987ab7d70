"""Reading and deciding with Polars, for the peers that write with something faster than Python."""
import os
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from job import BLOCK_MINUTES, FIRST, KEYS, LAST, PROGRAMS, RATE, folders, slug


def table(inputs, name, activity):
    rows = pl.scan_csv(f"{inputs}{name}.csv", infer_schema=False, row_index_name="source_line", row_index_offset=2)
    time = "completed_at" if activity == "case" else "started_at"
    rows = rows.with_columns(
        pl.col(time).str.to_datetime("%Y-%m-%d %H:%M", strict=False).alias("start"), pl.col(f"{activity}_id").alias("record_id"),
        pl.col(time).str.slice(0, 10).alias("day"))
    if activity == "case":
        rows = rows.filter(pl.col("status") == "completed").with_columns(pl.lit(None, pl.Int64).alias("minutes"))
    else:
        end = pl.col("ended_at").str.to_datetime("%Y-%m-%d %H:%M", strict=False)
        rows = rows.with_columns((end - pl.col("start")).dt.total_minutes().alias("minutes")).filter(pl.col("minutes").is_not_null())
    return rows.filter(
        pl.col("start").is_not_null(), pl.col("program").is_in(PROGRAMS), pl.col("day").is_between(pl.lit(FIRST), pl.lit(LAST))
    ).select("source_line", "program", "physician_id", "record_id", "start", "minutes", pl.lit(activity).alias("activity"),
             pl.lit(f"inputs/{name}.csv").alias("source_file"))


def lines(inputs):
    people = pl.scan_csv(inputs + "physicians.csv", infer_schema=False)
    good = pl.scan_csv(inputs + "standing.csv", infer_schema=False).filter(pl.col("status") == "good").select("physician_id")
    blocks = (pl.col("minutes") + BLOCK_MINUTES - 1) // BLOCK_MINUTES
    rows = (
        pl.concat([table(inputs, "cases", "case"), table(inputs, "conferences", "conference")])
        .join(good, on="physician_id", how="semi").join(people, on="physician_id", how="inner")
        .sort("activity", "source_line").unique(["activity", "program", "record_id"], keep="first", maintain_order=True)
        .with_columns(
            pl.lit("2026Q1").alias("quarter"), pl.lit("2026Q1").alias("earned_in"), pl.col("name").alias("physician"),
            pl.col("start").dt.date().alias("service_date"), blocks.alias("blocks"), pl.lit(float(RATE)).alias("rate"),
            (RATE * blocks.fill_null(1)).cast(pl.Float64).alias("amount"))
        .sort("department", "name", "physician_id", "service_date", "program", "activity", "record_id"))
    return rows.collect()


def as_csv(frame, path):
    minutes = pl.col("minutes")
    text = pl.format("{}:{}:00", minutes // 60, (minutes % 60).cast(pl.String).str.zfill(2))
    frame.with_columns(text.alias("duration")).select(KEYS).write_csv(path, float_precision=2, quote_style="necessary")


def summary(frame):
    people = frame.group_by("physician", "physician_id", "employee_id", maintain_order=True).agg(
        (pl.col("activity") == "case").sum().cast(pl.Int64).alias("cases"),
        (pl.col("activity") == "conference").sum().cast(pl.Int64).alias("conferences"),
        pl.col("blocks").sum(), pl.col("amount").sum())
    total = people.select(
        pl.lit("Total").alias("physician"), pl.lit(None, pl.String).alias("physician_id"), pl.lit(None, pl.String).alias("employee_id"),
        pl.col("cases", "conferences", "blocks", "amount").sum())
    return pl.concat([people, total])


def run(write_book):
    inputs, out = folders()
    os.makedirs(out, exist_ok=True)
    departments = sorted(lines(inputs).partition_by("department", maintain_order=True), key=lambda frame: -frame.height)

    def write(frame):
        base = out + slug(frame["department"][0])
        as_csv(frame, base + ".csv")
        write_book(frame.with_columns((pl.col("minutes") / 1440).alias("duration")).select(KEYS), summary(frame), base + ".xlsx")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, departments))
