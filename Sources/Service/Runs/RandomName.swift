/// Names that nobody can guess: 128 random bits in lower-case letters and digits. RFC 4648, section 6, without padding.
enum RandomName {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    /// How long one is.
    static let length = 26

    /// A new one.
    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        var bits = UInt128.random(in: .min ... .max, using: &generator)
        var text: [UInt8] = []
        for _ in 0..<length {
            text.append(alphabet[Int(truncatingIfNeeded: bits & 31)])
            bits >>= 5
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether a text could be one.
    static func isOne(_ text: some StringProtocol) -> Bool {
        text.utf8.count == length && text.utf8.allSatisfy { alphabet.contains($0) }
    }
}
