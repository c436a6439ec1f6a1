import CheckKit
import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite struct MTASTSDocumentTests {
    private func parse(_ text: String) throws -> MTASTSDocument { try MTASTSDocument(text) }

    private func fault(_ text: String) -> String? {
        do {
            _ = try MTASTSDocument(text)
            return nil
        } catch {
            return error.description
        }
    }

    private static let lines = ["version: STSv1", "mode: enforce", "mx: mx.example.com", "max_age: 604800"]

    @Test("STS-18: lines end in LF or CRLF, the last one need not, and blanks may stand at their ends")
    func lineEnds() throws {
        let expected = MTASTSDocument(
            mode: .enforce, maxAge: 604800, patterns: [try #require(MTASTSPattern("mx.example.com"))])
        for end in ["\n", "\r\n"] {
            #expect(try parse(Self.lines.joined(separator: end)) == expected)
            #expect(try parse(Self.lines.joined(separator: end) + end) == expected)
            #expect(try parse(Self.lines.joined(separator: " \t" + end) + " ") == expected)
        }
        #expect(try parse("version:STSv1\r\nmode:\tenforce\nmx:  \t mx.example.com\r\nmax_age:604800") == expected)
    }

    @Test(
        "STS-18: what is not a field breaks the policy",
        arguments: [
            ("", "it is empty"),
            ("\n", "it is empty"),
            ("\r\n \n", "it is empty"),
            (
                " version: STSv1\nmode: none\nmax_age: 1",
                "line 1 does not begin with the name of a field: \u{201C} version: STSv1\u{201D}"
            ),
            (
                "\u{feff}version: STSv1\nmode: none\nmax_age: 1",
                "line 1 does not begin with the name of a field: \u{201C}\\u{feff}version: STSv1\u{201D}"
            ),
            (
                "version : STSv1\nmode: none\nmax_age: 1",
                "line 1 does not begin with the name of a field: \u{201C}version : STSv1\u{201D}"
            ),
            (
                "version: STSv1\rmode: none\rmax_age: 1\r",
                "the version is \u{201C}STSv1\\u{d}mode: none\\u{d}max_age: 1\\u{d}\u{201D}, not STSv1"
            ),
            ("version: STSv1\r\r\nmode: none\nmax_age: 1", "the version is \u{201C}STSv1\\u{d}\u{201D}, not STSv1"),
            (
                "version: STSv1\nmode: none\nmax_age: 1\r",
                "max_age is \u{201C}1\\u{d}\u{201D}, not a number of 1 to 10 digits"
            ),
            ("version = STSv1\nmode = none\nmax_age = 1", "line 1, \u{201C}version = STSv1\u{201D}, has no colon"),
            ("<!DOCTYPE html>\n<html>", "line 1, \u{201C}<!DOCTYPE html>\u{201D}, has no colon"),
        ])
    func notAField(text: String, why: String) {
        #expect(fault(text) == why)
    }

    @Test(
        "STS-18: an empty line is noted, and the policy counts as it does for senders",
        arguments: [
            ("\nversion: STSv1\nmode: none\nmax_age: 1\n", [1]),
            ("version: STSv1\n\nmode: none\nmax_age: 1\n", [2]),
            ("version: STSv1\r\nmode: none\r\nmax_age: 1\r\n\r\n", [4]),
            ("version: STSv1\nmode: none\nmax_age: 1\n \t\n\n", [4, 5]),
            ("version: STSv1\nmode: none\nmax_age: 1\n ", [4]),
            ("version: STSv1\nmode: none\nmax_age: 1\n", []),
        ])
    func emptyLines(text: String, numbers: [Int]) throws {
        let document = try parse(text)
        #expect(document.blankLines == numbers)
        #expect(document.mode == .none)
    }

    @Test("STS-19: the order of the fields is free")
    func order() throws {
        let expected = try parse(Self.lines.joined(separator: "\n"))
        #expect(try parse(Self.lines.reversed().joined(separator: "\n")) == expected)
    }

    @Test("STS-19: each mode is known", arguments: ["enforce", "testing", "none"])
    func modes(word: String) throws {
        #expect(try parse("version: STSv1\nmode: \(word)\nmx: a.example\nmax_age: 1\n").mode.rawValue == word)
    }

    @Test(
        "STS-19: version, mode and max_age are needed, and names and values are case-sensitive",
        arguments: [
            ("mode: none\nmax_age: 1", "it has no version"),
            ("version: STSv1\nmax_age: 1", "it has no mode"),
            ("version: STSv1\nmode: none", "it has no max_age"),
            ("Version: STSv1\nmode: none\nmax_age: 1", "it has no version"),
            ("version: STSv1\nMode: none\nmax_age: 1", "it has no mode"),
            ("version: STSv1\nmode: none\nmax-age: 1", "it has no max_age"),
            ("version: stsv1\nmode: none\nmax_age: 1", "the version is \u{201C}stsv1\u{201D}, not STSv1"),
            ("version: STSv10\nmode: none\nmax_age: 1", "the version is \u{201C}STSv10\u{201D}, not STSv1"),
            ("version: STSv2\nmode: none\nmax_age: 1", "the version is \u{201C}STSv2\u{201D}, not STSv1"),
            (
                "version: STSv1\nmode: Enforce\nmax_age: 1",
                "the mode is \u{201C}Enforce\u{201D}, not enforce, testing or none"
            ),
            (
                "version: STSv1\nmode: report\nmax_age: 1",
                "the mode is \u{201C}report\u{201D}, not enforce, testing or none"
            ),
            ("version:\nmode: none\nmax_age: 1", "version in line 1 has no value"),
        ])
    func required(text: String, why: String) { #expect(fault(text) == why) }

    @Test("STS-20: max_age is 1 to 10 digits and at most a year", arguments: [0, 1, 86_400, 604_800, 31_557_600])
    func maxAge(seconds: Int) throws {
        #expect(try parse("version: STSv1\nmode: none\nmax_age: \(seconds)\n").maxAge == seconds)
        #expect(try parse("version: STSv1\nmode: none\nmax_age: 0000000007\n").maxAge == 7)
    }

    @Test(
        "STS-20: a max_age that is out of bounds",
        arguments: [
            ("31557601", "max_age is 31557601, more than 31557600 seconds (a year)"),
            ("9999999999", "max_age is 9999999999, more than 31557600 seconds (a year)"),
            ("00000000001", "max_age is \u{201C}00000000001\u{201D}, not a number of 1 to 10 digits"),
            ("-1", "max_age is \u{201C}-1\u{201D}, not a number of 1 to 10 digits"),
            ("+1", "max_age is \u{201C}+1\u{201D}, not a number of 1 to 10 digits"),
            ("1e6", "max_age is \u{201C}1e6\u{201D}, not a number of 1 to 10 digits"),
            ("604800s", "max_age is \u{201C}604800s\u{201D}, not a number of 1 to 10 digits"),
            ("\u{0661}", "max_age is \u{201C}\u{0661}\u{201D}, not a number of 1 to 10 digits"),
        ])
    func badMaxAge(text: String, why: String) {
        #expect(fault("version: STSv1\nmode: none\nmax_age: \(text)\n") == why)
    }

    @Test("STS-21: mx is there at least once, unless the mode is none", arguments: ["enforce", "testing"])
    func mxNeeded(mode: String) throws {
        #expect(
            fault("version: STSv1\nmode: \(mode)\nmax_age: 1\n") == "it has no mx, which the mode \(mode) needs")
        // A slip of the pen does not count as mx.
        #expect(
            fault("version: STSv1\nmode: \(mode)\nmax_age: 1\nnmx: mx.example.com\n")
                == "it has no mx, which the mode \(mode) needs")
        #expect(try parse("version: STSv1\nmode: none\nmax_age: 1\n").patterns == [])
    }

    @Test(
        "STS-21: an mx that is no pattern breaks the policy",
        arguments: [
            "mx.example.com.", "*.", "*", "*.*.example.com", "**.example.com", "m*.example.com", "mx.*.com",
            "*example.com", ".example.com", "mx..example.com", "-mx.example.com", "mx-.example.com", "mx_1.example.com",
            "m\u{f8}x.example", "mx.example.com, mx2.example.com", "[192.0.2.1]", "mx.example.com:25",
            String(repeating: "a", count: 64) + ".example",
        ])
    func badPattern(text: String) {
        #expect(MTASTSPattern(text) == nil)
        #expect(
            fault("version: STSv1\nmode: none\nmax_age: 1\nmx: \(text)\n")?.hasSuffix(
                "is no pattern of an MX host name") == true)
    }

    @Test("STS-22: fields of other names are ignored as long as they are fields")
    func extensions() throws {
        let document = try parse(
            Self.lines.joined(separator: "\n") + "\nmore: \u{fc}ber  all = ; :\nx_1-2.3:y\n")
        #expect(document.unknownFields == ["more", "x_1-2.3"])
        #expect(document.mode == .enforce)
        for line in [
            "ext:", "_bad: test", "a12345678901234567890123456789012: 1", "no colon", "ext: a\tb", "ext: \u{7f}",
        ] {
            #expect(fault(Self.lines.joined(separator: "\n") + "\n\(line)\n") != nil, "\(line)")
        }
    }

    @Test("STS-22: of a field that is there twice the first counts; every mx counts")
    func repeated() throws {
        let document = try parse(
            Self.lines.joined(separator: "\n") + "\nmode: none\nmax_age: bad\nversion: STSv2\nmx: *.example.net\n")
        #expect(document.mode == .enforce)
        #expect(document.maxAge == 604800)
        #expect(document.patterns.map(\.description) == ["mx.example.com", "*.example.net"])
        #expect(document.repeatedFields == ["mode", "max_age", "version"])
    }
}

