// SPDX-License-Identifier: Apache-2.0

package import Cryptography
package import Foundation

/// The sandbox's own keys, made once and kept in a directory, because making one takes seconds.
package struct SandboxKeyStore: Sendable {
    private let directory: URL

    /// Keys in that directory, which is made if need be.
    package init(directory: URL) throws {
        self.directory = directory
        try FileManager.default.createDirectory(
            at: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    /// The key of that name; made at the first use.
    package func key(_ name: String) async throws -> RSAPrivateKey {
        let file = directory.appending(path: "\(name).pem")
        if let data = try? Data(contentsOf: file) { return try RSAPrivateKey(SecretBytes(data)) }
        let key = try await RSAPrivateKey.generate()
        let isWritten = FileManager.default.createFile(
            atPath: file.path,
            contents: Data(try key.pkcs8PEM().reveal()),
            attributes: [.posixPermissions: 0o600]
        )
        guard isWritten else { throw SandboxError(.file, "\(file.path) can't be written") }
        return key
    }
}
