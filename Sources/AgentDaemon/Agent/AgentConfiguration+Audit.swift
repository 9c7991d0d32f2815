// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import Cryptography
import Foundation
import HTTPTransport
import Logging
import StateStore
import SystemFiles
import TaskFlow

extension AgentConfiguration {
    var storeLimits: StoreLimits {
        StoreLimits(minimumFreeBytes: Int64(limits.minimumFreeBytes))
    }

    var taskStoreLimits: TaskStoreLimits {
        var limits = TaskStoreLimits()
        limits.payloadRetention = self.limits.messageRetention
        limits.inboxBytes = self.limits.inboxBytes
        return limits
    }

    /// - Parameter owner: The pod's owner, if there is a pod and it is known; it counts only for a log without a name.
    func auditSigning(owner: String?) -> AuditSigning {
        AuditSigning(
            logOwner: pod.map { "\(owner ?? "")/\($0.name)" } ?? flame?.logOwner ?? "",
            keyDirectory: auditDirectory,
            entries: audit.checkpointEntries,
            interval: audit.checkpointInterval
        )
    }

    /// Opens the state. A damaged database is set aside, with what can be read of it taken over; the new log says so in its
    /// first entry.
    func openStore(logger: Logger) async throws(StoreError) -> AuditLog {
        do {
            return try makeStore()
        } catch {
            guard error.code == .damaged else { throw error }
            logger.critical("the state database is damaged and is set aside: \(error)")
        }
        let old = try await AuditLog.setAside(
            path: databasePath,
            features: AgentState.features,
            keyDirectory: auditDirectory,
            reason: "database-damaged"
        )
        let files = old.files.joined(separator: ", ")
        logger.critical("a new audit log was begun", metadata: ["old": "\(files)", "claims": "\(old.claims)"])
        return try makeStore()
    }

    /// Opens the state if no agent runs on it, else `nil`: then the agent is to be asked. So it is for somebody else's state,
    /// since what root wrote into it the agent couldn't open any more.
    func openUnusedStore() throws(StoreError) -> AuditLog? {
        guard !isStateOfAnother else { return nil }
        do {
            return try makeStore()
        } catch {
            if error.code == .alreadyOpen { return nil }
            throw error
        }
    }

    /// Whether the database is there and belongs to another user.
    var isStateOfAnother: Bool {
        var status = stat()
        return stat(databasePath, &status) == 0 && status.st_uid != geteuid()
    }

    private func makeStore() throws(StoreError) -> AuditLog {
        try AuditLog(
            path: databasePath,
            features: AgentState.features,
            modellerNames: audit.modellerNames,
            limits: storeLimits
        )
    }

    /// The anchors that the configuration names.
    ///
    /// - Throws: ``AgentFailure`` if a token can't be read.
    func anchors(http: HTTPClient) throws(AgentFailure) -> [any CheckpointAnchor] {
        var anchors: [any CheckpointAnchor] = []
        for anchor in audit.anchors { anchors.append(try anchor.anchor(http: http)) }
        return anchors
    }
}

extension AnchorConfiguration {
    /// The anchor itself; nothing is sent yet.
    ///
    /// - Throws: ``AgentFailure`` if its token can't be read.
    func anchor(http: HTTPClient) throws(AgentFailure) -> any CheckpointAnchor {
        switch self {
        case .journald:
            return JournalAnchor()
        case .file(let file):
            return FileAnchor(file)
        case .syslog(let host, let port, let transport, let authority):
            let kind: SyslogAnchor.Transport =
                switch transport {
                case .udp: .udp
                case .tcp: .tcp
                case .tls: .tls(caFile: authority?.path)
                }
            let sender = ProcessInfo.processInfo.hostName
            return SyslogAnchor(host: host, port: port, transport: kind, sender: sender)
        case .webhook(let url, let tokenFile):
            var headers: HTTPHeaders = [:]
            if let tokenFile { headers["Authorization"] = "Bearer \(try CredentialsConfiguration.secret(tokenFile).reveal())" }
            return WebhookAnchor(url, headers: headers, http: http)
        }
    }
}
