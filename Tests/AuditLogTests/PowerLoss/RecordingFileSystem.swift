// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDBSQLite
import Synchronization

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

/// SQLite's functions are C's: they capture nothing, so what they call is written with its type.
private typealias VFS = RecordingFileSystem

/// Stands between SQLite and the operating system: records what is done to files in certain directories, and pretends
/// that a disk is full. Everything else it passes on.
enum RecordingFileSystem {
    /// What is known of a directory.
    struct Directory: Sendable {
        let history: DiskHistory
        /// How many bytes the files in it may have together; asked before each write.
        var capacity: (@Sendable () -> Int)?
        var sizes: [String: Int] = [:]
    }

    /// What SQLite knows as one of our open files. The operating system's own structure follows in memory.
    struct File {
        var base: sqlite3_file
        var path: Unmanaged<Path>?
    }

    final class Path {
        let text: String
        init(_ text: String) { self.text = text }
    }

    static let directories = Mutex<[String: Directory]>([:])

    /// Starts recording; every database that is opened from now on goes through here.
    static func record(_ directory: String, capacity: (@Sendable () -> Int)? = nil) -> DiskHistory {
        _ = isRegistered
        let history = DiskHistory()
        directories.withLock { $0[directory] = Directory(history: history, capacity: capacity) }
        return history
    }

    static func stop(_ directory: String) {
        directories.withLock { $0[directory] = nil }
    }

    static func note(_ event: DiskHistory.Event, _ path: String) {
        guard let (directory, name) = split(path) else { return }
        let history = directories.withLock { $0[directory]?.history }
        // The shared memory file is rebuilt at each start; it is never relied on.
        if !name.hasSuffix("-shm") { history?.add(event, to: name) }
    }

    /// Whether a write fits, which it then counts.
    static func allows(_ path: String, upTo end: Int) -> Bool {
        guard let (directory, name) = split(path) else { return true }
        return directories.withLock { directories in
            guard let capacity = directories[directory]?.capacity else { return true }
            let others = directories[directory]?.sizes.filter { $0.key != name }.values.reduce(0, +) ?? 0
            let size = max(directories[directory]?.sizes[name] ?? 0, end)
            guard others + size <= capacity() else { return false }
            directories[directory]?.sizes[name] = size
            return true
        }
    }

