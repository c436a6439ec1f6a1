#!/usr/bin/env python3
"""Grades a list of domains with mailgrade on Apache Spark: `spark-submit scan.py domains.txt epoch`. README.md says the rest.

An epoch is a folder with one folder for each stage, each of them committed as a whole:

    domains → resolve → resolved → asks/ROUND/bucket=N → probe → probes/ROUND/bucket=N → joined → judge → results, results.parquet

Lines are JSON; `mailgrade filter` reads and writes them, and Spark moves them. Every filter reads from files, never from a shuffle: a
machine that is lost takes with it what it was doing, and keeps nobody waiting for what it had.
"""

import argparse
import json
import os
import shlex
import sys
import time
from multiprocessing.pool import ThreadPool

from pyspark.sql import SparkSession, functions as f

RESOLVED = "domain string, error string, state string, servers array<struct<host:string,address:string,group:string>>"
PROBED = "domain string, address string, error string, status string, connections long, signs array<string>"
JUDGED = """domain string, state string, why string, error string, grade string, worst string, best string, headline string,
    profile string, digest string, judged string, engine string, findings array<struct<code:string,severity:string>>"""


def main():
    parser = argparse.ArgumentParser(description="Grades a list of domains with mailgrade on Apache Spark.")
    parser.add_argument("input", help="domains, one a line, or NDJSON with a member domain; a file or a folder of files")
    parser.add_argument("epoch", help="the folder of the epoch: all that is kept. To go on, name it again")
    parser.add_argument("--mailgrade", default="mailgrade", help="the program, on every machine (mailgrade)")
    parser.add_argument("--filter-options", default="", help="for every filter, for instance '--manners manners.yaml'")
    parser.add_argument("--buckets", type=int, default=256, help="parts of the networks, each committed alone (256)")
    parser.add_argument("--at-once", type=int, default=4, help="buckets at a time, and processes that probe (4)")
    parser.add_argument("--late-rounds", type=int, default=1, help="how often servers are asked again that turned us away (1)")
    parser.add_argument("--late-after", type=float, default=600, help="seconds before each of these rounds (600)")
    options = parser.parse_args()
    spark = (
        SparkSession.builder.appName("mailgrade")
        .config("spark.speculation", "false")  # a second process would talk to the same servers
        .config("spark.scheduler.mode", "FAIR")
        .getOrCreate()
    )
    # Where it is less, one process that dies ends a bucket for good. A local master has its own way to say it: local[2,4].
    if int(spark.conf.get("spark.task.maxFailures", "4")) < 4:
        parser.error("spark.task.maxFailures is less than 4")
    sys.exit(Epoch(spark, options).run())


