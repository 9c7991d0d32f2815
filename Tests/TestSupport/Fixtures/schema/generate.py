#!/usr/bin/env python3
"""Writes CSV files and the schemas that the Python package gives them, as test vectors.

Needs pandas 2.2 (`pip install pandas==2.2.3`); the tests don't.

    cd Tests/TestSupport/Fixtures/schema; ./generate.py > pandas.json
    ./generate.py --count 20000 --seed 7 > /tmp/more.json
    POD_AGENT_SCHEMA_VECTORS=/tmp/more.json swift test --filter SchemaVectorTests
"""
import argparse
import io
import json
import random
import warnings

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype, is_string_dtype

# Written by hand: what random files seldom hit.
KNOWN = [
    "a,b\n", "a\n \n\t\n", "a\n1\n  \n2\n", "a\n\n1\n\t \n2\n", " \n\na\n1\n", "a\n\x0b\n1\n", 'a\n""\n1\n', 'a\n" "\n1\n',
    "a,a,a.1\n1,2,3\n", "a,a.1,a\n1,2,3\n", "a,a,a,a.1,a.1\n1,2,3,4,5\n", ",\n1,2\n", ",Unnamed: 0\n1,2\n",
    ",,Unnamed: 0\n1,2,3\n", "Unnamed: 0,Unnamed: 0,\n1,2,3\n", "é,é,e\u0301\n1,2,3\n", "a\né\ne\u0301\n",
    "\ufeffa\n1\n", '\ufeff"a"\n1\n', "a\r1\r2", "a\r\n1\r\n\r\n2\r\n", 'a\n"x\ny"\n', 'a\n"a""b"c"d"\n', 'a\nx"y"\n',
    "a,b\n1\n", "a,b\n1,2\n,\n", 'a\n"\n1"\n', "BITFOUNT_INFERRED_LABEL\nx\ny\n",
    "a\n9223372036854775808.0\n1.0\n", "a\n1e19\n", "a\n9223372036854775807.0\n", "a\n9223372036854774784.0\n",
    "a\n99999999999999999999\n", "a\n1.5\n99999999999999999999\n", "a\n99999999999999999999.5\n1\n",
    "a\n9223372036854775808\n-1.5\n", "a\n-1.5\n9223372036854775808\n", "a,b\n9223372036854775808,1\nNA,2\n1.5,3\n",
    "a,b\n9223372036854775808,1\nNA,2\n,3\n", "a,b\n-9223372036854775809,1\nNA,1\n", "a,b\n-9223372036854775808,1\n,2\n",
    "a,b\n9223372036854775807,1\n,2\n", "a\n9223372036854775808\n-0\n", "a\n-0.0\n0\n", "a\n0\n-0.0\n", "a\n0.12345678901234567890123\n",
    "a\n00000000000000000001.5\n", "a\n123456789012345678.9\n", "a\n1.8e308\n", "a\n0e400\n", "a\n1e-700\n", "a\n4.9e-324\n",
]
CELLS = [
    "", "NA", "N/A", "NaN", "nan", "-nan", "null", "None", "<NA>", "#N/A", "1.#IND", "-1.#QNAN", " NA", "na", "none",
    "True", "true", "FALSE", "tRuE", " True", "yes", "no", "0", "1", "-1", "+7", "007", " 3 ", "\t4\t", "-0", "12345678901",
    "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
    "18446744073709551615", "18446744073709551616", "9223372036854775808.0", "1.0", "1.5", "-0.0", ".5", "5.", ".", "1e3",
    "1E-3", "1e", "1e+", "e5", "1e22", "1e300", "1e309", "0.1", "0.3", "2.675", "3.141592653589793238", "1e-400", "inf",
    "-Infinity", " inf", "1 2", "1_000", "0x10", "1d5", "2024-01-01", "é", "e\u0301", "日本", '"', "a,b", "x\ny", "x", "-x",
]
NAMES = ["a", "b", "a.1", "", "Unnamed: 0", "é", "e\u0301", " c ", "a b", "x,y", "BITFOUNT_INFERRED_LABEL", "NA", "1"]


def cell(generator, pool):
    kind = generator.random()
    if kind < 0.7:
        return generator.choice(pool)
    if kind < 0.8:
        return str(generator.randint(-10, 10))
    if kind < 0.9:
        return repr(generator.uniform(-1, 1) * 10 ** generator.randint(-20, 20))
    return str(generator.getrandbits(generator.choice([8, 31, 53, 63, 64, 66])))


def field(generator, text):
    if any(byte in text for byte in ',"\n\r') or generator.random() < 0.1:
        return '"' + text.replace('"', '""') + '"'
    return text


def random_csv(generator):
    width = generator.randint(1, 4)
    end = generator.choice(["\n", "\n", "\n", "\r\n"])
    pools = [generator.sample(CELLS, generator.randint(1, 4)) for _ in range(width)]
    rows = [[generator.choice(NAMES) for _ in range(width)]]
    for _ in range(generator.choice([0, 1, 2, 5, 20])):
        rows.append([cell(generator, pool) for pool in pools])
        if generator.random() < 0.1:
            rows[-1] = rows[-1][: generator.randint(1, width)]
    text = ""
    for row in rows:
        text += ",".join(field(generator, value) for value in row) + end
        if generator.random() < 0.1:
            text += generator.choice(["", " ", "\t", "  "]) + end
    return text


def semantic_type(name, dtype):
    """As the Python package chooses it."""
    if name == "BITFOUNT_INFERRED_LABEL":
        return "categorical"
    if isinstance(dtype, pd.StringDtype):
        return "text"
    if is_bool_dtype(dtype):
        return "categorical"
    return "continuous" if is_numeric_dtype(dtype) else "text"


def vector(text):
    try:
        frame = pd.read_csv(io.BytesIO(text.encode()))
    except (pd.errors.EmptyDataError, pd.errors.ParserError):
        return {"csv": text, "records": None}
    features = {}
    for name, dtype in frame.convert_dtypes().dtypes.items():
        labels = sorted(set(frame[name].unique().astype(str).tolist()))
        features[name] = [dtype.name, semantic_type(name, dtype), labels]
    return {"csv": text, "records": len(frame), "features": features}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=250, help="how many random files (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the random files (default: %(default)s)")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    generator = random.Random(arguments.seed)
    texts = KNOWN + [random_csv(generator) for _ in range(arguments.count)]
    vectors = [json.dumps(vector(text), ensure_ascii=False) for text in texts]
    print("[\n" + ",\n".join(vectors) + "\n]")


if __name__ == "__main__":
    main()
