import Testing

@testable import Grading

/// What nearly every test here stands on: the profile default can be read. Where it cannot, each test fails with the reason
/// and does not run, instead of failing at whatever it looks at first.
struct DefaultProfileTrait: SuiteTrait, TestTrait {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    var isRecursive: Bool { true }

    func prepare(for test: Test) async throws {
        if let missing = TestCatalog.missing { throw missing }
    }
}

extension Trait where Self == DefaultProfileTrait {
    static var defaultProfile: Self { Self() }
}
