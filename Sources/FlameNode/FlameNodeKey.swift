// SPDX-License-Identifier: Apache-2.0

import Cryptography
import FlameHub
import Foundation
import SystemFiles

/// The node's P-256 key pair, and how it compares with what the Hub has (flame-hub.md, 5.2).
struct FlameNodeKey: Sendable {
    /// The half that may be shown.
    let publicKey: P256PublicKey
    /// Whether the pair was made just now.
    let isNew: Bool

    /// Reads the pair, or makes one.
    ///
    /// - Throws: `CryptographyError` if the file can't be read, holds something else, or can't be written.
    init(file url: URL) throws(CryptographyError) {
        let file = SecretFile(url)
        isNew = try !file.exists()
        if isNew {
            let pair = try P256KeyPair.generate()
            try file.create(pair.pkcs8PEM())
            publicKey = pair.publicKey
        } else {
            publicKey = try P256KeyPair(file.load()).publicKey
        }
    }

    /// How the Hub's key compares.
    enum Comparison: Equatable {
        /// The Hub has none.
        case missing
        /// The Hub has this one, however its text is broken into lines.
        case same
        /// The Hub has another one, or something that is no key.
        case different
    }

    /// Compares with the text that the Hub shows.
    func compare(with text: String?) -> Comparison {
        guard let text, !text.isEmpty else { return .missing }
        return NodePublicKey(text)?.der == publicKey.der ? .same : .different
    }

    /// What an audit entry calls the key.
    var fingerprint: String { "sha256:\(Hex.encode(SHA256.hash(publicKey.der)))" }
}
