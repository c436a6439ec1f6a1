internal import MailgradeKit

extension ReportOptions {
    /// The files that judging reads: the profiles with all they are made of, and former runs. Throws `UsageError`.
    func uses(_ policies: Policies) throws -> FileUses {
        var uses = FileUses()
        uses.reads(policies)
        if profile.contains("-") { uses.reads("--profile", "-") }
        for file in try baseline.map({ try EvidenceFiles.all([$0]) }) ?? [] { uses.reads("--baseline", file) }
        return uses
    }
}
