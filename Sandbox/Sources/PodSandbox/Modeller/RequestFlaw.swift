// SPDX-License-Identifier: Apache-2.0

/// What can be wrong with a task request that a hostile or broken modeller made.
package enum RequestFlaw: Sendable, Equatable {
    /// The body is cut in the middle.
    case truncated
    /// The body is random bytes.
    case noise
    /// The inner request is encrypted for another key.
    case encryptedForAnotherKey
    /// One bit of the ciphertext is changed; the signature is made over the changed bytes.
    case ciphertextChanged
    /// One bit of the signature is changed.
    case forgedSignature
    /// The protocol in the clear is another one than that inside.
    case outerProtocolDiffers
    /// The inner request names these pods instead of the targets.
    case namesPods([String])
    /// The request is the trigger of an interactive flow (bitfount-protocol.md, 13.1).
    case flowSpecification
    /// A Zstandard frame that unpacks to this many bytes.
    case zstandardBomb(bytes: Int)
    /// Zeros in place of a request, this many bytes.
    case padded(bytes: Int)
    /// Lists inside lists, this deep.
    case nesting(depth: Int)
    /// A session key of this many bytes.
    case sessionKey(bytes: Int)
}
