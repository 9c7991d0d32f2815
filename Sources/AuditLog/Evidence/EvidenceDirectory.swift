// SPDX-License-Identifier: Apache-2.0

import Foundation
import StateStore
import SystemFiles

/// The files of an evidence bundle while they are written.
struct EvidenceDirectory {
    let url: URL

    /// Makes the directory, with mode 0700.
    ///
    /// - Throws: ``StoreError/Code/inaccessible`` if there is one already that isn't empty: nothing is written over.
    init(_ url: URL) throws(StoreError) {
        self.url = url
        do {
            try PrivateDirectory.make(url)
            let content = try FileManager.default.contentsOfDirectory(atPath: url.path)
            guard content.isEmpty else {
                throw StoreError(.inaccessible, "The directory \(url.path) isn't empty; choose a new one.")
            }
        } catch {
            throw StoreError(error, while: "the evidence bundle was being made in \(url.path)")
        }
    }

    /// A new file, to be written from its beginning.
    func create(_ name: String) throws(StoreError) -> FileHandle {
        do {
            return try FileHandle(creating: url.appending(path: name))
        } catch {
            throw StoreError(error)
        }
    }

    func write(_ name: String, _ content: some Sequence<UInt8>) throws(StoreError) {
        let file = try create(name)
        try StoreError.wrapping("the evidence bundle was being written") {
            try file.write(contentsOf: Data(content))
            try file.synchronize()
            try file.close()
        }
    }
}
