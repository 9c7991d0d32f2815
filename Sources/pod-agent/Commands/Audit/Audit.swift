// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `pod-agent audit`
struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The record of every decision.",
        subcommands: [
            AuditList.self, AuditShow.self, AuditStats.self, AuditVerify.self, AuditCheckpoint.self, AuditProve.self,
            AuditConsistency.self, AuditExport.self, AuditArchive.self, AuditForget.self, AuditSetAside.self,
        ]
    )
}
