#!/usr/bin/env python3
"""Writes the Swift tables of cipher suites and groups from the CSV files beside this script. See README.md.

Usage: generate.py [--check]    with --check: write nothing, exit 1 when a table is not current.
"""

import csv
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
MODEL = HERE.parent.parent / "Sources" / "MailModel" / "TLS"

# Key exchange and authentication, by what stands before _WITH_ once EXPORT marks are gone.
EXCHANGES = {
    "NULL": ("NULL", "NULL"),
    "RSA": ("RSA", "RSA"),
    "RSA_FIPS": ("RSA", "RSA"),
    "DH_DSS": ("DH", "DSS"),
    "DH_RSA": ("DH", "RSA"),
    "DH_anon": ("DHE", "anon"),
    "DHE_DSS": ("DHE", "DSS"),
    "DHE_RSA": ("DHE", "RSA"),
    "ECDH_ECDSA": ("ECDH", "ECDSA"),
    "ECDH_RSA": ("ECDH", "RSA"),
    "ECDH_anon": ("ECDHE", "anon"),
    "ECDHE_ECDSA": ("ECDHE", "ECDSA"),
    "ECDHE_RSA": ("ECDHE", "RSA"),
    "PSK": ("PSK", "PSK"),
    "RSA_PSK": ("RSA_PSK", "PSK"),
    "DHE_PSK": ("DHE_PSK", "PSK"),
    "PSK_DHE": ("DHE_PSK", "PSK"),
    "ECDHE_PSK": ("ECDHE_PSK", "PSK"),
    "SRP_SHA": ("SRP", "SRP"),
    "SRP_SHA_RSA": ("SRP", "RSA"),
    "SRP_SHA_DSS": ("SRP", "DSS"),
    "KRB5": ("KRB5", "KRB5"),
    "ECCPWD": ("ECCPWD", "ECCPWD"),
    "FORTEZZA_KEA": ("FORTEZZA", "FORTEZZA"),
    "GOSTR341094": ("GOST", "GOST"),
    "GOSTR341001": ("GOST", "GOST"),
    "GOSTR341112_256": ("GOST", "GOST"),
    "CECPQ1_RSA": ("CECPQ1", "RSA"),
    "CECPQ1_ECDSA": ("CECPQ1", "ECDSA"),
    "SM2DHE": ("ECDHE", "SM2"),
    "SM2": ("ECC", "SM2"),
    "IBSDH": ("IBSDH", "SM9"),
    "IBC": ("IBC", "SM9"),
    "any": ("any", "any"),
}

# Names without _WITH_ that would be read wrongly: what they would be called by the grammar.
SPELLINGS = {
    "TLS_SHA256_SHA256": "TLS_any_WITH_NULL_SHA256",
    "TLS_SHA384_SHA384": "TLS_any_WITH_NULL_SHA384",
    "TLS_ECDHE_SM4_CBC_SM3": "TLS_SM2DHE_WITH_SM4_CBC_SM3",
    "TLS_ECDHE_SM4_GCM_SM3": "TLS_SM2DHE_WITH_SM4_GCM_SM3",
    "TLS_ECDHE_SM4_CCM_SM3": "TLS_SM2DHE_WITH_SM4_CCM_SM3",
    "TLS_FORTEZZA_KEA_WITH_FORTEZZA_CBC_SHA": "TLS_FORTEZZA_KEA_WITH_FORTEZZA_80_CBC_SHA",
    "TLS_NULL_WITH_NULL_NULL": "TLS_NULL_WITH_NULL_NULL",
}

# Cipher and mode: pattern, cipher, mode, nominal bits (None: the number in the pattern).
CIPHERS = [
    (r"NULL", "NULL", "none", 0),
    (r"RC4_(40|56|128)", "RC4", "stream", None),
    (r"RC2_CBC_(40|56)", "RC2", "CBC", None),
    (r"RC2_CBC", "RC2", "CBC", 128),
    (r"IDEA_CBC", "IDEA", "CBC", 128),
    (r"DES_CBC_(40)", "DES", "CBC", None),
    (r"DES(40)_CBC", "DES", "CBC", None),
    (r"DES_CBC", "DES", "CBC", 56),
    (r"3DES_EDE_CBC", "3DES", "CBC", 168),
    (r"FORTEZZA_(80)_CBC", "FORTEZZA", "CBC", None),
    (r"SEED_CBC", "SEED", "CBC", 128),
    (r"(?:ESTREAM_)?SALSA20", "SALSA20", "stream", 256),
    (r"CHACHA20_POLY1305", "CHACHA20", "POLY1305", 256),
    (r"AES_(128|256)_(?P<mode>CBC|GCM|CCM_8|CCM)", "AES", None, None),
    (r"CAMELLIA_(128|256)_(?P<mode>CBC|GCM)", "CAMELLIA", None, None),
    (r"ARIA_(128|256)_(?P<mode>CBC|GCM)", "ARIA", None, None),
    (r"SM4_(?P<mode>CBC|GCM|CCM)", "SM4", None, 128),
    (r"28147_CNT", "GOST89", "CTR", 256),
    (r"KUZNYECHIK_(?P<mode>CTR|MGM_L|MGM_S)", "KUZNYECHIK", None, 256),
    (r"MAGMA_(?P<mode>CTR|MGM_L|MGM_S)", "MAGMA", None, 256),
    (r"ASCONAEAD128", "ASCON", "AEAD", 128),
    (r"AEGIS_(256|128)L?", "AEGIS", "AEAD", None),
]

