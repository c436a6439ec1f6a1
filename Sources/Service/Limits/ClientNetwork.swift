internal import FoundationEssentials
internal import MailModel

/// The network that a request comes from, /24 or /64, told from others without being known: a hash with a key that is forgotten after
/// a day and never leaves the memory.
struct ClientNetwork: Hashable, Sendable {
    private let hash: String

    /// Who asked is not known any more.
    static let nobody = ClientNetwork(hash: "")

    /// Makes hashes.
    final class Hasher: Sendable {
        private struct Key {
            var day = -1
            var bytes: [UInt8] = []
        }

        private let key = Locked(Key())

        /// The network of an address. An address that cannot be read is one network with all others of the kind.
        func network(of address: IPAddress?, at instant: Date) -> ClientNetwork {
            let day = Int((instant.timeIntervalSince1970 / 86_400).rounded(.down))
            let bytes = key.withLock { key in
                if key.day != day {
                    var generator = SystemRandomNumberGenerator()
                    key = Key(day: day, bytes: (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) })
                }
                return key.bytes
            }
            let name = address.map { "\($0.clientNetwork)" } ?? "unknown"
            return ClientNetwork(hash: SHA256.hex(bytes + Array(name.utf8)))
        }
    }
}

extension IPAddress {
    /// What one subscriber has: a /24 of IPv4, a /64 of IPv6.
    fileprivate var clientNetwork: AddressBlock {
        AddressBlock(around: self, prefixLength: family == .ipv4 ? 24 : 64)
    }
}
