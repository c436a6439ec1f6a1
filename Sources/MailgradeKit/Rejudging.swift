internal import CheckEngine
internal import CheckKit
internal import FoundationEssentials
public import Grading
public import MailModel

/// Judges many saved runs again, several at a time. Results come in the order of the files, and however many files there
/// are, only a few are in memory.
public struct Rejudging: Sendable {
    /// What became of one file.
    public struct Result: Sendable {
        /// Whose run it is.
        public let domain: DomainName
        /// Under each policy, in their order.
        public let assessments: [Assessment]
    }

    /// How many files one task reads, and how many tasks run at a time.
    private static let batch = 32
    private static let lanes = 4

    private let policies: [Policy]
    private let plan: Plan
    private let judge: Judge

    /// Judges by these policies.
    public init(_ policies: Policies) {
        self.policies = policies.all
        plan = policies.plan
        judge = Judge(plan)
    }

    /// Hands on the result of each file; throws at the first that cannot be read.
    public func each(of files: [String], _ receive: (Result) throws -> Void) async throws {
        try await withThrowingTaskGroup(of: (Int, [Result]).self) { group in
            var finished: [Int: [Result]] = [:]
            var started = 0
            var next = 0
            func start() {
                let range = (started * Self.batch)..<min(files.count, (started + 1) * Self.batch)
                guard range.lowerBound < files.count else { return }
                let index = started
                let paths = Array(files[range])
                group.addTask { (index, try paths.map { try result(of: $0) }) }
                started += 1
            }
            for _ in 0..<Self.lanes where started * Self.batch < files.count { start() }
            while let (index, results) = try await group.next() {
                finished[index] = results
                while let results = finished.removeValue(forKey: next) {
                    next += 1
                    for result in results { try receive(result) }
                    if started * Self.batch < files.count { start() }
                }
            }
        }
    }

    private func result(of file: String) throws -> Result {
        let evidence = judge.deriving(try SavedEvidence.read(file, plan, keepingTrace: false))
        return Result(domain: evidence.domain, assessments: policies.map { $0.assessment(derived: evidence) })
    }
}
