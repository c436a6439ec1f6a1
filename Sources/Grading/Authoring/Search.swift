internal import CheckKit
internal import MailModel

/// Grades made-up runs: everything passes, except what a few units change. First each unit alone, then what each rule asks
/// for, then pairs, then pile-ups, then larger sets by chance with a fixed seed, until the limit is reached.
struct Search {
    private let grader: Grader
    private let limit: Int
    private let stage: Stage
    private let units: [Unit]
    private(set) var runs = 0
    private(set) var isSampled = false
    private var given: Set<Grade> = []
    private var applied: Set<String> = []
    private var lowering: [String: Examination.Remark] = [:]
    private var random = Xorshift()

    init(_ profile: Profile, _ catalog: Catalog, limit: Int) {
        grader = Grader(profile)
        self.limit = limit
        stage = Stage(profile)
        units = Units(profile, catalog, stage).all
    }

    private var profile: Profile { grader.profile }

    mutating func run() {
        guard profile.isGraded else { return }
        grade([])
        for unit in units { grade([unit]) }
        for rule in profile.caps.map({ $0.when }) + profile.withholds.map({ $0.when }) {
            for world in Satisfaction(units: units).worlds(for: rule) { grade(world) }
        }
        pileUps()
        for first in units.indices {
            for second in units.indices where second > first {
                guard runs < limit / 2 else { break }
                grade([units[first], units[second]])
            }
        }
        isSampled = units.count > 1
        while runs < limit, units.count > 2 {
            let count = 3 + Int(random.next() % 6)
            grade((0..<count).map { _ in units[Int(random.next() % UInt64(units.count))] })
        }
    }

    /// For each grade, what does not rule it out by itself, one after the other until everything is there.
    private mutating func pileUps() {
        let letters = units.map { grader.capped(ConditionEvaluator(ledger: stage.ledger([$0]))) }
        for band in profile.bands {
            let harmless = units.indices.filter { letters[$0] >= band.grade }.map { units[$0] }
            for order in [harmless, harmless.reversed()] {
                for count in order.indices where !given.contains(band.grade) { grade(Array(order[...count])) }
            }
        }
    }

    private mutating func grade(_ world: [Unit]) {
        runs += 1
        let ledger = stage.ledger(world)
        let assessment = grader.assess(ledger)
        applied.formUnion(assessment.caps.map { $0.rule.id })
        if let rule = assessment.withheld { applied.insert("withhold \(rule.id)") }
        guard let grade = assessment.grade else { return }
        given.insert(grade)
        for code in Set(world.compactMap { $0.code }) {
            let better = grader.assess(ledger.fixing([code]))
            runs += 1
            guard let fixed = better.grade, fixed < grade else { continue }
            note(code, from: grade, to: better)
        }
    }

    private mutating func note(_ code: String, from grade: Grade, to fixed: Assessment) {
        guard lowering[code] == nil else { return }
        let cap = fixed.caps.first { $0.atMost == fixed.grade }
        let path = cap.map { ["grade", "caps", $0.rule.id] } ?? ["grade"]
        let why = cap.map { ": then cap '\($0.rule.id)' applies" } ?? ""
        lowering[code] = Examination.Remark(
            path: path,
            message: "fixing '\(code)' can lower the grade from \(grade) to \(fixed.grade?.rawValue ?? "none")\(why)")
    }

    /// What there is to say of it.
    var remarks: [Examination.Remark] {
        guard profile.isGraded else { return [] }
        let bands = profile.bands.filter { !given.contains($0.grade) }.map { band in
            let always = profile.caps.first { $0.when == .always && $0.atMost < band.grade }
            let why = always.map { ": cap '\($0.id)' always applies" } ?? ""
            return Examination.Remark(
                path: ["grade", "bands", band.grade.rawValue], message: "no run earns the grade \(band.grade)\(why)")
        }
        let caps = profile.caps.map { $0.id }.filter { !applied.contains($0) }.map {
            Examination.Remark(path: ["grade", "caps", $0], message: "no run was found to which cap '\($0)' applies")
        }
        let withholds = profile.withholds.map { $0.id }.filter { !applied.contains("withhold \($0)") }.map {
            Examination.Remark(
                path: ["grade", "withhold", $0], message: "no run was found from which '\($0)' withholds the letter")
        }
        return bands + caps + withholds + lowering.sorted { $0.key < $1.key }.map { $0.value }
    }
}

/// Numbers that look random and are the same every time. Marsaglia, "Xorshift RNGs", 2003.
private struct Xorshift {
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
