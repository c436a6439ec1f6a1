internal import ArgumentParser
internal import CheckKit
internal import MailModel
internal import MailgradeCommand

/// `mailgraded token`.
struct TokenCommand: ServiceSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Makes a token, and the digest of it that mailgraded.yaml names.")

    func run(_ plugins: [Plugin], on machine: Environment) async throws {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<24).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let token = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        machine.output.write("token   \(token)\nsha256  \(SHA256.hex(token.utf8))\n")
    }
}
