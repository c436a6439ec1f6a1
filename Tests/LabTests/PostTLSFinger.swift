import Foundation
import MailModel

/// Postfix's own posttls-finger, asked by the lab's script about one domain after the other.
final class PostTLSFinger: Sendable {
    /// What Postfix does with mail to a domain, by TLS security level.
    struct Answer: Decodable {
        let domain: String
        /// What went wrong with the question; then there is nothing else.
        let problem: String?
        let levels: [String: String]?
        /// How long it took to find out.
        let seconds: Double
        /// By name, `host[address]`; a host alone where Postfix finds no address to go to.
        let servers: [String: Server]?
    }

    struct Server: Decodable {
        let levels: [String: Ending]
    }

    struct Ending: Decodable {
        let outcome: String
        let why: String
    }

    private let input: FileHandle
    private let output: Task<Data, Never>

    init() throws {
        let process = Process()
        let input = Pipe()
        let output = Pipe()
        process.executableURL = URL(
            filePath: #filePath.replacing("LabTests/PostTLSFinger.swift", with: "Lab/posttls-finger"))
        process.arguments = ["--follow", "--at-once", "8"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        self.input = input.fileHandleForWriting
        let handle = output.fileHandleForReading
        // On a thread of its own: reading waits for the end.
        self.output = Task {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread { continuation.resume(returning: handle.readDataToEndOfFile()) }
            }
        }
    }

    /// Asks about a domain that enforces these patterns of an MTA-STS policy, or none.
    func ask(_ domain: DomainName, patterns: [String]) throws {
        try input.write(contentsOf: Data(([domain.text] + patterns).joined(separator: " ").utf8 + [0x0A]))
    }

    /// Everything it said, by domain, once it is through.
    func answers() async throws -> [String: Answer] {
        try input.close()
        let answers = try await output.value.split(separator: 0x0A).map {
            try JSONDecoder().decode(Answer.self, from: Data($0))
        }
        return Dictionary(uniqueKeysWithValues: answers.map { ($0.domain, $0) })
    }
}
