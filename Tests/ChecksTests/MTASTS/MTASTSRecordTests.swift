import CheckKit
import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite struct MTASTSRecordTests {
    private func lookup(_ strings: [[String]]) -> TextLookup {
        let records = strings.map { DNSRecord.txt($0.map { Array($0.utf8) }) }
        return TextLookup(DNSAnswer(records: records), to: .sample("_mta-sts.example.com"))
    }

    @Test("STS-01: the strings of a record are put together without anything between them")
    func strings() throws {
        let record = MTASTSRecord(lookup([["v=STS", "v1; id=20", "26;"]]))
        #expect(record.lookup.texts == ["v=STSv1; id=2026;"])
        #expect(try record.reading == .valid(announcement("v=STSv1; id=2026")))
    }

    @Test("STS-02: records that do not begin v=STSv1; are discarded, and exactly one must be left")
    func filter() throws {
        let one = MTASTSRecord("v=spf1 -all", "v=STSv1; id=1", "google-site-verification=x")
        #expect(one.reading == .valid(try announcement("v=STSv1; id=1")))
        #expect(MTASTSRecord("v=spf1 -all", "something").reading == .absent)
        #expect(MTASTSRecord().reading == .absent)
        #expect(MTASTSRecord("v=STSv1; id=1", "v=STSv1; id=2").reading == .several(2))
        // One of two valid, one broken: both begin as they must, so there are two.
        #expect(MTASTSRecord("v=STSv1; id=1", "v=STSv1;").reading == .several(2))
    }

    @Test(
        "STS-02: what begins otherwise is discarded, and what was meant for it is told",
        arguments: [
            ("v=STSv1", true), ("\"v=STSv1; id=1\"", true), ("\\\"v=STSv1; id=1\\\"", true),
            ("\u{201C}v=STSv1; id=1\u{201D}", true), ("'v=STSv1; id=1'", true), ("v=STSv2; id=1", true),
            ("v=stsv1; id=1", true),
            (" v=STSv1; id=1", true), ("V=STSv1; id=1", true), ("v = STSv1; id=1", true),
            ("v=spf1 -all", false), ("", false), ("id=1; v=STSv1;", false),
            ("v=TLSRPTv1; rua=mailto:a@b.example", false),
        ])
    func nearMiss(text: String, isMeant: Bool) {
        let record = MTASTSRecord(text)
        #expect(record.reading == .absent)
        #expect(record.lookup.nearMisses("v=STSv1") == (isMeant ? [text] : []))
        #expect(record.isAttempted == isMeant)
    }

    @Test(
        "STS-03: a record that follows the grammar",
        arguments: [
            ("v=STSv1; id=20160831085700Z;", "20160831085700Z"),
            ("v=STSv1;id=a", "a"),
            ("v=STSv1; \t id=20160831085700Z  \t;", "20160831085700Z"),
            ("v=STSv1; id=a; ", "a"),
            ("v=STSv1;id=a;\t", "a"),
            ("v=STSv1; id=12345678901234567890123456789012", "12345678901234567890123456789012"),
            ("v=STSv1; more=a; id=a; ext=2", "a"),
            ("v=STSv1; x-1._y=!\"#$%&'()*+,-./:<>?@[]^_`{|}~; id=a", "a"),
            ("v=STSv1; a1234567890123456789012345678901=1; id=a", "a"),
        ])
    func good(text: String, id: String) throws {
        #expect(try announcement(text).id == id)
    }

    @Test(
        "STS-03: a record that breaks the grammar",
        arguments: [
            ("v=STSv1;", "it has no field behind \u{201C}v=STSv1;\u{201D}"),
            ("v=STSv1; ;id=1", "there is nothing between two semicolons"),
            ("v=STSv1; id=1;;", "there is nothing between two semicolons"),
            ("v=STSv1; id=1 ", "\u{201C}1 \u{201D} cannot be the value of a field"),
            ("v=STSv1; id", "\u{201C}id\u{201D} has no equals sign"),
            ("v=STSv1; id =1", "\u{201C}id \u{201D} is not the name of a field"),
            ("v=STSv1; id= 1", "\u{201C} 1\u{201D} cannot be the value of a field"),
            ("v=STSv1; id=1; a b=1", "\u{201C}a b\u{201D} is not the name of a field"),
            ("v=STSv10; id=1", "it does not begin with \u{201C}v=STSv1\u{201D}"),
            ("v=STSv1; id=1; v\u{e9}=1", "\u{201C}v\u{e9}\u{201D} is not the name of a field"),
            ("v=STSv1; id=1; a=\u{e9}", "\u{201C}\u{e9}\u{201D} cannot be the value of a field"),
            ("v=STSv1; id=1; a=\u{1b}[2J", "\u{201C}\\u{1b}[2J\u{201D} cannot be the value of a field"),
        ])
    func bad(text: String, why: String) {
        #expect(throws: GrammarFault(why)) { try announcement(text) }
    }

    @Test("STS-04: a blank before the first semicolon is in the grammar; the filter is for several records")
    func blankBeforeSemicolon() throws {
        let announcement = try announcement("v=STSv1 ; id=x")
        #expect(announcement.id == "x")
        for text in ["v=STSv1 ; id=x", "v=STSv1 \t ; id=x"] {
            #expect(MTASTSRecord(text).reading == .valid(announcement))
            #expect(MTASTSRecord(text).lookup.isLenient("v=STSv1"))
            #expect(MTASTSRecord(text).lookup.nearMisses("v=STSv1").isEmpty)
            #expect(MTASTSRecord(text, "v=spf1 -all").reading == .absent)
            #expect(MTASTSRecord(text, "v=STSv1; id=x").reading == .valid(announcement))
            #expect(MTASTSRecord(TextLookup([text], malformed: 1)).reading == .absent)
        }
        #expect(!MTASTSRecord("v=STSv1; id=x").lookup.isLenient("v=STSv1"))
    }

    @Test(
        "STS-05: an id is there, and is 1 to 32 letters and digits",
        arguments: [
            ("v=STSv1; ext=1", "it has no id"),
            ("v=STSv1; ID=1", "it has no id"),
            ("v=STSv1; id=", "the field \u{201C}id\u{201D} has no value"),
            ("v=STSv1; id=2026-01-01", "the id \u{201C}2026-01-01\u{201D} is not 1 to 32 letters and digits"),
            ("v=STSv1; id=a_b", "the id \u{201C}a_b\u{201D} is not 1 to 32 letters and digits"),
            ("v=STSv1; id=a.b", "the id \u{201C}a.b\u{201D} is not 1 to 32 letters and digits"),
            (
                "v=STSv1; id=123456789012345678901234567890123",
                "the id \u{201C}123456789012345678901234567890123\u{201D} is not 1 to 32 letters and digits"
            ),
        ])
    func id(text: String, why: String) {
        #expect(throws: GrammarFault(why)) { try announcement(text) }
    }

    @Test(
        "STS-06: unknown fields are ignored as long as they are fields",
        arguments: [
            ("v=STSv1; id=1; more=", "the field \u{201C}more\u{201D} has no value"),
            ("v=STSv1; id=1; test==", "\u{201C}=\u{201D} cannot be the value of a field"),
            ("v=STSv1; id=1; 1%=a", "\u{201C}1%\u{201D} is not the name of a field"),
            ("v=STSv1; id=1; _a=1", "\u{201C}_a\u{201D} is not the name of a field"),
            ("v=STSv1; id=1; =1", "\u{201C}\u{201D} is not the name of a field"),
            (
                "v=STSv1; id=1; a12345678901234567890123456789012=1",
                "\u{201C}a12345678901234567890123456789012\u{201D} is not the name of a field"
            ),
        ])
    func extensions(text: String, why: String) throws {
        #expect(throws: GrammarFault(why)) { try announcement(text) }
        #expect(try announcement("v=STSv1; more=a; id=1; _more=2".replacing("_more", with: "m-o.r_e")).id == "1")
    }

    @Test("STS-07: of a field that is there twice the first counts, whatever the second holds")
    func repeated() throws {
        #expect(try announcement("v=STSv1; id=first; id=second").id == "first")
        #expect(try announcement("v=STSv1; id=first; id=not-an-id").id == "first")
    }

    private func announcement(_ text: String) throws -> MTASTSAnnouncement { try MTASTSAnnouncement(text) }
}
