internal import FoundationEssentials

/// A member of a JSON object, whose value is the text that stands there.
struct RawMember {
    let name: String
    let value: String

    /// The members of an object, in their order. Only for what has been decoded: nothing is checked.
    static func all(of object: String) -> [RawMember] {
        // The decoder takes ends of lines and the like in strings, too, where JSON has none: a line stays one.
        let octets = object.utf8.map { $0 < 0x20 ? UInt8(ascii: " ") : $0 }
        var members: [RawMember] = []
        var name: String?
        var start = 0
        var depth = 0
        var position = 0
        while position < octets.count {
            switch octets[position] {
            case UInt8(ascii: "\""): position = endOfString(octets, from: position)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth == 1 { start = position + 1 }
            case UInt8(ascii: ":") where depth == 1:
                name = try? JSONDecoder().decode(String.self, from: Data(octets[start..<position]))
                start = position + 1
            case UInt8(ascii: ",") where depth == 1, UInt8(ascii: "}") where depth == 1:
                // The decoder also takes a comma behind the last one.
                if let name {
                    members.append(
                        RawMember(name: name, value: String(decoding: octets[start..<position], as: UTF8.self)))
                }
                name = nil
                start = position + 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            position += 1
        }
        return members
    }

    /// Where the quote is that ends a string.
    private static func endOfString(_ octets: [UInt8], from start: Int) -> Int {
        var position = start + 1
        while position < octets.count, octets[position] != UInt8(ascii: "\"") {
            position += octets[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        return position
    }
}
