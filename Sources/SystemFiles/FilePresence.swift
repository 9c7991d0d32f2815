// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Glibc

/// Whether a name is taken in the file system.
public enum FilePresence {
    /// Whether there is anything of this name, readable or not, even a link that leads nowhere.
    ///
    /// - Throws: ``FileError`` with the code `failed` if that can't be told: then nothing may be assumed.
    public static func check(_ url: URL) throws(FileError) -> Bool {
        let path = url.path(percentEncoded: false)
        var status = stat()
        if lstat(path, &status) == 0 { return true }
        guard errno == ENOENT else { throw FileError(path, cannotBe: "looked for") }
        return false
    }
}
