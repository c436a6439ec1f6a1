/// A value, or why it is absent.
public enum Observed<Value: Sendable>: Sendable {
    case present(Value)
    case absent(Absence)

    /// The value, or nil.
    public var value: Value? {
        if case .present(let value) = self { value } else { nil }
    }

    /// Why the value is absent, or nil when it is there.
    public var absence: Absence? {
        if case .absent(let why) = self { why } else { nil }
    }

    /// The value; throws why it is absent.
    public func get() throws(Absence) -> Value {
        switch self {
        case .present(let value): return value
        case .absent(let why): throw why
        }
    }
}

extension Observed: Equatable where Value: Equatable {}
extension Observed: Hashable where Value: Hashable {}

extension Observed: Codable where Value: Codable {
    private enum Key: String, CodingKey { case present, absent }

    /// Reads `{"present": …}` or `{"absent": …}`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        if let why = try container.decodeIfPresent(Absence.self, forKey: .absent) {
            self = .absent(why)
        } else {
            self = .present(try container.decode(Value.self, forKey: .present))
        }
    }

    /// Writes one of the two keys.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .present(let value): try container.encode(value, forKey: .present)
        case .absent(let why): try container.encode(why, forKey: .absent)
        }
    }
}
