internal import MailModel

/// Refuses to connect to special-purpose addresses: whoever publishes an MX record must not be able to aim us at
/// somebody's private network, or at this machine.
///
/// It judges the very address that is connected to; no name is resolved after it. An IPv4 address inside an IPv6 one is
/// judged too (`IPAddress.specialPurpose`).
struct AddressGuard: Sendable {
    /// Networks that are contacted all the same: a lab, or an own network.
    let allowed: [AddressBlock]

    /// Throws `WireFailure.specialAddress` for an address that must not be contacted.
    func admit(_ address: IPAddress) throws(WireFailure) {
        if let purpose = purposeOffLimits(address) { throw .specialAddress(purpose) }
    }

    /// The purpose of an address that must not be contacted; nil for any other.
    func purposeOffLimits(_ address: IPAddress) -> String? {
        allowed.contains { $0.contains(address) } ? nil : address.specialPurpose?.name
    }
}
