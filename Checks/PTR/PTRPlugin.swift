internal import CheckKit

extension Plugin {
    /// The names of the servers' addresses.
    static let ptr = Plugin(
        "PTR", summary: "The names of the servers' addresses, and whether they lead back.", probes: [.ptrNames],
        checks: [.ptrForwardConfirmed])
}
