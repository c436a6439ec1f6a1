import Foundation
import Glibc
import MailModel
import Testing

@testable import LiveWire

/// A chain of trust that could not be fetched is not one that is broken.
@Suite("Missing links of the chain of trust")
struct MissingLinkTests {
    private static let building = "while building chain of trust"

    static let reasons: [(String, String, DNSRecordType)] = [
        ("validation failure <a.test. MX IN>: No DNSKEY record for key a.test. \(building)", "a.test", .dnskey),
        (
            "validation failure <a.test. MX IN>: No DNSKEY record from 192.0.2.1 for key test. \(building)", "test",
            .dnskey
        ),
        ("validation failure <a.test. MX IN>: no DNSKEY rrset for trust anchor . \(building)", "", .dnskey),
        ("validation failure <a.test. MX IN>: SERVFAIL no DS for DS a.test. \(building)", "a.test", .ds),
        (
            "validation failure <a.test. DS IN>: key for validation . is marked as invalid because of a previous "
                + "validation failure <a.test. MX IN>: no DNSKEY rrset for trust anchor . \(building)", "", .dnskey
        ),
    ]

    @Test("The link is read from the validator's reason", arguments: reasons)
    func reads(reason: String, zone: String, type: DNSRecordType) {
        let link = MissingLink(reason: reason)
        #expect(link?.zone.text == zone)
        #expect(link?.type == type)
    }

    @Test(
        "Every other reason names no missing link",
        arguments: [
            "", "while", "a b c while", "validation failure <a.test. MX IN>: signature expired from 192.0.2.1",
            "validation failure <a.test. MX IN>: DS hash mismatches key for a.test. \(building)",
        ])
    func others(reason: String) {
        #expect(MissingLink(reason: reason) == nil)
    }

    @Test("A zone whose keys cannot be fetched is a server failure, not bogus", arguments: [DNSRecordType.dnskey, .ds])
    func unfetchable(type: DNSRecordType) async throws {
        let servers = try await NameServers.shared()
        var settings = servers.settings(.nsd)
        let port = try failingProxy(in: servers, type: type, label: "signed")
        settings.upstream = .address(IPAddress("127.0.0.1")!, port: port)
        let client = try UnboundClient(settings)
        for _ in 0..<2 {
            await #expect(throws: DNSFailure.serverFailure("SERVFAIL")) {
                try await client.lookup(DomainName(input: "signed.test"), .mx)
            }
        }
        #expect(try await client.lookup(DomainName(input: "host.test"), .a).security == .secure)
    }
}

/// A server in front of the fixture's NSD that answers SERVFAIL to questions of one type below one label. Its thread
/// lives as long as the process.
private func failingProxy(in servers: NameServers, type: DNSRecordType, label: String) throws -> UInt16 {
    let front = try NameServers.bindLoopback()
    let back = try NameServers.bindLoopback()
    let port = servers.port(.nsd)
    Thread.detachNewThread {
        var server = NameServers.loopback(port)
        var query = [UInt8](repeating: 0, count: 4096)
        var answer = [UInt8](repeating: 0, count: 65536)
        while true {
            var asker = sockaddr()
            var size = socklen_t(MemoryLayout<sockaddr>.size)
            let length = recvfrom(front.descriptor, &query, query.count, 0, &asker, &size)
            guard length > 12 else { continue }
            let isMeant = query[13...].starts(with: Array(label.utf8)) && Int(query[12]) == label.utf8.count
            let end = query[12..<length].firstIndex(of: 0) ?? length
            if isMeant, end + 2 < length, query[end + 2] == UInt8(type.rawValue) {
                query[2] = 0x81
                query[3] = 0x82
                sendto(front.descriptor, query, length, 0, &asker, size)
                continue
            }
            withUnsafeMutablePointer(to: &server) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    _ = sendto(back.descriptor, query, length, 0, generic, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            let received = recv(back.descriptor, &answer, answer.count, 0)
            if received > 0 { sendto(front.descriptor, answer, received, 0, &asker, size) }
        }
    }
    return front.port
}
