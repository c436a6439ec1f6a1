internal import FoundationEssentials

/// Some tests go through more cases than anybody wants to wait for each time: they take every so-manieth of them, unless
/// they are asked for the whole (`make test WHOLE=1`, as CI does).
package enum WholeTests {
    /// Whether every case is wanted.
    package static let areWanted = ProcessInfo.processInfo.environment["MAILGRADE_TEST_WHOLE"] == "1"

    /// The seeds of a test that tries one thing in many orders: a few hundred, or thousands.
    package static var seeds: Range<Int> { 0..<(areWanted ? 5000 : 200) }

    /// Each of the elements, or one of so many, from `start` on.
    package static func sample<Element>(_ all: [Element], oneOf step: Int, from start: Int) -> [Element] {
        areWanted ? all : stride(from: start % step, to: all.count, by: step).map { all[$0] }
    }
}
