import Foundation
import Glibc

/// Writes a file so that its name never stands for less than the whole content, even if power fails.
///
/// The content goes to a file beside it, which takes the name only after it is on the disk.
struct AtomicFile {
    /// What happens to a file that has the name already.
    enum Existing {
        case keep
        case replace
    }

    let url: URL
    let permissions: mode_t

    private var path: String { url.path(percentEncoded: false) }
    private var name: String { url.lastPathComponent }

    /// - Throws: ``CryptographyError`` with the code `fileExists`, `fileNotPrivate` or `fileFailed`.
    func write(_ content: UnsafeRawBufferPointer, existing: Existing) throws(CryptographyError) {
        let directory = try openDirectory()
        let temporary = ".\(name).\(Hex.encode(try SecureRandom.bytes(8)))"
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        guard let file = FileDescriptor(adopting: openat(directory.number, temporary, flags, permissions)) else {
            throw failure("could not be created")
        }
        var isNamed = false
        defer { if !isNamed { unlinkat(directory.number, temporary, 0) } }
        // The process's umask may have taken permissions away.
        guard fchmod(file.number, permissions) == 0, file.write(content), fsync(file.number) == 0 else {
            throw failure("could not be written")
        }
        switch existing {
        case .replace:
            guard renameat(directory.number, temporary, directory.number, name) == 0 else {
                throw failure("could not be replaced")
            }
            isNamed = true
        case .keep:
            // Unlike a rename, a link never takes the place of another file.
            guard linkat(directory.number, temporary, directory.number, name, 0) == 0 else {
                throw errno == EEXIST ? alreadyExists : failure("could not be created")
            }
        }
        guard fsync(directory.number) == 0 else { throw failure("could not be made durable") }
    }

    /// The directory, made if it is not there; refused if other accounts could put files into it.
    private func openDirectory() throws(CryptographyError) -> FileDescriptor {
        let directory = url.deletingLastPathComponent()
        guard PrivateDirectory.make(directory) else { throw failure("needs a directory, which could not be made") }
        let directoryPath = directory.path(percentEncoded: false)
        guard
            let opened = FileDescriptor(adopting: open(directoryPath, O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
            let status = opened.status()
        else { throw failure("is in a directory that could not be opened, so it was not written") }
        guard status.st_mode & 0o022 == 0, status.st_uid == geteuid() || status.st_uid == 0 else {
            throw CryptographyError(
                code: .fileNotPrivate,
                message: "Other accounts can write to \(directoryPath). Make it yours alone: chmod 700 \(directoryPath)"
            )
        }
        return opened
    }

    private var alreadyExists: CryptographyError {
        CryptographyError(code: .fileExists, message: "\(path) exists already and was not overwritten.")
    }

    private func failure(_ what: String) -> CryptographyError {
        CryptographyError(code: .fileFailed, message: "\(path) \(what).", underlying: SystemError.last)
    }
}
