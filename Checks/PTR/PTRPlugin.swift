internal import CheckKit

extension Plugin {
    /// The names of the servers' addresses.
    static let ptr = Plugin(
        "PTR", summary: "Reverse DNS of the servers' addresses, and whether it is forward-confirmed.",
        checks: [.ptrForwardConfirmed.deciding(.reverseDNS)])
}
