import CheckKit
import Checks
import FoundationEssentials
import MailModel
import Testing

@testable import Service

/// The page about watching.
@Suite("docs/watching.md")
struct WatchingPageTests {
    @Test("its example is a configuration that can be used, with the cadence that it calls usual")
    func example() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/watching.md")
        let text = String(decoding: try Data(contentsOf: page), as: UTF8.self)
        let parts = text.split(separator: "```", omittingEmptySubsequences: false)
        let yaml = try #require(parts.first { $0.hasPrefix("yaml\n") }).dropFirst(5)
        let folder = try TestFolder()
        try folder.write("customers.txt", "one.example\ntwo.example\n")
        try folder.write("tickets.secret", "s\n")
        try folder.write("ntfy.token", "t\n")
        try folder.write("page", "#!/bin/sh\n", isProgram: true)
        let file = try folder.write("mailgraded.yaml", String(yaml))
        let configuration = try ServiceConfiguration(file: file, plugins: Plugin.builtIn)
        let list = try #require(configuration.lists["customers"])
        let usual = WatchedList()
        #expect(list.lookups == usual.lookups && list.certificates == usual.certificates && list.graded == usual.graded)
        #expect(list.alerts.count == 6 && configuration.channels.count == 4)
        #expect(configuration.remind == ServiceConfiguration().remind)
    }
}
