internal import Hummingbird
internal import NIOCore

/// The fields of a form, or what stands behind the question mark of an address. WHATWG URL, section 5.
struct FormData: Sendable {
    /// Larger forms are refused; a profile is the largest thing that anybody sends.
    static let limit = 96 << 10
    /// More fields than any form has.
    private static let mostFields = 500

    private let fields: [(name: String, value: String)]

    /// The fields of a body. Throws `Refusal` for another type and for one that is too large.
    init(body request: Request) async throws {
        guard request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true else {
            throw Refusal(.wrongType, "Send the fields of the form as application/x-www-form-urlencoded.")
        }
        self.init(text: String(buffer: try await request.smallBody()))
    }

    /// What stands behind the question mark.
    init(query request: Request) {
        let parts = request.uri.string.split(separator: "?", maxSplits: 1)
        self.init(text: parts.count == 2 ? String(parts[1]) : "")
    }

    init(text: String) {
        fields = text.split(separator: "&").prefix(Self.mostFields).map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decoded(parts[0]), parts.count == 2 ? Self.decoded(parts[1]) : "")
        }
    }

    /// The value of a field; nil where there is none, or nothing in it.
    subscript(_ name: String) -> String? { fields.first { $0.name == name && !$0.value.isEmpty }?.value }

    /// All values of a field.
    func all(_ name: String) -> [String] { fields.filter { $0.name == name && !$0.value.isEmpty }.map(\.value) }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case 0x2B: bytes.append(0x20)
            case 0x25:
                guard let high = rest.first?.hexadecimal, let low = rest.dropFirst().first?.hexadecimal else {
                    bytes.append(byte)
                    continue
                }
                rest = rest.dropFirst(2)
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Request {
    /// The body. Throws `Refusal` where it is larger than anybody needs, and where it is not all there: then it is the other side that
    /// has hung up, or does not keep to HTTP.
    func smallBody() async throws -> ByteBuffer {
        do {
            return try await body.collect(upTo: FormData.limit)
        } catch is NIOTooManyBytesError {
            throw Refusal(.tooLarge, "The request may have \(FormData.limit / 1024) KiB.")
        } catch let error as CancellationError {
            throw error
        } catch {
            throw Refusal(.badRequest, "The request was cut short, or is not what its fields say.")
        }
    }
}

extension String {
    /// The text as a part of an address.
    var inAddress: String {
        var text = ""
        for byte in utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: text.unicodeScalars.append(.init(byte))
            default: text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }
}

extension UInt8 {
    fileprivate var hexadecimal: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x37
        case 0x61...0x66: self - 0x57
        default: nil
        }
    }
}
