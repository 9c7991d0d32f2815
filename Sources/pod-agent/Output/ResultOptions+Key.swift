import Cryptography

extension ResultOptions {
    private static let keyFields: [Field<RSAPublicKey>] = [
        Field("openSSH") { $0.openSSH },
        Field("pem") { $0.pem },
    ]

    /// Prints a public key as a bare OpenSSH line, ready for a file or a pipe, or as a JSON object.
    func show(_ key: RSAPublicKey) throws {
        switch output {
        case .table: print(key.openSSH)
        case .json: try show(key, Self.keyFields)
        }
    }
}
