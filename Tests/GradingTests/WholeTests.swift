import Glibc

/// Some tests go through more cases than anybody wants to wait for each time: they take every so-manieth of them, unless
/// they are asked for the whole (`make test WHOLE=1`, as CI does).
enum WholeTests {
    /// Whether every case is wanted.
    static let areWanted = getenv("MAILGRADE_TEST_WHOLE").map { String(cString: $0) } == "1"

    /// Each of the elements, or one of so many, from `start` on.
    static func sample<Element>(_ all: [Element], oneOf step: Int, from start: Int) -> [Element] {
        areWanted ? all : stride(from: start % step, to: all.count, by: step).map { all[$0] }
    }
}
