import Foundation
import Hummingbird

/// What a benchmark or a person with `curl` can do to the Hub while it runs. The requests are not logged.
extension SandboxFlameHub {
    func addControlRoutes(to router: SandboxRouter) {
        router.get("control/requests") { _, _ in
            Response.json(["total": .integer(Int64(self.log.total))])
        }
        router.post("control/changes") { request, _ in
            let fields = JSONFields(try await request.flameBody())
            let changed = self.touchAnalysisNodes(try fields.integer("count", in: 0...1_000_000))
            return Response.json(["changed": .integer(Int64(changed))])
        }
    }
}
