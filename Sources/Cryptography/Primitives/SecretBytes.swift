// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// Bytes that are wiped from memory when nobody needs them any more.
///
/// `@unchecked Sendable`: the memory is written once, before the initialiser returns.
public final class SecretBytes: @unchecked Sendable {
    private let storage: UnsafeMutableRawBufferPointer

    /// A copy of bytes. The caller's own copy is not wiped.
    public init(_ bytes: some Collection<UInt8>) {
        storage = .allocate(byteCount: bytes.count, alignment: 1)
        storage.copyBytes(from: bytes)
    }

    /// Bytes that `fill` writes in place; it returns whether it could.
    init(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Bool) throws(CryptographyError) {
        storage = .allocate(byteCount: count, alignment: 1)
        guard fill(storage) else { throw OpenSSL.failure("OpenSSL could not provide secret bytes.") }
    }

    deinit {
        OPENSSL_cleanse(storage.baseAddress, storage.count)
        storage.deallocate()
    }

    /// How many bytes there are.
    public var count: Int { storage.count }

    /// Lends the bytes, which must not be used afterwards.
    public func withUnsafeBytes<Output, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Output
    ) throws(Failure) -> Output {
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeRawBufferPointer(storage))
    }

    /// A copy that is not wiped: for handing the secret to what can only take an array.
    public func reveal() -> [UInt8] {
        withUnsafeBytes { Array($0) }
    }
}

extension SecretBytes: Equatable {
    /// Whether both hold the same bytes, in a time that depends on their number only.
    public static func == (left: SecretBytes, right: SecretBytes) -> Bool {
        left.withUnsafeBytes { left in right.withUnsafeBytes { ConstantTime.equals(left, $0) } }
    }
}

extension SecretBytes: CustomStringConvertible, CustomReflectable {
    /// Never the bytes.
    public var description: String { "<\(count) secret bytes>" }

    /// Never the bytes.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
