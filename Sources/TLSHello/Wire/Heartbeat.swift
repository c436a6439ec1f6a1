public import MailModel

/// A HeartbeatRequest that says it is longer than it is, and what comes back. RFC 6520, section 4.
///
///     record     type 24, version, length 35
///     request    type 1, payload_length 32, 16 octets of payload, 16 octets of padding
///
/// The length claims the padding as payload. A server must discard that silently; one that does not check (CVE-2014-0160)
/// returns 32 octets, all of which are ours: nothing beyond the request is read, and no memory of the server is shown.
public enum OverlongHeartbeat {
    private static let payload = 16
    private static let padding = 16

    /// The request, and an alert behind it that a server answers by closing: what comes before that is all there is to come.
    public static func record(_ version: TLSVersion) -> [UInt8] {
        let minor = UInt8(truncatingIfNeeded: version.wireNumber)
        let length = UInt8(3 + payload + padding)
        let claimed = UInt8(payload + padding)
        let content = Array(repeating: UInt8(ascii: "m"), count: payload + padding)
        // Level fatal, user_canceled.
        return [24, 3, minor, 0, length, 1, 0, claimed] + content + [21, 3, minor, 0, 2, 2, 90]
    }
}

/// Looks for a HeartbeatResponse among the records that come in, and keeps nothing of what they hold.
public struct HeartbeatReader: Sendable {
    /// More than the rest of a flight and a response need.
    private static let limit = 64 * 1024

    private var header: [UInt8] = []
    private var rest = 0
    private var total = 0

    /// Whether a record of heartbeat has come: we sent nothing that may be answered with one.
    public private(set) var hasResponse = false

    /// A reader for what comes behind the request.
    public init() {}

    /// Takes bytes that came from the server; false where nothing more needs to be read.
    public mutating func append(_ bytes: some Collection<UInt8>) -> Bool {
        total += bytes.count
        guard total <= Self.limit else { return false }
        var bytes = bytes[...]
        while let first = bytes.first {
            if rest > 0 {
                let skipped = min(rest, bytes.count)
                rest -= skipped
                bytes = bytes.dropFirst(skipped)
                continue
            }
            header.append(first)
            bytes = bytes.dropFirst()
            guard header.count == 5 else { continue }
            if header[0] == 24 {
                hasResponse = true
                return false
            }
            rest = Int(header[3]) << 8 | Int(header[4])
            header = []
        }
        return true
    }
}
