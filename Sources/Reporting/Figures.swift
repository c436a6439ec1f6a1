internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel

/// What formats for machines count. One place, so that no two of them count differently.
extension Report {
    /// One finding at one place, with what stands around it.
    struct Sighting {
        let check: CheckReport
        let found: FindingReport
        /// The waiver by which it does not count; nil where it counts.
        let waiver: Waiver?

        /// What was found, where, and what to do: paragraphs for formats that hold nothing but text.
        func text(of domain: DomainName) -> String {
            let place = check.place.description
            return "\(place.isEmpty ? domain.forPeople : place): \(found.finding.message.escapedForTerminal)\n"
                + "Do: \(found.finding.description.remedy)"
        }
    }

    /// Everything that was found at every place, in the order of the checks, the waived included.
    var sightings: [Sighting] { checks.flatMap(sightings) }

    /// What one check found at its place.
    func sightings(of check: CheckReport) -> [Sighting] {
        check.findings.map { Sighting(check: check, found: $0, waiver: waiver(check, $0.finding.code)) }
    }

    private func waiver(_ check: CheckReport, _ code: String) -> Waiver? {
        assessment.waivers.first { report in
            report.state == .used
                && report.matches.contains {
                    $0.check == check.id && $0.place == check.place && ($0.code ?? code) == code
                }
        }?.waiver
    }

    /// How many findings count, by severity; a finding at three places is three.
    var counts: [Severity: Int] {
        Dictionary(sightings.filter { $0.waiver == nil }.map { ($0.found.severity, 1) }, uniquingKeysWith: +)
    }

    /// When the first certificate of the servers ends; nil where none was seen.
    var firstExpiry: Date? { servers.compactMap { $0.certificate?.notAfter }.min() }

    /// The servers that greeted, whatever they said.
    package var answering: Int { servers.count { $0.greeting.value != nil } }

    /// The hosts that have an address.
    func hosts(of address: IPAddress) -> [DomainName] { servers.filter { $0.address == address }.map(\.host) }

    /// The sentences of the reasons for the letter; why there is none is the headline already.
    var sentences: [String] { reasons.filter { $0.reason.grade != nil }.map(\.reason.sentence) }
}

extension Grade {
    /// The letter as a number: F is 1, A+ is 6, and 0 is left for no letter.
    var number: Int { (Grade.allCases.firstIndex(of: self) ?? 0) + 1 }
}