    static func split(_ path: String) -> (directory: String, name: String)? {
        guard let slash = path.lastIndex(of: "/") else { return nil }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    static func file(_ pointer: UnsafeMutablePointer<sqlite3_file>?) -> UnsafeMutablePointer<File>? {
        pointer.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: File.self) }
    }

    static func path(_ pointer: UnsafeMutablePointer<sqlite3_file>?) -> String {
        file(pointer)?.pointee.path?.takeUnretainedValue().text ?? ""
    }

    /// The operating system's structure, behind ours.
    static func inner(_ pointer: UnsafeMutablePointer<sqlite3_file>?) -> UnsafeMutablePointer<sqlite3_file>? {
        pointer.map {
            (UnsafeMutableRawPointer($0) + MemoryLayout<File>.stride).assumingMemoryBound(to: sqlite3_file.self)
        }
    }

    static func innerMethods(_ pointer: UnsafeMutablePointer<sqlite3_file>?) -> sqlite3_io_methods? {
        inner(pointer)?.pointee.pMethods?.pointee
    }

    /// `nonisolated(unsafe)`: written once, before SQLite knows of it, and only read after.
    nonisolated(unsafe) static let original: UnsafeMutablePointer<sqlite3_vfs>? = sqlite3_vfs_find(nil)
    nonisolated(unsafe) private static let shim = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    nonisolated(unsafe) private static let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)

    private static let isRegistered: Bool = {
        guard let original else { return false }
        methods.initialize(to: makeMethods())
        var vfs = original.pointee
        vfs.pNext = nil
        vfs.zName = UnsafePointer(strdup("recording"))
        vfs.szOsFile = Int32(MemoryLayout<File>.stride) + original.pointee.szOsFile
        vfs.xOpen = { _, name, pointer, flags, outFlags in
            guard let original = VFS.original, let file = VFS.file(pointer) else {
                return SQLITE_CANTOPEN
            }
            file.pointee = File(base: sqlite3_file(pMethods: nil), path: nil)
            let result = original.pointee.xOpen(original, name, VFS.inner(pointer), flags, outFlags)
            guard result == SQLITE_OK else { return result }
            let path = name.map { String(cString: $0) } ?? ""
            file.pointee = File(
                base: sqlite3_file(pMethods: VFS.methods),
                path: Unmanaged.passRetained(Path(path))
            )
            return SQLITE_OK
        }
        vfs.xDelete = { _, name, sync in
            guard let original = VFS.original, let name else { return SQLITE_IOERR }
            VFS.note(.delete, String(cString: name))
            return original.pointee.xDelete(original, name, sync)
        }
        shim.initialize(to: vfs)
        return sqlite3_vfs_register(shim, 1) == SQLITE_OK
    }()

    private static func makeMethods() -> sqlite3_io_methods {
        var methods = sqlite3_io_methods()
        methods.iVersion = 2
        methods.xClose = { file in
            let result = VFS.innerMethods(file)?.xClose(VFS.inner(file)) ?? SQLITE_IOERR
            VFS.file(file)?.pointee.path?.release()
            VFS.file(file)?.pointee.path = nil
            return result
        }
        methods.xRead = { VFS.innerMethods($0)?.xRead(VFS.inner($0), $1, $2, $3) ?? SQLITE_IOERR }
        methods.xWrite = { file, bytes, count, offset in
            let path = VFS.path(file)
            guard VFS.allows(path, upTo: Int(offset) + Int(count)) else { return SQLITE_FULL }
            let written = [UInt8](UnsafeRawBufferPointer(start: bytes, count: Int(count)))
            VFS.note(.write(offset: Int(offset), bytes: written), path)
            return VFS.innerMethods(file)?.xWrite(VFS.inner(file), bytes, count, offset) ?? SQLITE_IOERR
        }
        methods.xTruncate = { file, size in
            VFS.note(.truncate(size: Int(size)), VFS.path(file))
            return VFS.innerMethods(file)?.xTruncate(VFS.inner(file), size) ?? SQLITE_IOERR
        }
        methods.xSync = { file, flags in
            let result = VFS.innerMethods(file)?.xSync(VFS.inner(file), flags) ?? SQLITE_IOERR
            VFS.note(.sync, VFS.path(file))
            return result
        }
        methods.xFileSize = { VFS.innerMethods($0)?.xFileSize(VFS.inner($0), $1) ?? SQLITE_IOERR }
        methods.xLock = { VFS.innerMethods($0)?.xLock(VFS.inner($0), $1) ?? SQLITE_IOERR }
        methods.xUnlock = { VFS.innerMethods($0)?.xUnlock(VFS.inner($0), $1) ?? SQLITE_IOERR }
        methods.xCheckReservedLock = { VFS.innerMethods($0)?.xCheckReservedLock(VFS.inner($0), $1) ?? SQLITE_IOERR }
        methods.xFileControl = { VFS.innerMethods($0)?.xFileControl(VFS.inner($0), $1, $2) ?? SQLITE_IOERR }
        methods.xSectorSize = { VFS.innerMethods($0)?.xSectorSize(VFS.inner($0)) ?? 512 }
        // None: a disk that promises nothing about what survives.
        methods.xDeviceCharacteristics = { _ in 0 }
        methods.xShmMap = { VFS.innerMethods($0)?.xShmMap(VFS.inner($0), $1, $2, $3, $4) ?? SQLITE_IOERR }
        methods.xShmLock = { VFS.innerMethods($0)?.xShmLock(VFS.inner($0), $1, $2, $3) ?? SQLITE_IOERR }
        methods.xShmBarrier = { file in
            VFS.innerMethods(file)?.xShmBarrier(VFS.inner(file))
        }
        methods.xShmUnmap = { VFS.innerMethods($0)?.xShmUnmap(VFS.inner($0), $1) ?? SQLITE_IOERR }
        return methods
    }
}
