internal import MailModel
internal import MailgradeKit

extension DomainName {
    /// A domain as a person types it. Throws `UsageError` with what is wrong.
    init(argument text: String) throws {
        do throws(DomainInputError) {
            try self.init(input: text)
        } catch {
            throw UsageError("\(error)")
        }
    }
}
