internal import FoundationEssentials
internal import MailModel

/// What must hold of JSON from outside before it is decoded: no key stands twice in an object, and there is not more of it than any
/// honest file has.
///
/// The decoder keeps one of two equal keys and says nothing (RFC 8259, section 4, leaves it open which), and it needs some thirty
/// times the memory of a file that is all small values. So the octets are looked at first, in one pass and with little memory. What is
/// no JSON is left for the decoder to say.
package enum JSONShape {
    /// More values than this are refused. Evidence of the largest run, 32 addresses of 64 hosts, has some fifty thousand.
    package static let mostValues = 500_000
    /// Deeper than any evidence is.
    package static let deepest = 128

    /// What is wrong with a text.
    package enum Fault: Error, Hashable, CustomStringConvertible {
        /// Some octets are not UTF-8: the decoder would take the text for UTF-16 or UTF-32.
        case notUTF8
        /// Its objects and lists lie in each other so deep, and deeper.
        case tooDeep(Int)
        /// It has so many values, and more.
        case tooMany(Int)
        /// A key is there twice in one object; the path leads to the object, and is empty for the outermost.
        case twice(key: String, path: String)

        /// A phrase about the text, without a full stop.
        package var description: String {
            switch self {
            case .notUTF8: "it is not UTF-8"
            case .tooDeep(let limit): "it is nested more than \(limit) deep"
            case .tooMany(let limit): "it has more than \(limit) values"
            case .twice(let key, let path):
                "the key \u{201C}\(key)\u{201D} is there twice" + (path.isEmpty ? "" : " in \(path)")
            }
        }
    }

    /// Looks at a text of JSON. Throws what is wrong with it first.
    package static func check(
        _ json: some Collection<UInt8>, mostValues: Int = mostValues, deepest: Int = deepest
    ) throws(Fault) {
        let result = json.withContiguousStorageIfAvailable { octets in
            var scan = Scan(octets: octets, mostValues: mostValues, deepest: deepest)
            return Result { () throws(Fault) in try scan.run() }
        }
        if let result { return try result.get() }
        try check(Array(json), mostValues: mostValues, deepest: deepest)
    }
}

/// One pass over the octets.
private struct Scan {
    /// An object or a list that has been opened.
    private struct Level {
        /// The keys of an object so far; nil for a list.
        var keys: Set<String>?
        /// The last key of an object, and how many values of a list have ended: where we are.
        var key = ""
        var index = 0
    }

    let octets: UnsafeBufferPointer<UInt8>
    let mostValues: Int
    let deepest: Int
    private var position = 0
    private var values = 0
    private var levels: [Level] = []

    init(octets: UnsafeBufferPointer<UInt8>, mostValues: Int, deepest: Int) {
        self.octets = octets
        self.mostValues = mostValues
        self.deepest = deepest
    }

    mutating func run() throws(JSONShape.Fault) {
        while position < octets.count {
            let octet = octets[position]
            position += 1
            switch octet {
            // RFC 8259, section 8.1, wants UTF-8, in which these do not occur.
            case 0, 0xFE, 0xFF: throw .notUTF8
            case UInt8(ascii: "{"): try open(Level(keys: []))
            case UInt8(ascii: "["): try open(Level())
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = levels.popLast()
            case UInt8(ascii: ","):
                if !levels.isEmpty { levels[levels.count - 1].index += 1 }
            case UInt8(ascii: "\""): try string()
            case UInt8(ascii: ":"), 0x09, 0x0A, 0x0D, 0x20: break
            default:
                try count()
                skipWord()
            }
        }
    }

    private mutating func open(_ level: Level) throws(JSONShape.Fault) {
        try count()
        guard levels.count < deepest else { throw .tooDeep(deepest) }
        levels.append(level)
    }

    private mutating func count() throws(JSONShape.Fault) {
        values += 1
        guard values <= mostValues else { throw .tooMany(mostValues) }
    }

    /// Numbers and words.
    private mutating func skipWord() {
        while position < octets.count, octets[position] > 0x20, !",:]}{[\"".utf8.contains(octets[position]) {
            position += 1
        }
    }

    /// A string is a key where it stands in an object and a colon behind it.
    private mutating func string() throws(JSONShape.Fault) {
        let start = position
        var hasEscapes = false
        while position < octets.count, octets[position] != UInt8(ascii: "\"") {
            if octets[position] == UInt8(ascii: "\\") {
                hasEscapes = true
                position += 1
            }
            position += 1
        }
        let end = min(position, octets.count)
        position = end + 1
        guard isBeforeColon, let level = levels.indices.last, levels[level].keys != nil else { return try count() }
        let key = text(start..<end, hasEscapes)
        guard levels[level].keys?.insert(key).inserted == true else {
            throw .twice(key: key.shortened(to: 60), path: path)
        }
        levels[level].key = key.shortened(to: 60)
    }

    private var isBeforeColon: Bool {
        var next = position
        while next < octets.count, [0x09, 0x0A, 0x0D, 0x20].contains(octets[next]) { next += 1 }
        return next < octets.count && octets[next] == UInt8(ascii: ":")
    }

    /// What the decoder makes of a key: `"\u0061"` is `"a"`.
    private func text(_ range: Range<Int>, _ hasEscapes: Bool) -> String {
        let raw = octets[range]
        if hasEscapes, let text = try? JSONDecoder().decode(String.self, from: Data([0x22] + raw + [0x22])) {
            return text
        }
        return String(decoding: raw, as: UTF8.self)
    }

    /// Where the innermost object is: `facts[3].value`; nothing for the outermost.
    private var path: String {
        var path = ""
        for level in levels.dropLast() {
            if level.keys == nil {
                path += "[\(level.index)]"
            } else {
                path += path.isEmpty ? level.key : ".\(level.key)"
            }
        }
        return path
    }

}
