// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TestSupport

/// What a database did to its files, in order: enough to tell what a disk could hold after the power failed at any moment.
final class DiskHistory: Sendable {
    enum Event: Sendable {
        case write(offset: Int, bytes: [UInt8])
        case truncate(size: Int)
        case sync
        case delete
    }

    private let events = Mutex<[(file: String, event: Event)]>([])

    var count: Int { events.withLock { $0.count } }

    func add(_ event: Event, to file: String) {
        events.withLock { $0.append((file, event)) }
    }

    /// The files as they could be on the disk after the first `end` events: everything up to a file's last sync is there, of
    /// what came after, any part can be, cut at the borders of sectors.
    func files(after end: Int, _ generator: inout SeededGenerator) -> [String: [UInt8]] {
        let happened = events.withLock { Array($0.prefix(end)) }
        var lastSync: [String: Int] = [:]
        for (index, (file, event)) in happened.enumerated() {
            if case .sync = event { lastSync[file] = index }
        }
        var files: [String: [UInt8]] = [:]
        for (index, (file, event)) in happened.enumerated() {
            let isDurable = index <= lastSync[file] ?? -1
            switch event {
            case .sync: files[file] = files[file] ?? []
            case .delete: files[file] = nil
            case .truncate(let size):
                guard isDurable || Bool.random(using: &generator), let content = files[file] else { continue }
                files[file] = Array(content.prefix(size))
            case .write(let offset, let bytes):
                var start = 0
                while start < bytes.count {
                    let length = min(512 - (offset + start) % 512, bytes.count - start)
                    if isDurable || Bool.random(using: &generator) {
                        Self.put(bytes[start..<start + length], at: offset + start, of: &files[file, default: []])
                    }
                    start += length
                }
            }
        }
        return files
    }

    private static func put(_ bytes: ArraySlice<UInt8>, at offset: Int, of content: inout [UInt8]) {
        if content.count < offset + bytes.count {
            content += [UInt8](repeating: 0, count: offset + bytes.count - content.count)
        }
        content.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }
}
