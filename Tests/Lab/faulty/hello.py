"""What a ClientHello says."""


def read_hello(record):
    """(version, suites) of a ClientHello in one record; (0, []) of anything else. RFC 5246, section 7.4.1.2."""
    if len(record) < 46 or record[0] != 22 or record[5] != 1:
        return 0, []
    at = 43 + 1 + record[43]
    end = at + 2 + int.from_bytes(record[at:at + 2], "big")
    suites = [int.from_bytes(record[i:i + 2], "big") for i in range(at + 2, min(end, len(record) - 1), 2)]
    return int.from_bytes(record[9:11], "big"), suites
