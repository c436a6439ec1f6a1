import Dispatch
import MailModel

/// A reader of what comes from outside, and what must hold of it whatever it reads.
struct FuzzTarget: Sendable {
    /// The name of the target, and of the folder of its seeds in `corpus`.
    let name: String
    /// Reads an input; traps where a promise is not kept.
    let run: @Sendable ([UInt8]) -> Void

    /// A target by its name.
    init(_ name: String, run: @escaping @Sendable ([UInt8]) -> Void) {
        self.name = name
        self.run = run
    }

    /// Every target, in the order in which mail meets them.
    static let all: [FuzzTarget] = [
        .names, .dnsRecords, .dnsMessages, .textRecords, .policies, .smtpReplies, .flights, .heartbeats, .questions,
        .certificates, .httpsResponses, .conversations, .evidence, .externalAnswers, .profiles, .cases, .manners,
        .lines, .watching, .requests,
    ]
}

/// A promise that every input must keep.
func require(_ isKept: Bool, _ promise: @autoclosure () -> String) {
    if !isKept { fatalError(promise()) }
}

/// The value of an asynchronous computation; libFuzzer knows no other way than to wait.
func wait<Value: Sendable>(for body: @escaping @Sendable () async -> Value) -> Value {
    let result = Locked<Value?>(nil)
    let isDone = DispatchSemaphore(value: 0)
    Task {
        let value = await body()
        result.withLock { $0 = value }
        isDone.signal()
    }
    isDone.wait()
    guard let value = result.withLock({ $0 }) else { fatalError("a computation ended without a value") }
    return value
}

extension [UInt8] {
    /// The sum of all octets: what an input has to say beside what it says, for targets whose inputs are text.
    var sum: UInt8 { reduce(0) { $0 &+ $1 } }
}

/// Reads numbers off the front of an input; zeros where it has ended.
struct InputReader {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func octet() -> UInt8 { rest.popFirst() ?? 0 }

    mutating func number() -> UInt16 { UInt16(octet()) << 8 | UInt16(octet()) }

    /// So many octets, or as many as there are.
    mutating func take(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// The pieces of the rest, each behind two octets with its length.
    mutating func pieces(atMost limit: Int) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        while !isAtEnd, pieces.count < limit { pieces.append(take(Int(number()))) }
        return pieces
    }
}
