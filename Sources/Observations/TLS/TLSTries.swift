internal import CheckKit

extension Derivation {
    /// What the survey's connections were offered.
    static let startTLSTries = Derivation.perAddress { (survey: TLSSurvey) throws(Absence) -> STARTTLSTries in
        guard let tries = survey.startTLS else { throw .unplanned }
        return tries
    }
}
