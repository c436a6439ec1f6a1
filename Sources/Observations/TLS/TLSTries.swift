public import CheckKit

/// In how many EHLO replies of an address STARTTLS was listed, and in how many it was not. RFC 7672, section 9.2.
///
/// It counts the connections that the survey makes anyway; none is made for its sake. A reply to HELO and a keyword that a
/// firewall has overwritten tell nothing.
public struct STARTTLSTries: AddressFact, Hashable {
    /// `starttls.tries`.
    public static let id: FactID = "starttls.tries"
    /// The replies that listed it.
    public var listed: Int
    /// The replies that did not.
    public var missing: Int

    /// None yet, or so many.
    public init(listed: Int = 0, missing: Int = 0) {
        self.listed = listed
        self.missing = missing
    }
}

extension Derivation {
    /// What the survey's connections were offered.
    static let startTLSTries = Derivation.perAddress { (survey: TLSSurvey) throws(Absence) -> STARTTLSTries in
        guard let tries = survey.startTLS else { throw .unplanned }
        return tries
    }
}
