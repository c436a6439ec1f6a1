internal import CheckKit

extension Plugin {
    /// Where the domain receives mail.
    static let mx = Plugin(
        "MX", summary: "Where the domain receives mail: its MX records, and the addresses of the hosts they name.",
        checks: [.mxReceivesMail, .mxRecordsValid, .mxHostUsable])
}
