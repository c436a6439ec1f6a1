public import CheckKit
public import MailModel

/// What kind of wire a run needs.
public struct WireRequest: Sendable {
    /// The domain of the run, for which the DNS is asked ahead; nil for none; the run says so.
    public internal(set) var domain: DomainName?
    /// The value of `--resolver`.
    public var resolver: String = "system"
    /// The file of DNSSEC trust anchors; nil for the root's own keys.
    public var trustAnchorFile: String?
    /// The file of certificate authorities; nil for the system's.
    public var caFile: String?
    /// Special-purpose networks that may be contacted.
    public var allowed: [AddressBlock] = []
    /// How the run behaves; the run says so.
    public package(set) var settings = RunSettings()
    /// Says something that is worth knowing about the wire, one sentence.
    public var note: @Sendable (String) -> Void = { _ in }

    /// The wire of a run without options.
    public init() {}
}
