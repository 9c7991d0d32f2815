// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Glibc

extension FileHandle {
    /// Makes a new file of the mode 0600 to write to, piece by piece; nothing is written over.
    ///
    /// - Throws: ``FileError`` with the code `exists`, `missing` or `failed`.
    public convenience init(creating url: URL) throws(FileError) {
        let path = url.path(percentEncoded: false)
        let number = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard number >= 0 else {
            guard errno == EEXIST else { throw FileError(path, cannotBe: "made") }
            throw FileError(.exists, "\(path) can't be made", reason: .last)
        }
        self.init(fileDescriptor: number, closeOnDealloc: true)
    }
}
