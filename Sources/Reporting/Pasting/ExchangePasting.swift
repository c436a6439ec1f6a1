internal import CheckKit

extension ServerSettings {
    /// Commands for Exchange Server in an organisation's own rooms.
    var exchange: (place: String, lines: [String])? {
        guard let lines = exchangeLines else { return nil }
        return ("in the Exchange Management Shell of each server that receives mail", lines)
    }

    private var exchangeLines: [String]? {
        switch kind {
        case .startTLS, .certificate, .serverName:
            [
                "# The file holds the key, the certificate for \(host) and its intermediates.",
                "$file = [IO.File]::ReadAllBytes('C:\\mail\\\(host).pfx')",
                "$cert = Import-ExchangeCertificate -FileData $file -Password (Read-Host -AsSecureString)",
                "Enable-ExchangeCertificate -Thumbprint $cert.Thumbprint -Services SMTP",
                "Set-ReceiveConnector \(connector) -Fqdn \(host) `",
                "  -TlsCertificateName \"<I>$($cert.Issuer)<S>$($cert.Subject)\"",
            ]
        case .tlsVersions:
            [
                "# As an administrator; then restart the machine.",
                "$root = 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols'",
                "foreach ($version in 'SSL 2.0', 'SSL 3.0', 'TLS 1.0', 'TLS 1.1') {",
                "  New-Item \"$root\\$version\\Server\" -Force | Out-Null",
                "  New-ItemProperty \"$root\\$version\\Server\" Enabled -Value 0 -PropertyType DWord -Force",
                "}",
            ]
        case .cipherSuites:
            [
                "# As an administrator; then restart the machine.",
                "Get-TlsCipherSuite | Where-Object { $_.Name -match '^TLS_RSA|_NULL_|RC4|3DES|_DES_|EXPORT' } |",
                "  ForEach-Object { Disable-TlsCipherSuite -Name $_.Name }",
            ]
        case .closedRelay:
            [
                "Get-ReceiveConnector | Get-ADPermission -User 'NT AUTHORITY\\ANONYMOUS LOGON' |",
                "  Where-Object { $_.ExtendedRights -like 'ms-Exch-SMTP-Accept-Any-Recipient' } | Remove-ADPermission",
            ]
        case .greetingName: ["Set-ReceiveConnector \(connector) -Fqdn \(host)"]
        case .authInsideTLS:
            [
                "Set-ReceiveConnector \(connector) -AuthMechanism Tls, Integrated, BasicAuth, BasicAuthRequireTLS, ExchangeServer"
            ]
        default: nil
        }
    }

    private var connector: String { "\"$env:COMPUTERNAME\\Default Frontend $env:COMPUTERNAME\"" }
}
