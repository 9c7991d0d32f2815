import Foundation
import Glibc

/// Whether a name is taken in the file system.
enum FilePresence {
    /// Whether there is anything of this name, readable or not, even a link that leads nowhere.
    ///
    /// - Throws: ``CryptographyError`` with the code `fileFailed` if that can't be told: then nothing may be assumed.
    static func check(_ url: URL) throws(CryptographyError) -> Bool {
        let path = url.path(percentEncoded: false)
        var status = stat()
        if lstat(path, &status) == 0 { return true }
        guard errno == ENOENT else {
            throw CryptographyError(
                code: .fileFailed,
                message: "\(path) could not be looked for.",
                underlying: SystemError.last
            )
        }
        return false
    }
}
