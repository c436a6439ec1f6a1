internal import ArgumentParser

extension Duration {
    /// A duration as a person types it: `90s`, `2m`, `1m30s`, `1h`; a plain number is seconds. From 1 s to 1 h.
    init(argument: String) throws {
        let mistake = ValidationError("Use a duration from 1s to 1h, for example 90s, 2m or 1m30s.")
        var seconds = 0
        var rest = argument[...]
        var units: [(Character, Int)] = [("h", 3600), ("m", 60), ("s", 1)]
        guard !rest.isEmpty else { throw mistake }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard (1...6).contains(digits.count), let number = Int(digits) else { throw mistake }
            rest = rest.dropFirst(digits.count)
            guard let letter = rest.popFirst() else {
                // A number without a unit stands alone.
                guard digits.count == argument.count else { throw mistake }
                seconds = number
                break
            }
            guard let index = units.firstIndex(where: { $0.0 == letter }) else { throw mistake }
            seconds += number * units[index].1
            units.removeFirst(index + 1)
        }
        guard (1...3600).contains(seconds) else { throw mistake }
        self = .seconds(seconds)
    }
}
