internal import COpenSSL
internal import Glibc
internal import MailModel

/// The trust anchors that certificate paths may end in, loaded once and never changed.
public final class TrustStore: @unchecked Sendable {
    // An X509_STORE locks itself; nothing is added after `init`.
    let store: OpaquePointer

    /// SHA-256 over the anchors, in hexadecimal; the order in which they were found does not matter.
    public let digest: String
    /// How many anchors there are.
    public let count: Int

    /// Why there are no trust anchors.
    public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
        /// A sentence that says what to do.
        public let description: String
    }

    /// The anchors of the system: what OpenSSL takes by default, on Debian the package ca-certificates.
    ///
    /// `SSL_CERT_FILE` and `SSL_CERT_DIR` are followed, as they are by every program built on OpenSSL. Throws `Problem`
    /// when there is no anchor at all.
    public static func system() throws -> TrustStore {
        OpenSSL.start()
        let file = environment(X509_get_default_cert_file_env()) ?? String(cString: X509_get_default_cert_file())
        let folders = environment(X509_get_default_cert_dir_env()) ?? String(cString: X509_get_default_cert_dir())
        var anchors = (try? PEM.certificates(inFile: file)) ?? []
        for folder in folders.split(separator: ":") {
            for name in hashedNames(in: String(folder)) {
                anchors += (try? PEM.certificates(inFile: "\(folder)/\(name)")) ?? []
            }
        }
        guard !anchors.isEmpty else {
            throw Problem(
                description: "no trust anchors in \(file) or \(folders): install the package ca-certificates, "
                    + "or name a PEM file with --ca-file")
        }
        return try TrustStore(anchors)
    }

    /// The certificates of a PEM file, and no others: a private CA's verdicts must not depend on the machine.
    ///
    /// Each is an anchor, self-signed or not (RFC 5280, section 6.1.1). Throws `Problem` when the file cannot be read or
    /// holds none.
    public convenience init(caFile path: String) throws {
        OpenSSL.start()
        let anchors = try PEM.certificates(inFile: path)
        guard !anchors.isEmpty else {
            throw Problem(description: "\(path) holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)")
        }
        try self.init(anchors)
    }

    init(_ anchors: [X509Handle]) throws(Problem) {
        ERR_clear_error()
        guard let store = X509_STORE_new() else { throw Problem(description: "out of memory") }
        self.store = store
        var digests: Set<String> = []
        withExtendedLifetime(anchors) {
            for anchor in anchors where digests.insert(DER.sha256(DER.certificate(anchor.pointer))).inserted {
                X509_STORE_add_cert(store, anchor.pointer)
            }
        }
        ERR_clear_error()
        count = digests.count
        digest = DER.sha256(Array(digests.sorted().joined().utf8))
    }

    deinit { X509_STORE_free(store) }

    private static func environment(_ name: UnsafePointer<CChar>?) -> String? {
        name.flatMap { getenv($0) }.map { String(cString: $0) }
    }

    /// The files that OpenSSL looks at in a folder: eight hexadecimal digits, a dot, a number.
    private static func hashedNames(in folder: String) -> [String] {
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].utf8.count == 8, UInt32(parts[0], radix: 16) != nil, UInt8(parts[1]) != nil
            else { continue }
            names.append(name)
        }
        return names.sorted()
    }
}

/// A certificate of OpenSSL's that is freed with its last owner.
final class X509Handle: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes the certificate over.
    init(adopting pointer: OpaquePointer) { self.pointer = pointer }

    /// Parses DER; nil when it is no certificate.
    init?(der: [UInt8]) {
        guard !der.isEmpty else { return nil }
        let parsed = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var cursor = buffer.baseAddress
            return d2i_X509(nil, &cursor, buffer.count)
        }
        guard let parsed else {
            ERR_clear_error()
            return nil
        }
        pointer = parsed
    }

    deinit { X509_free(pointer) }
}

/// Reading PEM files.
enum PEM {
    /// Every certificate of a file. Throws `TrustStore.Problem` when it cannot be read or one of them is damaged.
    static func certificates(inFile path: String) throws(TrustStore.Problem) -> [X509Handle] {
        ERR_clear_error()
        let text: [UInt8]
        do throws(BoundedFile.Unreadable) {
            text = try BoundedFile.read(path, limit: largest)
        } catch {
            throw TrustStore.Problem(description: "cannot read \(path): \(error.reason)")
        }
        return try text.withUnsafeBufferPointer { octets throws(TrustStore.Problem) in
            try certificates(in: octets, of: path)
        }
    }

    /// Debian has all its authorities in 220 kB.
    private static let largest = 16 << 20

    private static func certificates(
        in octets: UnsafeBufferPointer<UInt8>, of path: String
    ) throws(TrustStore.Problem) -> [X509Handle] {
        if octets.isEmpty { return [] }
        guard let input = BIO_new_mem_buf(octets.baseAddress, Int32(octets.count)) else {
            throw TrustStore.Problem(description: "cannot read \(path): out of memory")
        }
        defer { BIO_free(input) }
        var certificates: [X509Handle] = []
        while let certificate = PEM_read_bio_X509(input, nil, nil, nil) {
            certificates.append(X509Handle(adopting: certificate))
        }
        let code = ERR_peek_last_error()
        ERR_clear_error()
        guard code == 0 || shim_ERR_GET_REASON(code) == PEM_R_NO_START_LINE else {
            throw TrustStore.Problem(description: "certificate \(certificates.count + 1) in \(path) is damaged")
        }
        return certificates
    }
}
