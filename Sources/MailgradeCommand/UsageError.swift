/// Something that the person at the keyboard can put right; one or two sentences that say how.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description.escapedByLine }
}
