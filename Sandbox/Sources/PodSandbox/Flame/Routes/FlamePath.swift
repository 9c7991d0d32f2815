// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The path of a request: the service's prefix, the collection, an id and what follows. Empty segments don't count, so
/// that `/auth//token` is the same as `/auth/token` (flame-hub.md, 9.2).
struct FlamePath: Sendable {
    let service: FlameService
    let segments: [String]

    init?(_ path: String) {
        let segments = path.split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
        guard let first = segments.first, let service = FlameService(rawValue: first) else { return nil }
        self.service = service
        self.segments = Array(segments.dropFirst())
    }
}
