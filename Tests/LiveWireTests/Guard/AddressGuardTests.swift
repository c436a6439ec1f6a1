import MailModel
import Testing

@testable import LiveWire

@Suite("The guard", .timeLimit(.minutes(10)))
struct AddressGuardTests {
    @Test(
        "refuses special-purpose addresses, also inside others, before a socket is opened",
        arguments: [
            "127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "0.0.0.0", "::1", "::", "fe80::1", "fd00::1",
            "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::",
        ])
    func refuses(text: String) async throws {
        let ledger = ConnectionLedger()
        let client = try LiveSMTPClient(trustStore: TestPKI.shared.trustStore, ledger: ledger)
        let address = try #require(IPAddress(text))
        let error = await failure {
            try await client.withConnection(
                to: MailServer(host: MailServer.loopback.host, address: address), port: 25, waits: .patient,
                transcript: Transcript()
            ) { _ in }
        }
        guard case .specialAddress = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(ledger.connections.isEmpty)
    }

    @Test("lets through what is allowed by name, and public addresses")
    func admits() throws {
        let lab = AddressGuard(allowed: [made(AddressBlock("127.25.0.0/16"))])
        try lab.admit(made(IPAddress("127.25.3.4")))
        try lab.admit(made(IPAddress("9.9.9.9")))
        try lab.admit(made(IPAddress("2620:fe::fe")))
        #expect(throws: WireFailure.specialAddress("loopback")) { try lab.admit(made(IPAddress("127.0.0.1"))) }
        #expect(throws: WireFailure.specialAddress("loopback")) {
            try lab.admit(made(IPAddress("::ffff:127.25.3.4")))
        }
    }

    @Test("lets a conversation over IPv6 loopback through when it is allowed")
    func ipv6() async throws {
        let client = try LiveSMTPClient.forTests()
        let server = MailServer(host: MailServer.loopback.host, address: made(IPAddress("::1")))
        let greeting = try await ScriptedServer.run(host: "::1") { peer in
            try await peer.send("220 mx.example\r\n")
            _ = try await peer.line()
        } _: { running in
            try await client.withConnection(
                to: server, port: running.port, waits: .patient, transcript: Transcript()
            ) { connection in
                #expect(await connection.localAddress() == IPAddress("::1"))
                return try await connection.greeting()
            }
        }
        #expect(greeting.code == 220)
    }
}
