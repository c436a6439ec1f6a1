public import CheckKit

extension Plugin {
    /// What more than one subject judges, and how it is learnt; alphabetical, one line for each folder.
    public static let observations: [Plugin] = [
        .certificates,
        .delivery,
        .dns,
        .policy,
        .session,
        .survey,
        .tls,
    ]
}
