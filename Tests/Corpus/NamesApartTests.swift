import CheckEngine
import CheckKit
import Checks
import FoundationEssentials
import Grading
import MailModel
import Observations
import Testing

/// Relay attempts that name the domain are kept apart today; the corpus has them among the others.
@Suite struct NamesApartTests {
    @Test("evidence with the attempts that name the domain apart is graded as the same evidence of the time before")
    func judgedAlike() throws {
        let bench = try Bench.shipped.get()
        var apart = 0
        for file in try Corpus.evidence() {
            let old = try Evidence(json: file.json, known: bench.plan.knownFacts)
            let new = old.withNamesApart
            if new == old { continue }
            apart += 1
            #expect(
                bench.assessments(Judge(bench.plan).deriving(new)).map(\.summary)
                    == bench.assessments(Judge(bench.plan).deriving(old)).map(\.summary), "\(file.name)")
        }
        #expect(apart > 100)
    }

    @Test("forgetting what was answered in the name of the domain never helps")
    func forgotten() throws {
        let bench = try Bench.shipped.get()
        for name in try Corpus.names() where name.contains("relay") || name.contains("accept") {
            let old = try Evidence(json: try Corpus.json(name), known: bench.plan.knownFacts)
            var evidence = old.withNamesApart
            let letters = bench.assessments(Judge(bench.plan).deriving(old)).map(\.grade)
            for slot in evidence.slots where slot.fact == RelayInName.id {
                for why in Forgetting.absences {
                    evidence.settle(slot, .absent(why))
                    let now = bench.assessments(Judge(bench.plan).deriving(evidence))
                    for (letter, now) in zip(letters, now) {
                        guard let letter else { continue }
                        let isOpen = now.range.map { $0.worst <= letter && letter <= $0.best } ?? (now.grade == letter)
                        #expect(isOpen, "\(name), \(slot.place): \(why)")
                    }
                }
            }
        }
    }
}

extension Assessment {
    /// Letter, score and range.
    var summary: String {
        "\(grade.map { "\($0)" } ?? "-") \(score.map { "\($0)" } ?? "-") \(range.map { "\($0)" } ?? "-")"
    }
}

extension Evidence {
    /// The same with what names the domain taken out of each conversation.
    var withNamesApart: Evidence {
        var evidence = self
        for server in servers {
            let place = Place.server(server)
            var ways: [RelayInName.Way] = []
            if var session = observed(Conversation.self, at: place).value, case .present(let attempts)? = session.relay
            {
                session.relay = .present(attempts.filter { !$0.variant.namesDomain })
                session.namesApart = true
                ways.append(
                    .init(
                        of: domain, insideTLS: session.helloInsideTLS?.value != nil,
                        attempts.filter(\.variant.namesDomain)))
                evidence.settle(Slot(Conversation.id, place), .present(session))
            }
            if var second = observed(SecondConversation.self, at: place).value,
                case .present(let attempts)? = second.plaintextRelay
            {
                second.plaintextRelay = .present(attempts.filter { !$0.variant.namesDomain })
                second.namesApart = true
                ways.append(.init(of: domain, insideTLS: false, attempts.filter(\.variant.namesDomain)))
                evidence.settle(Slot(SecondConversation.id, place), .present(second))
            }
            if !ways.isEmpty { evidence.settle(Slot(RelayInName.id, place), .present(RelayInName(ways))) }
        }
        return evidence
    }
}
