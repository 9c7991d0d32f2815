import Foundation
import Glibc

/// A directory that only the agent's account can enter.
enum PrivateDirectory {
    /// Makes the directory and those above it that are missing, with the mode 0700 and durably; one that is there
    /// is left as it is. Returns `false`, with the reason in `errno`, if that failed.
    static func make(_ directory: URL) -> Bool {
        let path = directory.path(percentEncoded: false)
        let parent = directory.deletingLastPathComponent()
        if mkdir(path, 0o700) == 0 { return sync(parent) }
        if errno == EEXIST { return true }
        guard errno == ENOENT, parent.path != directory.path else { return false }
        return make(parent) && mkdir(path, 0o700) == 0 && sync(parent)
    }

    private static func sync(_ directory: URL) -> Bool {
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
        guard let opened = FileDescriptor(adopting: open(directory.path(percentEncoded: false), flags)) else {
            return false
        }
        return fsync(opened.number) == 0
    }
}