class Epoch:
    def __init__(self, spark, options):
        self.spark, self.options = spark, options
        self.hadoop = spark.sparkContext._jvm.org.apache.hadoop.fs
        self.files = self.hadoop.Path(options.epoch).getFileSystem(spark.sparkContext._jsc.hadoopConfiguration())

    def run(self):
        self.once("domains", lambda: domains(self.spark.read.text(self.options.input)).repartition(self.options.buckets))
        self.once("resolved", lambda: self.piped("resolve", "domains"))
        if not self.is_done("joined"):
            self.ask("first", self.servers)
            for number in range(1, self.options.late_rounds + 1):
                self.ask(f"late{number}", self.turned_away, after=self.options.late_after)
            self.ask_what_is_missing()
        self.once("joined", self.joined)
        self.once("results", lambda: self.piped("judge", "joined").unionAll(self.refused()), compression="none")
        self.once("results.parquet", lambda: fields(self.lines("results"), JUDGED, keep="line"), form="parquet")
        return self.prove()

    # --- Stages, each of them once

    def path(self, *names):
        return "/".join([self.options.epoch.rstrip("/"), *names])

    def is_done(self, name):
        return self.files.exists(self.hadoop.Path(self.path(name, "_SUCCESS")))

    def once(self, name, make, form="text", compression="gzip", by=()):
        """Writes a stage, unless it has been: what was begun and not committed is written anew."""
        if self.is_done(name):
            return say(f"{name}: done before")
        begun = time.monotonic()
        make().write.mode("overwrite").option("compression", compression).partitionBy(*by).format(form).save(self.path(name))
        say(f"{name}: done in {time.monotonic() - begun:.1f} s")

    def paths(self, pattern):
        return [status.getPath().toString() for status in self.files.globStatus(self.hadoop.Path(self.path(pattern))) or []]

    def lines(self, *patterns):
        """The lines of committed stages; none where there are none."""
        paths = [path for pattern in patterns for path in self.paths(pattern)]
        return self.spark.read.text(paths) if paths else self.spark.createDataFrame([], "value string")

    def piped(self, stage, source, processes=None):
        """What a filter answers to the lines of a stage: a process for each of its files, or as many as are said."""
        lines = self.spark.sparkContext.textFile(self.path(source))
        if processes:
            lines = lines.coalesce(processes)
        # Without the first part of it, a filter would go on without the process that reads it, and beside its successor.
        command = ["setpriv", "--pdeathsig", "KILL", "--", self.options.mailgrade, "filter", stage, "--errors-are-answers"]
        command += shlex.split(self.options.filter_options)
        # `list`: where reading fails under way, `pipe` does not tell the filter that no more will come, and waits for it forever.
        # `checkCode`: else, what a process that died has not answered is missing, and the stage is done all the same.
        answers = lines.mapPartitions(list).pipe(shlex.join(command), env={"PATH": os.environ.get("PATH", os.defpath)}, checkCode=True)
        return self.spark.createDataFrame(answers.map(lambda line: (line,)), "value string")

    # --- Whom to ask

    def resolved(self):
        return fields(self.lines("resolved"), RESOLVED, keep="value")

    def edges(self):
        """Domains with the hosts and addresses of their servers."""
        return self.resolved().select("domain", f.explode("servers").alias("at")).select("domain", "at.*")

    def servers(self):
        """Each server once, and the first of its domains: in the name of that one it is asked."""
        return self.edges().groupBy("address", "group", "host").agg(f.min("domain").alias("asked_as"))

    def asks(self, servers):
        """What is asked for servers: an address and a domain, which brings what is known of it and its hosts there."""
        asks = servers.select("address", "group", f.col("asked_as").alias("domain")).distinct().join(self.resolved(), "domain")
        bucket = f.pmod(f.crc32(f.col("group").cast("binary")), f.lit(self.options.buckets)).alias("bucket")
        return asks.select(bucket, "address", begin("value", f.lit('"address":"'), "address", f.lit('"')).alias("value"))

    def ask(self, name, servers, after=0):
        """A round. A bucket is one process that has all addresses of its networks, so that nobody else talks to them."""
        if after and not self.is_done(f"asks/{name}") and not servers().isEmpty():
            say(f"{name}: in {after:.0f} s")
            time.sleep(after)
        # What one domain has had asked at an address is to be known to the next: they follow each other. Networks are mixed.
        self.once(f"asks/{name}", by=["bucket"], make=lambda: self.asks(servers())
            .repartition(self.options.buckets, "bucket").sortWithinPartitions("bucket", f.xxhash64("address"), "address")
            .select("bucket", "value"))
        buckets = [f"{name}/{path.split('/')[-1]}" for path in self.paths(f"asks/{name}/bucket=*")]
        open = [bucket for bucket in buckets if not self.is_done(f"probes/{bucket}")]
        say(f"probes/{name}: {len(buckets)} buckets, {len(buckets) - len(open)} done before")
        with ThreadPool(self.options.at_once) as pool:
            failed = sum(pool.imap_unordered(self.has_failed, open))
        if failed:
            sys.exit(f"{failed} of {len(buckets)} buckets have failed; to try them again, start again")

    def has_failed(self, bucket):
        try:
            self.once(f"probes/{bucket}", lambda: self.piped("probe", f"asks/{bucket}", processes=1))
        except Exception as error:
            say(f"probes/{bucket}: failed: {str(error).splitlines()[0]} Spark's log says more.")
            return True
        return False

    # --- What they have answered

    def answers(self):
        """The best answer to each ask: one that was not turned away, or else the one that took most connections."""
        answers = fields(self.lines("probes/*/bucket=*"), PROBED, keep="value").select(
            "address", f.col("domain").alias("asked_as"), "signs", f.get_json_object("value", "$.evidence").alias("piece"),
            f.expr("error is null and status in ('ok', 'left-alone')").alias("is_good"),
            f.expr("status = 'left-alone'").alias("is_left_alone"), f.coalesce("connections", f.lit(0)).alias("connections"))
        best = f.max_by(f.struct("piece", "signs", "is_good", "is_left_alone"), f.struct("is_good", "connections"))
        return answers.groupBy("address", "asked_as").agg(best.alias("best")).select("address", "asked_as", "best.*")

    def turned_away(self):
        return self.servers().join(self.answers().where("not is_good"), ["address", "asked_as"], "left_semi")

    def missing(self):
        return self.servers().join(self.answers(), ["address", "asked_as"], "left_anti")

    def ask_what_is_missing(self):
        """Nothing is, unless answers were lost on the way: then the servers make one more round."""
        missing = self.missing().count()
        say(f"servers without an answer: {missing}")
        if missing:
            number = 1 + len(self.paths("asks/missing*"))
            self.ask(f"missing{number}", self.missing)
            if missing := self.missing().count():
                sys.exit(f"{missing} servers still have no answer")

    # --- What comes of it

    def joined(self):
        """Each domain with all that its servers have shown, in whoever's name they were asked."""
        pieces = self.edges().join(self.servers(), ["address", "host"]).select("domain", "address", "asked_as").distinct()
        pieces = pieces.join(self.answers(), ["address", "asked_as"]).groupBy("domain").agg(
            f.concat(f.lit('"more":['), f.array_join(f.sort_array(f.collect_list("piece")), ","), f.lit("]")).alias("more"),
            f.concat(f.lit('"signs":'), f.to_json(f.flatten(f.collect_list("signs"))),
                f.when(f.bool_or("is_left_alone"), f.lit(',"status":"left-alone"')).otherwise("")).alias("signs"))
        domains = self.resolved().where("error is null").join(pieces, "domain", "left")
        more = [f.coalesce("more", f.lit('"more":[]')), f.lit(","), f.coalesce("signs", f.lit('"signs":[]'))]
        return domains.select(begin("value", *more).alias("value"))

    def refused(self):
        """Those that are no domains, and those that want to be left alone."""
        state = f.coalesce("state", f.lit("invalid")).alias("state")
        refused = f.struct(f.lit(1).alias("v"), "domain", state, f.col("error").alias("why"))
        return self.resolved().where("error is not null").select(f.to_json(refused).alias("value"))

    def prove(self):
        """Compares the results with what is in the input now, and says what the epoch has cost."""
        wanted = fields(domains(self.spark.read.text(self.options.input)), "domain string")
        results = self.spark.read.parquet(self.path("results.parquet"))
        probes = fields(self.lines("probes/*/bucket=*"), PROBED)
        proof = {
            "input": wanted.count(),
            "results": results.count(),
            "lost": wanted.join(results, "domain", "left_anti").count(),
            "strange": results.join(wanted, "domain", "left_anti").count(),
            "addresses": probes.select("address").distinct().count(),
            "connections": probes.agg(f.coalesce(f.sum("connections"), f.lit(0))).first()[0],
            "turned_away": probes.where("status = 'throttled'").select("address").distinct().count(),
            "states": {row[0]: row[1] for row in results.groupBy(f.coalesce("state", f.lit("error"))).count().collect()},
        }
        print(json.dumps(proof), flush=True)
        return 0 if proof["input"] == proof["results"] and proof["lost"] == proof["strange"] == 0 else 1


def domains(lines):
    """Lines for the first filter: each domain once, whatever the spelling. What is no domain goes along: the filter says why not."""
    text = trimmed("value")
    name = f.when(text.startswith("{"), f.coalesce(f.get_json_object(text, "$.domain"), text)).otherwise(text)
    lines = lines.where((text != "") & ~text.startswith("#"))
    return lines.select(f.regexp_replace(f.lower(trimmed(name)), r"\.$", "").alias("domain")).distinct().select(
        f.to_json(f.struct(f.lit(1).alias("v"), "domain")).alias("value"))


def trimmed(text):
    return f.regexp_replace(text, r"^\s+|\s+$", "")


def fields(lines, schema, keep=None):
    """Members of lines of JSON as columns, and the line itself."""
    lines = lines.select(f.from_json("value", schema).alias("members"), f.col("value").alias(keep or "value"))
    return lines.select("members.*", *[keep] if keep else [])


def begin(line, *members):
    """Lines of JSON with members put before those they have."""
    return f.concat(f.lit("{"), *members, f.lit(","), f.substring(line, 2, 2**31 - 1))


def say(what):
    print(time.strftime("%H:%M:%S"), what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
