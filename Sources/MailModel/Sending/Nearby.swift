extension IPAddress {
    /// Whether it is on this machine or in a network of one's own, which others on the way cannot read: loopback, link-local, RFC 1918,
    /// RFC 4193.
    public var isNearby: Bool {
        let purposes: Set = ["loopback", "private use", "link-local", "unique local"]
        return specialPurpose.map { purposes.contains($0.name) } ?? false
    }
}
