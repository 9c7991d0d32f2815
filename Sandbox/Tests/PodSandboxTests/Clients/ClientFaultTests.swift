// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Foundation
import HTTPTransport
import PodSandbox
import Testing

/// What the clients of `Bitfount` make of each fault on each route, over real sockets.
@Suite(.timeLimit(.minutes(3)))
struct ClientFaultTests {
    /// What a call threw; nil if it succeeded.
    private func failure(of route: ClientRoute, in scene: ClientScene) async throws -> BitfountError? {
        do {
            try await route.call(scene)
            return nil
        } catch let error as BitfountError {
            #expect(!error.description.contains(scene.sandbox.owner.coreAPIKey), "no secrets in errors")
            return error
        }
    }

    /// Plans a fault for every attempt, makes the call, and forgets the fault.
    private func failure(of route: ClientRoute, _ fault: Fault, in scene: ClientScene) async throws -> BitfountError? {
        scene.faults(of: route).plan(fault, method: route.method, path: route.path, times: nil)
        defer { scene.faults(of: route).clear() }
        return try await failure(of: route, in: scene)
    }

    private func onEachRoute(_ check: @escaping @Sendable (ClientRoute, ClientScene) async throws -> Void) async throws
    {
        try await ClientScene.with { scene in
            for route in ClientRoute.all {
                try await check(route, scene)
                scene.faults(of: route).clear()
                try await scene.restore()
            }
        }
    }

    @Test func statusesAreToldApart() async throws {
        try await onEachRoute { route, scene in
            let codes: [Int: BitfountError.Code] = [
                401: .unauthorized, 403: .forbidden, 413: .payloadTooLarge, 418: .unexpectedStatus, 429: .rateLimited,
                500: .serverFailure, 503: .serverFailure,
            ]
            for (status, code) in codes {
                let error = try await failure(of: route, .status(status), in: scene)
                #expect(error?.code == code, "\(route.testDescription): \(status)")
                #expect(error?.status == status)
                #expect(error?.method?.rawValue == route.method)
                #expect(error?.bodyExcerpt?.contains("injected") == true)
            }
        }
    }

    @Test func conflictIsAConflict() async throws {
        try await onEachRoute { route, scene in
            let error = try await failure(of: route, .status(409), in: scene)
            // A certificate request that is under way is an answer (bitfount-protocol.md, 3.2).
            let isAnswer = route.method == "POST" && route.path == "/api/compute/*"
            #expect(error?.code == (isAnswer ? nil : .conflict), "\(route.testDescription)")
        }
    }

    @Test func brokenConnectionsAreTriedAgainThenReported() async throws {
        try await onEachRoute { route, scene in
            // The storage has nothing to say about an upload, so that nothing can be cut off.
            let isSilent = route.service == .storage && route.method == "POST"
            for fault in isSilent
                ? [.dropConnection, .lostAnswer] : [Fault.dropConnection, .lostAnswer, .truncatedBody]
            {
                let before = scene.log(of: route).requests().count
                let error = try await failure(of: route, fault, in: scene)
                #expect(error?.code == .unreachable, "\(route.testDescription): \(fault)")
                #expect(
                    scene.log(of: route).requests().count - before >= route.attempts,
                    "\(route.testDescription): \(fault)"
                )
            }
            #expect(!FileManager.default.fileExists(atPath: scene.download.path), "nothing is left of a download")
        }
    }

    @Test func aConnectionThatBreaksOnceIsNoFailure() async throws {
        try await onEachRoute { route, scene in
            scene.faults(of: route).plan(.dropConnection, method: route.method, path: route.path)
            let error = try await failure(of: route, in: scene)
            #expect(error == nil || route.attempts == 1, "\(route.testDescription)")
        }
    }

    @Test(arguments: [Fault.notJSON, .jsonList])
    func whatIsNoDocumentIsMalformed(_ fault: Fault) async throws {
        try await onEachRoute { route, scene in
            let error = try await failure(of: route, fault, in: scene)
            switch route.reading {
            case .document, .object: #expect(error?.code == .malformedResponse, "\(route.testDescription)")
            case .bytes, .nothing: #expect(error == nil, "\(route.testDescription)")
            }
        }
    }

    @Test func wrongTypesAreMalformed() async throws {
        try await onEachRoute { route, scene in
            // What the storage answers has no types to be wrong.
            guard route.service != .storage else { return }
            let error = try await failure(of: route, .wrongTypes, in: scene)
            switch route.reading {
            case .document: #expect(error?.code == .malformedResponse, "\(route.testDescription)")
            case .object, .bytes, .nothing: #expect(error == nil, "\(route.testDescription)")
            }
        }
    }

    @Test func aDelayedAnswerIsAnAnswer() async throws {
        try await onEachRoute { route, scene in
            let error = try await failure(of: route, .delay(.milliseconds(5)), in: scene)
            #expect(error == nil, "\(route.testDescription)")
        }
    }

    @Test func waitingForAnAnswerCanBeCancelled() async throws {
        try await onEachRoute { route, scene in
            let before = scene.log(of: route).requests(method: route.method).count
            scene.faults(of: route).plan(.delay(.seconds(600)), method: route.method, path: route.path, times: nil)
            defer { scene.faults(of: route).clear() }
            let error = try await withThrowingTaskGroup(of: BitfountError?.self) { group in
                group.addTask { try await failure(of: route, in: scene) }
                try await scene.log(of: route).waitForArrival(after: before, method: route.method)
                group.cancelAll()
                return try await group.next() ?? nil
            }
            #expect(error?.code == .cancelled, "\(route.testDescription)")
        }
    }

    @Test func aModelThatWasChangedIsRefused() async throws {
        try await ClientScene.with { scene in
            scene.sandbox.objectStorage.faults.plan(.status(200, body: "import os"), method: "GET", path: "/models/*")
            let error = await #expect(throws: BitfountError.self) { _ = try await scene.hub.modelSource(scene.model) }
            #expect(error?.code == .hashMismatch)
        }
    }

    @Test func whatIsTooLargeIsNeverSent() async throws {
        try await ClientScene.with { scene in
            let before = scene.sandbox.hub.log.requests().count
            let large = [UInt8](repeating: 0x61, count: 3 * 1024 * 1024 + 1)
            await #expect(throws: BitfountError(.tooLarge, "")) {
                _ = try await scene.hub.sendModel("M", source: large)
            }
            let file = scene.directory.appending(path: "huge.pt")
            try Data().write(to: file)
            let handle = try FileHandle(forWritingTo: file)
            try handle.truncate(atOffset: UInt64(HubLimits().maximumWeightsBytes) + 1)
            await #expect(throws: BitfountError(.tooLarge, "")) {
                try await scene.hub.sendWeights(file, model: "M", version: 1)
            }
            let pod = PodPublicMetadata(
                name: "heart-data",
                displayName: "",
                description: "",
                schema: [UInt8](repeating: 0, count: 10 * 1024 * 1024 + 1)
            )
            await #expect(throws: BitfountError(.tooLarge, "")) {
                _ = try await scene.hub.register(pod, podKey: scene.key, accessManagerKey: scene.key)
            }
            #expect(scene.sandbox.hub.log.requests().count == before)
        }
    }
}
