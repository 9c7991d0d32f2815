// SPDX-License-Identifier: Apache-2.0

package import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The stand-in of the service that pairs users with systems of health records and hands out access tokens for them.
package final class SandboxSMARTOnFHIR: Sendable {
    /// The requests that came.
    package let log = RequestLog()
    /// What goes wrong.
    package let faults = FaultPlan()

    let server: StandInServer
    private let directory: SandboxDirectory
    private let pairings = Observed<[SandboxPairing]>([])

    init(port: Int, directory: SandboxDirectory, logger: Logger) {
        server = StandInServer(name: "SMART on FHIR", port: port, logger: logger)
        self.directory = directory
    }

    /// The base URL.
    package var url: URL {
        get throws { try server.url }
    }

    /// Makes a pairing.
    package func add(_ pairing: SandboxPairing) {
        pairings.change { $0.append(pairing) }
    }

    func router() -> SandboxRouter {
        let router = SandboxRouter(context: SandboxRequestContext.self)
        router.add(
            middleware: StandInMiddleware(log: log, faults: faults, collectsBody: { _ in true }) { refusal in
                ["error": .string(refusal.message)]
            }
        )
        router.get("api/pairings") { request, _ in
            let own = try self.pairings(of: request)
            return Response.json(["results": .array(own.map(\.document)), "total": .integer(Int64(own.count))])
        }
        router.get("api/pairings/:id/session") { request, context in
            let id = try context.parameters.require("id")
            guard let pairing = try self.pairings(of: request).first(where: { $0.id == id }) else {
                throw Refusal.notFound("no such pairing")
            }
            guard pairing.resourceServer != nil else { throw Refusal(409, "the pairing is not completed") }
            return Response.json([
                "type": "confidentialClient", "accessToken": .string(pairing.accessToken),
                "context": ["nextgen": ["enterpriseId": "00001", "practiceId": "0001"]],
            ])
        }
        return router
    }

    /// The pairings of the user whose credentials came with the request, in the form that the Hub takes.
    private func pairings(of request: Request) throws -> [SandboxPairing] {
        let credentials = try PresentedCredentials { name in
            HTTPField.Name(name).flatMap { request.headers[$0] }
        }
        guard let credentials, let user = directory.authenticate(credentials, form: .core) else {
            throw Refusal.unauthorised()
        }
        return pairings.read { $0.filter { $0.owner == user.username } }
    }
}