MACS = {
    "": None, "MD5": "MD5", "SHA": "SHA1", "SHA1": "SHA1", "SHA256": "SHA256", "SHA384": "SHA384", "SHA512": "SHA512",
    "SM3": "SM3", "IMIT": "IMIT", "OMAC": "OMAC", "GOSTR3411": "GOSTR3411", "NULL": "NULL", "ASCONHASH256": "ASCON",
}

AEAD_MODES = {"GCM", "CCM", "CCM_8", "POLY1305", "MGM_L", "MGM_S", "AEAD"}


def take_apart(name, code):
    """The fields of a suite as its name tells them."""
    plain = SPELLINGS.get(name, name).removesuffix("_DRAFT").removeprefix("TLS_")
    export = re.search(r"_EXPORT(1024)?", plain)
    plain = re.sub(r"_EXPORT(1024)?", "", plain)
    if "_WITH_" in plain:
        before, after = plain.split("_WITH_")
    elif re.match(r"(ECC|IBSDH|IBC|RSA)_SM4", plain):
        before, after = plain.split("_", 1)
        before = {"ECC": "SM2"}.get(before, before)
    else:
        before, after = "any", plain
    if before not in EXCHANGES:
        sys.exit(f"{name}: unknown key exchange {before}")
    exchange, authentication = EXCHANGES[before]
    for pattern, cipher, mode, bits in CIPHERS:
        match = re.match(pattern + r"(?:_|$)", after)
        if match:
            break
    else:
        sys.exit(f"{name}: unknown cipher {after}")
    mode = mode or match["mode"]
    bits = int(match[1]) if bits is None else bits
    suffix = after[match.end():]
    if suffix not in MACS:
        sys.exit(f"{name}: unknown MAC {suffix}")
    mac = "AEAD" if mode in AEAD_MODES else MACS[suffix]
    if mac is None:
        sys.exit(f"{name}: no MAC")
    return exchange, authentication, "export" if export else "-", cipher, mode, bits, mac, oldest(exchange, mode, suffix, cipher)


def oldest(exchange, mode, suffix, cipher):
    """The oldest version that may use it: AEAD and HMAC-SHA2 came with TLS 1.2, own names for TLS 1.3 with TLS 1.3."""
    if exchange == "any":
        return "TLSv1.3"
    if mode in {"MGM_L", "MGM_S"}:
        return "TLSv1.3"
    if mode in AEAD_MODES or suffix in {"SHA256", "SHA384", "SM3"}:
        return "TLSv1.2"
    return "SSLv3"


def rows(file):
    with open(HERE / file, newline="") as stream:
        return list(csv.DictReader(stream))


def suite_lines(source):
    for row in rows("suites.csv"):
        if row["source"] != source:
            continue
        fields = take_apart(row["name"], row["code"])
        yield " ".join([row["code"], row["name"], row["openssl"] or "-", *map(str, fields), row["recommended"]])


def group_lines():
    for row in rows("groups.csv"):
        versions = row["versions"].replace(" ", "+")
        yield " ".join([row["code"], row["name"], row["kind"], row["bits"], versions, row["recommended"]])


def literal(name, doc, lines):
    body = "\n".join("        " + line for line in lines)
    return f'    /// {doc}\n    static let {name} = """\n{body}\n        """\n'


HEAD = "// Written by tools/tls-tables/generate.py; change the CSV files there, not this file.\n"


def tables():
    registered, historic = list(suite_lines("IANA")), list(suite_lines("historic"))
    yield "CipherSuitesTable.swift", (
        HEAD + "// Columns: code, IANA name, OpenSSL name, key exchange, authentication, export, cipher, mode, bits,\n"
        "// MAC, oldest version, Recommended.\n\nextension CipherSuite {\n"
        + literal("registeredTable", "The suites of the IANA registry.", registered) + "}\n")
    yield "CipherSuitesHistoric.swift", (
        HEAD + "// Columns as in CipherSuitesTable.swift.\n\nextension CipherSuite {\n"
        + literal("historicTable", "Suites that were used without a registration.", historic) + "}\n")
    yield "NamedGroupsTable.swift", (
        HEAD + "// Columns: code, IANA name, kind, bits, versions, Recommended.\n\nextension NamedGroup {\n"
        + literal("registeredTable", "The groups of the IANA registry.", list(group_lines())) + "}\n")


def main():
    stale = []
    for name, text in tables():
        path = MODEL / name
        if path.exists() and path.read_text() == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            path.write_text(text)
    if stale and "--check" in sys.argv:
        sys.exit("not current: " + ", ".join(stale) + "; run tools/tls-tables/generate.py")


main()
