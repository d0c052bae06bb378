"""Parses the page on standard input with Prometheus' Python client and prints each sample as a line of JSON."""
import json
import sys

from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics_parser

page = sys.stdin.buffer.read().decode("utf-8")
parse = openmetrics_parser if sys.argv[1] == "OPENMETRICS" else parser
for family in parse.text_string_to_metric_families(page):
    print(json.dumps({"family": family.name, "type": family.type, "unit": family.unit, "help": family.documentation}))
    for sample in family.samples:
        print(json.dumps({"name": sample.name, "labels": sample.labels, "value": str(float(sample.value))}))
