extension SMTPReply {
    /// Whether it says that we come too often, or too many at a time: the one reading of "come back later".
    ///
    /// That is 421, which ends the connection, and a 4yz that says so by its status (4.7.z) or by its words; but for 454,
    /// which says that TLS is not available (RFC 3207, section 4), and whatever asks for a certificate. A 5yz is no promise that
    /// later is better, unless its words count connections. RFC 5321, section 3.8; RFC 3463, section 3.8.
    public var turnsAway: Bool {
        guard code != 454, isTransient || isPermanent, !demandsCertificate else { return false }
        if code == 421 { return true }
        if isPermanent { return counts }
        return enhancedStatus?.hasPrefix("4.7.") ?? false || counts
    }

    /// Whether the words of a refusal ask for a certificate of the client. Judged by the text, because servers use a
    /// temporary code for it: Postfix answers `421 4.7.1 … Error: No client certificate presented`.
    package var demandsCertificate: Bool {
        !isPositive && text.lowercased().contains("client certificate")
    }

    /// Whether its words are about how many, or how fast.
    private var counts: Bool {
        let words = text.lowercased().split { !$0.isLetter }
        return Self.signs.contains { sign in words.hasRun(sign) }
    }

    /// Words in a row; an asterisk at the end of the last stands for any ending.
    private static let signs: [[String]] = [
        ["too", "many"], ["too", "fast"], ["too", "frequent*"], ["slow", "down"], ["throttl*"], ["concurren*"],
        ["rate", "limit*"], ["rate", "exceed*"], ["ratelimit*"], ["exceeded", "rate"], ["connection", "rate"],
        ["message", "rate"], ["connection", "limit*"], ["connections", "exceed*"],
    ]
}

extension [Substring] {
    fileprivate func hasRun(_ sign: [String]) -> Bool {
        guard count >= sign.count else { return false }
        return (0...(count - sign.count)).contains { start in
            zip(self[start...], sign).allSatisfy { word, expected in
                expected.hasSuffix("*") ? word.hasPrefix(expected.dropLast()) : word == expected
            }
        }
    }
}
