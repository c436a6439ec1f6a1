import Glibc
import MailModel
import Testing

@testable import LiveWire

@Suite("A conversation that goes wrong", .timeLimit(.minutes(10)))
struct FailureTests {
    @Test(
        "names the stage in which nothing came, and closes at once",
        arguments: ["greeting", "EHLO", "STARTTLS", "command"])
    func silence(stage: String) async throws {
        let error = await failure {
            try await converse(waits: .short(stage == "greeting" ? \.greeting : \.command)) { peer in
                if stage != "greeting" { try await peer.send("220 mx.example\r\n") }
                while try await peer.line() != nil {}
            } _: { connection in
                _ = try await connection.greeting()
                switch stage {
                case "STARTTLS": _ = try await connection.startTLS()
                case "EHLO": _ = try await connection.send("ehlo probe.example")
                default: _ = try await connection.send("NOOP")
                }
            }
        }
        #expect(error == .timedOut(stage: stage))
    }

    @Test("is our own side's where this machine has nothing left", arguments: [EMFILE, ENFILE, ENOBUFS, ENOMEM, EPERM])
    func shortage(code: Int32) {
        let failure = WireFailure(errno: code, stage: "connect")
        guard case .local(let why) = failure else {
            Issue.record("\(failure) blames the server")
            return
        }
        #expect(why == systemText(code))
    }

    @Test("gives a tarpit no more time than a silent server")
    func tarpit() async throws {
        let error = await failure {
            try await converse(waits: .short(\.greeting)) { peer in
                try await peer.drip("220-mx.example is very slow\r\n220 mx.example\r\n", every: .milliseconds(150))
            } _: {
                try await $0.greeting()
            }
        }
        #expect(error == .timedOut(stage: "greeting"))
    }

    @Test("says where the server closed", arguments: ["", "220-mx.exam", "220-mx.example\r\n"])
    func closed(text: String) async throws {
        let transcript = Transcript()
        let error = await failure {
            try await converse(transcript: transcript) { peer in
                if !text.isEmpty { try await peer.send(text) }
            } _: {
                try await $0.greeting()
            }
        }
        #expect(error == .closedEarly(stage: "greeting"))
        #expect(transcript.lines.last?.text == "connection closed by the server (greeting)")
    }

    @Test("keeps a reply that was sent right before the server closed")
    func lastWords() async throws {
        let replies = try await converse { peer in
            try await peer.send("220 mx.example\r\n421 too busy\r\n")
        } _: { connection in
            _ = try await connection.greeting()
            try await Task.sleep(for: .milliseconds(50))
            let reply = try await connection.send("EHLO probe.example")
            let error = await failure { try await connection.send("NOOP") }
            return (reply, error)
        }
        #expect(replies.0 == SMTPReply(421, "too busy"))
        #expect(replies.1 == .closedEarly(stage: "command"))
    }

    @Test("tells a reset from a close")
    func reset() async throws {
        let error = await failure {
            try await converse { peer in
                try await peer.reset()
            } _: {
                try await $0.greeting()
            }
        }
        #expect(error == .reset)
    }

    @Test("tells a refused port from everything else, any number of times")
    func refused() async throws {
        let port = try await ScriptedServer.run { _ in
        } _: {
            $0.port
        }
        let client = try LiveSMTPClient.forTests()
        for _ in 0..<20 {
            let transcript = Transcript()
            let error = await failure {
                try await client.withConnection(to: .loopback, port: port, waits: .patient, transcript: transcript) {
                    _ in
                }
            }
            #expect(error == .refused)
            #expect(transcript.lines.map(\.text) == ["connection refused"])
        }
    }

    @Test("stops at a reply without end or measure", arguments: [true, false])
    func endless(inLines: Bool) async throws {
        let error = await failure {
            try await converse { peer in
                let flood = String(repeating: inLines ? "220-flood\r\n" : "220-flood ", count: 5000)
                while true { try await peer.send(flood) }
            } _: {
                try await $0.greeting()
            }
        }
        guard case .limitExceeded = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("ends with the first failure, which every later call repeats")
    func ended() async throws {
        let errors = try await converse { peer in
            try await peer.send("SSH-2.0-OpenSSH\r\n")
        } _: { connection in
            [
                await failure { try await connection.greeting() },
                await failure { try await connection.send("NOOP") },
                await failure { try await connection.startTLS() },
                await failure { try await connection.handshake(TLSOffer(serverName: nil)) },
            ]
        }
        #expect(errors == Array(repeating: .protocolError(#"expected a reply, got "SSH-2.0-OpenSSH""#), count: 4))
    }
}
