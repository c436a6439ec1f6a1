internal import Glibc
public import MailModel

/// Which address of this machine others see when it asks them; what is behind a translator cannot be known from here.
public enum OwnAddress {
    /// The address from which connections of a family would begin; nil where there is no route. No packet is sent: only the kernel's
    /// table of routes is asked, for an address that nobody has (RFC 5737, RFC 3849).
    public static func of(_ family: IPAddress.Family) -> IPAddress? {
        let isIPv4 = family == .ipv4
        let descriptor = socket(
            isIPv4 ? AF_INET : AF_INET6, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var storage = sockaddr_storage()
        guard let target = IPAddress(isIPv4 ? "192.0.2.1" : "2001:db8::1") else { return nil }
        let size = fill(&storage, target)
        let isConnected = withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) == 0 }
        }
        guard isConnected else { return nil }
        var own = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let isNamed = withUnsafeMutablePointer(to: &own) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
        }
        return isNamed ? address(in: &own, isIPv4) : nil
    }

    private static func fill(_ storage: inout sockaddr_storage, _ address: IPAddress) -> socklen_t {
        let bytes = address.bytes
        if address.family == .ipv4 {
            return withUnsafeMutablePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { name in
                    name.pointee.sin_family = sa_family_t(AF_INET)
                    name.pointee.sin_port = in_port_t(25).bigEndian
                    withUnsafeMutableBytes(of: &name.pointee.sin_addr) { $0.copyBytes(from: bytes) }
                    return socklen_t(MemoryLayout<sockaddr_in>.size)
                }
            }
        }
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { name in
                name.pointee.sin6_family = sa_family_t(AF_INET6)
                name.pointee.sin6_port = in_port_t(25).bigEndian
                withUnsafeMutableBytes(of: &name.pointee.sin6_addr) { $0.copyBytes(from: bytes) }
                return socklen_t(MemoryLayout<sockaddr_in6>.size)
            }
        }
    }

    private static func address(in storage: inout sockaddr_storage, _ isIPv4: Bool) -> IPAddress? {
        withUnsafePointer(to: &storage) { pointer in
            if isIPv4 {
                return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { name in
                    withUnsafeBytes(of: name.pointee.sin_addr) { IPAddress(bytes: Array($0)) }
                }
            }
            return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { name in
                withUnsafeBytes(of: name.pointee.sin6_addr) { IPAddress(bytes: Array($0)) }
            }
        }
    }
}
