internal import CheckKit
internal import Store

/// The data of the last event of a run.
struct EndedLine: Encodable {
    let state: String
    let grade: String?
    let why: String?

    init(_ run: StoredRun) {
        state = run.state.rawValue
        grade = run.grade
        why = run.why
    }

    var text: String { (try? StableJSON.text(self)) ?? "{}" }
}
