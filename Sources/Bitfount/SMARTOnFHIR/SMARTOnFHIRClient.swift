// SPDX-License-Identifier: Apache-2.0

import Foundation
public import HTTPTransport

/// The service that pairs a Bitfount user with an account at a system of health records, and hands out access tokens for
/// it, as release 13.0.0 of the SDK uses it.
///
/// It takes the Hub's form of the credentials. Every method fails with a ``BitfountError`` that names the call.
public struct SMARTOnFHIRClient: Sendable {
    private let service: Service

    /// The SMART on FHIR service of the session's environment.
    public init(session: BitfountSession, http: HTTPClient) {
        service = Service(base: session.environment.smartOnFHIR, session: session, http: http)
    }

    private static let timeout: Duration = .seconds(30)

    /// The caller's pairings, whatever their state.
    public func pairings() async throws(BitfountError) -> [HealthRecordPairing] {
        struct Answer: Decodable { let results: [HealthRecordPairing] }
        let call = ServiceCall(.get, ["api", "pairings"], timeout: Self.timeout)
        return try await service.send(call, expecting: .anySuccess).decoded(as: Answer.self).results
    }

    /// An access token of a pairing, and what comes with it.
    ///
    /// - Parameter id: the pairing, which has to be completed.
    public func session(pairing id: String) async throws(BitfountError) -> HealthRecordSession {
        let call = ServiceCall(.get, ["api", "pairings", id, "session"], timeout: Self.timeout)
        return try await service.send(call, expecting: .anySuccess).decoded()
    }

    /// An access token of the first completed pairing.
    ///
    /// - Parameter resourceServer: only pairings with this server count, compared without a slash at the end; nil for any.
    /// - Throws: `notFound` if there is no such pairing.
    public func accessToken(
        forResourceServer resourceServer: String? = nil
    ) async throws(BitfountError) -> HealthRecordSession {
        let pairings = try await pairings()
        let pairing = pairings.first { pairing in
            pairing.isPaired && (resourceServer == nil || pairing.resourceServer == resourceServer?.withoutSlashes)
        }
        guard let pairing else {
            throw BitfountError(
                .notFound,
                "None of the \(pairings.count) pairings is completed"
                    + (resourceServer.map { " with \($0)" } ?? "")
            )
        }
        return try await session(pairing: pairing.id)
    }
}

extension String {
    fileprivate var withoutSlashes: String {
        String(reversed().drop { $0 == "/" }.reversed())
    }
}
