// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemFiles
import TestSupport
import Testing

struct FileLockTests {
    private let directory: TemporaryDirectory
    private var url: URL { directory.file("lock") }

    init() throws {
        directory = try TemporaryDirectory()
    }

    private var code: FileError.Code? {
        do {
            _ = try FileLock(url)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func isHeldOnce() throws {
        let lock = try FileLock(url)
        #expect(code == .locked)
        #expect(TemporaryDirectory.mode(url) == 0o600)
        lock.release()
        lock.release()
        #expect(code == nil)
    }

    @Test func endsWithItsLastReference() throws {
        do {
            let lock = try FileLock(url)
            #expect(code == .locked)
            withExtendedLifetime(lock) {}
        }
        #expect(code == nil)
    }

    @Test func saysWhyItCannotBeTaken() throws {
        let error = #expect(throws: FileError.self) { _ = try FileLock(directory.file("none/lock")) }
        #expect(error?.code == .missing)
        symlink("elsewhere", url.path)
        #expect(code == .failed)
        #expect(try !directory.names.contains("elsewhere"))
    }
}
