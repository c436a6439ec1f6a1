import MailModel
import MailgradeKit
import Testing

@testable import MailgradeCommand

/// Files that the real wire reads; no packet is sent before all of them do.
@Suite struct LiveWireFilesTests {
    private func complaint(_ change: (inout WireRequest) -> Void) async -> String {
        var request = WireRequest()
        request.resolver = "127.0.0.1:9"
        change(&request)
        do {
            _ = try await Wire.live(request)
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test func `A missing file of certificate authorities is named`() async {
        let text = await complaint { $0.caFile = "/nowhere/ca.pem" }
        #expect(text.contains("cannot read /nowhere/ca.pem"))
    }

    @Test func `A file without certificates is refused`() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("ca.pem", "no certificate\n")
        let text = await complaint { $0.caFile = file }
        #expect(text.contains("ca.pem holds no certificate in PEM form"))
    }

    @Test func `A missing trust anchor file is named`() async {
        let text = await complaint { $0.trustAnchorFile = "/nowhere/root.key" }
        #expect(text.contains("The trust anchor file /nowhere/root.key cannot be read"))
    }

    @Test func `A file without trust anchors is refused`() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("root.key", "no key at all\n")
        let text = await complaint { $0.trustAnchorFile = file }
        #expect(text.contains("root.key is not a list of DNSKEY or DS records"))
    }
}
