internal import CheckKit

extension Plugin {
    /// Whether senders are asked to report.
    static let tlsRPT = Plugin(
        "TLSRPT", summary: "Whether senders are asked, with TLS-RPT, to report how TLS went, and where reports go.",
        probes: [.tlsrptPlaces], checks: [.tlsrptPublished, .tlsrptReportsTo])
}
