import Testing

@testable import Grading
@testable import MailgradeCommand
@testable import Reporting

@Suite struct CommandStatusTests {
    @Test(
        arguments: [
            // worst, best, bar, status
            (Grade.a, Grade.a, nil, CommandStatus.graded),
            (.f, .f, nil, .graded),
            (.f, .aPlus, nil, .graded),
            (.b, .b, .b, .graded),
            (.a, .aPlus, .b, .graded),
            (.c, .c, .b, .below),
            (.f, .c, .b, .below),
            (.f, .b, .b, .untold),
            (.c, .a, .b, .untold),
            (.a, .aPlus, .aPlus, .untold),
            (.f, .f, .f, .graded),
        ] as [(Grade, Grade, Grade?, CommandStatus)])
    func `The bar is met when the worst meets it and missed when the best does not`(
        _ worst: Grade, _ best: Grade, _ bar: Grade?, _ expected: CommandStatus
    ) {
        #expect(CommandStatus(Standing(worst: worst, best: best, bar: bar)) == expected)
    }

    @Test func `The statuses are the documented numbers`() {
        #expect(
            [CommandStatus.graded, .below, .usage, .untold, .nothing, .interrupted].map(\.rawValue) == [
                0, 1, 2, 3, 4, 130,
            ])
    }
}

extension CommandStatusTests {
    @Test(arguments: [
        (Compliance.Outcome.compliant, CommandStatus.graded), (.notCompliant, .below), (.cannotTell, .untold),
        (.notApplicable, .graded),
    ])
    func `A grade beside requirements is only as good as the worse of the two`(
        _ outcome: Compliance.Outcome, _ expected: CommandStatus
    ) {
        var assessment = Assessment(isProvisional: false, credits: [], openQuestions: [])
        assessment.grade = .a
        assessment.range = Assessment.GradeRange(worst: .a, best: .a)
        assessment.compliance = Compliance(outcome: outcome, requirements: [])
        #expect(CommandStatus(Standing(assessment, bar: nil)) == expected)
        assessment.range = Assessment.GradeRange(worst: .d, best: .d)
        assessment.grade = .d
        #expect(CommandStatus(Standing(assessment, bar: .c)) == .below)
    }
}
