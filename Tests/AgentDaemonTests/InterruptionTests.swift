// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import BitfountTasks
import Cryptography
import FlameHub
import Foundation
import HTTPTransport
import StateStore
import Testing

@testable import AgentDaemon

@Suite("Exit codes of interruptions")
struct InterruptionTests {
    @Test("A cancelled read of the audit log is an interruption, and no fault of the disk")
    func cancelledRead() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "failure-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appending(path: "agent.sqlite").path
        try await AuditLog(path: path, features: AgentState.features).close()
        let reader = try AuditReader(path: path, features: AgentState.features)
        let failure = await Task { () async -> AgentFailure? in
            withUnsafeCurrentTask { $0?.cancel() }
            do {
                for try await _ in reader.entries() {}
                return nil
            } catch {
                return AgentFailure(describing: error)
            }
        }.value
        try reader.close()
        #expect(failure?.exitCode == .incomplete)
        #expect(failure?.message == "It was interrupted while the audit log was being read.")
        #expect(failure?.hint == "run it again")
    }

    @Test("Whatever module an interruption comes from, the command says so and exits with 75")
    func interruptions() {
        let errors: [any Error] = [
            CancellationError(), StoreError(.cancelled, "It was interrupted while entries were being read."),
            BitfountError(.cancelled, "The wait was cancelled"), FlameHubError(.cancelled, "The call was cancelled."),
            HTTPError(.cancelled, "The request was cancelled."),
            MessageServiceError(code: .cancelled, message: "The call was cancelled."),
        ]
        for error in errors {
            let failure = AgentFailure(describing: error)
            #expect(failure.exitCode.rawValue == 75, "\(error)")
            #expect(failure.message.contains(/interrupted|cancelled/), "\(error)")
        }
    }

    @Test(
        "A fault of the state database ends with the code that says what to do about it",
        arguments: StoreError.Code.allCases
    )
    func storeErrors(_ code: StoreError.Code) {
        let expected: AgentFailure.ExitCode =
            switch code {
            case .unknownRow: .input
            case .alreadyOpen, .busy, .overloaded, .noRoom, .closed: .unavailable
            case .cancelled: .incomplete
            case .diskFull, .inputOutput, .inaccessible, .database: .inputOutput
            default: .data
            }
        let failure = AgentFailure(describing: StoreError(code, "This is what happened."))
        #expect(failure.exitCode == expected)
        #expect(failure.message == "This is what happened.")
    }

    @Test("A fault of a FLAME Hub, likewise", arguments: FlameHubError.Code.allCases)
    func flameErrors(_ code: FlameHubError.Code) {
        let expected: AgentFailure.ExitCode =
            switch code {
            case .authentication, .permission: .denied
            case .notFound, .file: .input
            case .conflict, .rejected, .changeIgnored: .data
            case .cancelled, .unstableListing: .incomplete
            case .invalidRequest: .usage
            default: .unavailable
            }
        #expect(AgentFailure(describing: FlameHubError(code, "This is what happened.")).exitCode == expected)
    }

    @Test("A fault of Bitfount's services, likewise", arguments: BitfountError.Code.allCases)
    func bitfountErrors(_ code: BitfountError.Code) {
        let expected: AgentFailure.ExitCode =
            switch code {
            case .notLoggedIn, .wrongUser, .identityRefused, .unauthorized, .forbidden: .denied
            case .notFound, .file: .input
            case .invalidArgument, .tooLarge, .payloadTooLarge, .hashMismatch, .conflict, .refused: .data
            case .cancelled: .incomplete
            default: .unavailable
            }
        #expect(AgentFailure(describing: BitfountError(code, "This is what happened")).exitCode == expected)
    }

    @Test("A key that is damaged is not called missing, nor is one that others may read")
    func keyErrors() {
        let codes: [(CryptographyError.Code, AgentFailure.ExitCode)] = [
            (.fileMissing, .input), (.fileNotPrivate, .denied), (.invalidKey, .data), (.keyMismatch, .data),
            (.busy, .unavailable),
        ]
        for (code, expected) in codes {
            let error = CryptographyError(code: code, message: "This is what happened.")
            #expect(AgentFailure(describing: error).exitCode == expected)
        }
    }
}