@Suite struct MTASTSPatternTests {
    @Test(
        "STS-23: a pattern that fits: label by label, a wildcard for exactly one, without regard to case",
        arguments: [
            ("mx.example.com", "mx.example.com"), ("MX.Example.COM", "mx.example.com"),
            ("*.example.com", "mail.example.com"), ("*.EXAMPLE.com", "a-1.example.com"), ("*.com", "example.com"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"), ("*.example.com", "mx_1.example.com"),
        ])
    func fits(pattern: String, host: String) throws {
        #expect(try #require(MTASTSPattern(pattern)).matches(.sample(host)))
    }

    @Test(
        "STS-23: a pattern that does not fit",
        arguments: [
            ("mx.example.com", "mx2.example.com"), ("example.com", "mx.example.com"), ("mx.example.com", "example.com"),
            ("*.example.com", "example.com"), ("*.example.com", "a.b.example.com"), ("*.com", "mx.example.com"),
            ("*.example.com", "mail.example.org"), ("*.b.example", "mail.xb.example"),
            ("mx.example.com", "mx.example.com.evil.example"), ("mx.example.com", "xmx.example.com"),
        ])
    func fitsNot(pattern: String, host: String) throws {
        #expect(try #require(MTASTSPattern(pattern)).matches(.sample(host)) == false)
    }

    @Test("STS-23: the trailing dot of an MX record is no label")
    func trailingDot() throws {
        #expect(try #require(MTASTSPattern("mx.example.com")).matches(try DomainName(input: "MX.example.com.")))
    }
}
