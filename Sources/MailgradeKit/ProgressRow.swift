package import CheckKit
internal import MailModel
internal import Reporting

/// A line of the live view: what is asked at a place, and what came of it. Instants are seconds since the start of the run; text
/// has been escaped.
package struct ProgressRow: Sendable {
    package typealias Step = ProgressBoard.Step

    /// What it is about.
    package let label: String
    /// What is to be asked here.
    package let planned: Set<FactID>
    /// What of it is settled.
    package private(set) var answered: Set<FactID> = []
    /// The latest phrase about each step; empty for a step of which there is nothing to say.
    package private(set) var steps: [Step: String] = [:]
    /// Steps that are at work, and those that are over, both with the one that changed last in front.
    private var running: [Step] = []
    private var over: [Step] = []
    private var began: Double?
    private var ended: Double?
    private var wait: (end: Double, sign: String)?

    package init(label: String, planned: Set<FactID>) {
        self.label = label
        self.planned = planned
    }

    /// Whether a step is at work here.
    package var isBusy: Bool { !running.isEmpty }

    /// A step has begun. Like the others, it returns what is new, nil for nothing.
    @discardableResult
    package mutating func begin(_ step: Step, _ phrase: String, at now: Double) -> String? {
        began = began ?? now
        ended = nil
        running.insert(step, at: 0)
        return say(step, phrase)
    }

    /// Something is known of a step.
    @discardableResult
    package mutating func learn(_ step: Step, _ phrase: String) -> String? {
        if let index = running.firstIndex(of: step), steps[step] != phrase {
            running.remove(at: index)
            running.insert(step, at: 0)
        }
        return say(step, phrase)
    }

    /// A step is over.
    @discardableResult
    package mutating func end(_ step: Step, _ phrase: String, at now: Double) -> String? {
        if planned.contains(step.fact) { answered.insert(step.fact) }
        // Derived facts are settled without having been started: they are no steps.
        guard let index = running.firstIndex(of: step) else { return nil }
        running.remove(at: index)
        over.insert(step, at: 0)
        if running.isEmpty { ended = now }
        return say(step, phrase)
    }

    /// The next connection begins at an instant; the sign is empty where nobody turned us away.
    package mutating func wait(until end: Double, _ sign: String) { wait = (end, sign) }

    private mutating func say(_ step: Step, _ phrase: String) -> String? {
        guard steps[step] != phrase else { return nil }
        steps[step] = phrase
        return phrase
    }

    /// What happens now, then in brackets what came of the steps that are over, the last first.
    package func text(at now: Double) -> String {
        guard let began else { return "waiting" }
        let results = over.compactMap { steps[$0] }.filter { !$0.isEmpty }.joined(separator: "; ")
        let work = running.compactMap { steps[$0] }.filter { !$0.isEmpty }
        let present: [String]
        if let wait, wait.end > now, isBusy {
            let rest = work.isEmpty ? "" : "; \(work.joined(separator: ", "))"
            present = [Self.waiting(wait.end - now, wait.sign) + rest]
        } else if isBusy {
            present = work.isEmpty ? ["at work"] : work
        } else {
            let isDone = planned.isSubset(of: answered)
            present = [isDone ? "done in \(((ended ?? now) - began).oneDecimal) s" : "waiting for other answers"]
        }
        return present.joined(separator: ", ") + (results.isEmpty ? "" : " (\(results))")
    }

    /// A wait, told as one.
    package static func waiting(_ seconds: Double, _ sign: String) -> String {
        sign.isEmpty
            ? "next connection in \(seconds.oneDecimal) s" : "waits \(Int(seconds.rounded(.up))) s: \(sign)"
    }
}
