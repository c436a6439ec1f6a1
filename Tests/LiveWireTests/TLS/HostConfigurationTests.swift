import COpenSSL
import FoundationEssentials
import Glibc
import MailModel
import Testing

@testable import LiveWire

@Suite("The host's openssl.cnf")
struct HostConfigurationTests {
    @Test("changes nothing, whoever starts OpenSSL first")
    func ignored() async {
        await #expect(processExitsWith: .success) {
            let configuration = """
                openssl_conf = main
                [main]
                ssl_conf = ssl
                [ssl]
                system_default = defaults
                [defaults]
                MinProtocol = TLSv1.3

                """
            try withTemporaryFile(configuration) { path in
                setenv("OPENSSL_CONF", path, 1)
                _ = try UnboundClient(
                    ResolverSettings(upstream: .address(.loopback, port: 9), trustAnchors: .builtIn))
                let context = SSL_CTX_new(TLS_client_method())
                defer { SSL_CTX_free(context) }
                #expect(SSL_CTX_ctrl(context, SSL_CTRL_GET_MIN_PROTO_VERSION, 0, nil) == 0)
            }
        }
    }
}
