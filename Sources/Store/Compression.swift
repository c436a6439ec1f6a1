internal import CZlib
internal import FoundationEssentials

/// Raw DEFLATE (RFC 1951) with a preset dictionary, by zlib.
enum Compression {
    /// The octets, compressed; nil where zlib has no memory.
    static func deflate(_ bytes: Data, _ dictionary: Data) -> Data? {
        var stream = z_stream()
        // A negative window means that there is no header around it; 2^13 octets are more than nearly every fact has.
        guard
            deflateInit2_(
                &stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
                == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        set(dictionary) { deflateSetDictionary(&stream, $0, $1) }
        var out = Data(count: Int(deflateBound(&stream, UInt(bytes.count))))
        let status = run(&stream, bytes, into: &out) { CZlib.deflate(&$0, Z_FINISH) }
        guard status == Z_STREAM_END else { return nil }
        return out.prefix(Int(stream.total_out))
    }

    /// The octets again; nil where they are not what `size` says.
    static func inflate(_ bytes: Data, size: Int, _ dictionary: Data) -> Data? {
        var stream = z_stream()
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        set(dictionary) { inflateSetDictionary(&stream, $0, $1) }
        var out = Data(count: size)
        let status = run(&stream, bytes, into: &out) { CZlib.inflate(&$0, Z_FINISH) }
        return status == Z_STREAM_END && Int(stream.total_out) == size ? out : nil
    }

    private static func set(_ dictionary: Data, _ body: (UnsafePointer<UInt8>, UInt32) -> Int32) {
        dictionary.withUnsafeBytes { bytes in
            guard let start = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
            _ = body(start, UInt32(bytes.count))
        }
    }

    private static func run(
        _ stream: inout z_stream, _ bytes: Data, into out: inout Data, _ step: (inout z_stream) -> Int32
    ) -> Int32 {
        var input = bytes
        return input.withUnsafeMutableBytes { input in
            out.withUnsafeMutableBytes { output in
                stream.next_in = input.bindMemory(to: UInt8.self).baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(output.count)
                return step(&stream)
            }
        }
    }
}
