import CheckKit
import Foundation
import Grading
import MailModel
import Testing

@testable import Reporting

/// The page: what is in it, what is not, and what it weighs.
@Suite struct HTMLTests {
    private func page(_ reports: Reports) throws -> String {
        try #require(ReportFormat.named("html")).write(reports, ReportFormat.Layout())
    }

    private func page(_ domain: String, _ profiles: [String] = ["default"]) throws -> (text: String, reports: Reports) {
        let shared = try CorpusReports.shared.get()
        let reports = Reports(try profiles.flatMap { try shared.reports(domain, $0).all })
        return (try page(reports), reports)
    }

    /// The values of an attribute, in their order.
    private func values(_ attribute: String, in text: String) -> [String] {
        text.split(separator: " \(attribute)=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
    }

    @Test(arguments: FormatEscapeTests.attacks) func `What a server says is text, and adds no element and no attribute`(
        _ attack: String
    ) throws {
        let text = try page(Reports([try HostileTextTests.attacked(attack)]))
        #expect(try Self.outline(text) == Self.harmless.get())
    }

    private static let harmless = Result {
        outline(HTMLPage(document: try HostileTextTests.attacked("harmless").document(isVerbose: true)).html.markup)
    }

    /// Every tag with the names of its attributes, however often; the rest is text. Isolation of text is no structure.
    private static func outline(_ text: String) -> Set<String> {
        let body = text[(text.range(of: "<body>")?.lowerBound ?? text.startIndex)...]
        return Set(
            body.split(separator: "<").dropFirst().map { piece in
                let tag = piece.prefix { $0 != ">" }
                let names = tag.split(separator: "\"").enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
                return names.joined(separator: "…")
            }.filter { !$0.hasSuffix("bdi") })
    }

    @Test(arguments: CorpusReports.letters.values.sorted())
    func `Every finding is there, and has an anchor`(_ domain: String) throws {
        let (text, reports) = try page(domain)
        let ids = values("id", in: text)
        for fix in reports.first.fixes {
            #expect(ids.contains(fix.code))
            for observation in fix.observations { #expect(text.contains(HTML(observation.message).markup)) }
            if fix.asksForAction { #expect(text.contains(HTML(fix.remedy).markup)) }
        }
    }

    @Test(arguments: [["default"], ["default", "cisa-bod-18-01"]])
    func `No two things have the same anchor, and every link inside the page leads somewhere`(_ profiles: [String])
        throws
    {
        for domain in ["common-name-only.test", "several-servers.test", "one-open-relay.test"] {
            let text = try page(domain, profiles).text
            let ids = values("id", in: text)
            #expect(Set(ids).count == ids.count)
            for link in values("href", in: text) {
                #expect(link.hasPrefix("#") ? ids.contains(String(link.dropFirst())) : link.hasPrefix("https://"))
            }
            for label in values("aria-labelledby", in: text) { #expect(ids.contains(label)) }
        }
    }

    @Test func `A page allows its own style and its own script and nothing else`() throws {
        let text = try page("dane-sts.test").text
        let policy = try #require(values("content", in: text).first)
        for (tag, directive) in [("style", "style-src"), ("script", "script-src")] {
            let start = try #require(text.range(of: "<\(tag)>")).upperBound
            let inside = text[start...].prefix(upTo: try #require(text.range(of: "</\(tag)>")).lowerBound)
            var hash = SHA256()
            hash.update(inside.utf8)
            #expect(policy.contains("\(directive) 'sha256-\(Data(hash.finish()).base64EncodedString())'"))
            #expect(!inside.contains("url(") && !inside.contains("@import") && !inside.contains("http"))
        }
        #expect(policy.hasPrefix("default-src 'none';"))
        #expect(values("src", in: text).isEmpty && values("style", in: text).isEmpty)
    }

    @Test(arguments: CorpusReports.letters.values.sorted() + ["several-servers.test"])
    func `Headings are in order`(_ domain: String) throws {
        for profiles in [["default"], ["default", "cisa-bod-18-01"]] {
            let levels = try page(domain, profiles).text.split(separator: "<h").dropFirst()
                .compactMap { $0.first?.wholeNumberValue }
            #expect(levels.first == 1 && levels.count { $0 == 1 } == 1)
            for (before, after) in zip(levels, levels.dropFirst()) { #expect(after <= before + 1) }
        }
    }

    @Test func `Text from right to left is isolated, and what would turn text around is written out`() {
        #expect(HTML("שלום 220").markup == "<bdi>שלום 220</bdi>")
        #expect(HTML("220 \u{202E}live").markup == "220 \\u{202e}live")
        #expect(HTML("<b a='1'>&\"").markup == "&lt;b a=&#39;1&#39;&gt;&amp;&quot;")
        #expect(HTML("\u{FFFE}\u{1FFFF}").markup == "\\u{fffe}\\u{1ffff}")
        #expect(HTML.Attribute.web("javascript:alert(1)") == nil)
    }

    @Test func `The code of a package of somebody else is an anchor as well`() {
        #expect(HTMLAnchors.identifier("acme.size limit\"<>") == "acme.size-limit---")
    }

    @Test func `A page about three servers with all that was said weighs at most 150 kB`() throws {
        var report = try CorpusReports.shared.get().reports("several-servers.test", "default").first
        #expect(report.servers.count == 3)
        // As many connections with as many lines as such a run has.
        let line = Transcript.Line(
            seconds: 0.123, direction: .server, encrypted: true, text: "250-ENHANCEDSTATUSCODES and a bit more")
        report.conversations = (0..<30).map { index in
            Trace.Conversation(
                place: .server(MailServer(host: report.servers[0].host, address: report.servers[0].address!)),
                label: "TLS survey \(index)", began: Double(index) / 10, lines: Array(repeating: line, count: 30))
        }
        let text = try page(Reports([report]))
        #expect(text.utf8.count <= 150_000, "\(text.utf8.count)")
        #expect(text.contains("<svg"))
    }
}
