// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A hidden name for a file that is on its way.
struct TemporaryFile: Sendable {
    let url: URL

    /// A name that nobody else uses. No file is made.
    init(in directory: URL) {
        url = directory.appending(component: ".\(UUID().uuidString).part")
    }

    /// Removes the file if there is one.
    func remove() {
        // Nothing there is as good as removed.
        try? FileManager.default.removeItem(at: url)
    }
}
