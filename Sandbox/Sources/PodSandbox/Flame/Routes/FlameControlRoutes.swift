// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird

/// What a benchmark or a person with `curl` can do to the Hub while it runs. The requests are not logged.
extension SandboxFlameHub {
    func addControlRoutes(to router: SandboxRouter) {
        router.get("control/requests") { request, _ in
            let total = self.log.total
            let since = request.query("since").flatMap(Int.init) ?? total
            let counts = self.log.requests(from: since).reduce(into: [:]) { $0[Self.kind(of: $1), default: 0] += 1 }
            return Response.json([
                "total": .integer(Int64(total)), "requests": .object(counts.mapValues { .integer(Int64($0)) }),
            ])
        }
        router.post("control/changes") { request, _ in
            let fields = JSONFields(try await request.flameBody())
            let changed = self.touchAnalysisNodes(try fields.integer("count", in: 0...1_000_000))
            return Response.json(["changed": .integer(Int64(changed))])
        }
    }

    /// Such as `GET /core/analysis-nodes -updatedAt`: what is asked for, and how it is sorted.
    private static func kind(of request: RecordedRequest) -> String {
        let sort = request.query.first { $0.name == "sort" }.map { " \($0.value)" } ?? ""
        return "\(request.method) \(request.path)\(sort)"
    }
}
