import CheckEngine
import FoundationEssentials
import Grading
import MailgradeKit

@testable import Batch
@testable import CheckKit
@testable import MailModel

extension FuzzTarget {
    /// Saved evidence: what can be read is judged, shown in every format, and stored again as it was.
    static let evidence = FuzzTarget("evidence") { input in
        let known = Application.policies.plan.knownFacts
        guard let evidence = try? Evidence(json: Data(input), known: known) else { return }
        Application.show(evidence, formats: input.sum)
        guard let json = try? evidence.json(), let again = try? Evidence(json: json, known: known) else {
            fatalError("evidence that was read cannot be stored and read again")
        }
        require((try? again.json()) == json, "evidence reads back as other evidence")
    }

    /// What the program of an external check writes.
    static let externalAnswers = FuzzTarget("external-answers") { input in
        do throws(ExternalAnswer.Fault) {
            requireSame(try ExternalAnswer.read(input), "an outcome")
        } catch {
            require(error.description.utf8.count <= 4_000, "a fault that is longer than an answer")
        }
    }

    /// A line of a list or of a filter.
    static let lines = FuzzTarget("lines") { input in
        let text = String(decoding: input, as: UTF8.self)
        let cells = CSVLine.cells(text)
        require(!cells.isEmpty, "a line without a cell")
        do {
            let line = try FilterLine(text)
            let written = try line.json()
            require(written.count { $0 == "\n" } == 1, "a line that is several")
            requireJSON(written)
            requireSafe(String(written.dropLast()))
            _ = try line.withoutAnswers.json()
        } catch {
            requireSafe("\(error)")
        }
    }
}
